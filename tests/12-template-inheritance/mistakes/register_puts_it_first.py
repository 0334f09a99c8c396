"""replaces: templates.composition.register
caught by: test_3_blocks.py::test_a_template_has_its_blocks_behind

The layout, which runs last, would stand first, and no child would ever be seen.
"""


def register(blocks, own):
    for name, function in own.items():
        blocks.setdefault(name, []).insert(0, function)

"""replaces: templates.composition.Super.__call__
caught by: test_4_extends.py::test_super_is_markup

What comes from above is text like any other, it seems; it was escaped already.
"""


def __call__(self):
    function = self.blocks[self.name][self.depth]
    return "".join(function(self.context, self.blocks, self.depth))

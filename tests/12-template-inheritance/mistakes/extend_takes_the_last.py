"""replaces: templates.composition.extend
caught by: test_4_extends.py::test_two_layouts

The second layout replaces the first, and nobody hears of it.
"""


def extend(parent, environment, template):
    return environment.find(template)

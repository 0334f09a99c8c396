"""replaces: templates.composition.Super.__call__
caught by: test_4_extends.py::test_super

The function is called as if it were the first: its own `super()` finds itself, without end.
"""


def __call__(self):
    function = self.blocks[self.name][self.depth]
    return Markup("".join(function(self.context, self.blocks)))

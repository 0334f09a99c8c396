"""replaces: templates.compiler.Scope.find
caught by: test_4_expressions.py::test_a_name_may_be_further_out

A dictionary is asked, and that it has a parent is forgotten: each loop then reads its names from
the context again.
"""


def find(self, name):
    if name in self.names:
        self.used.add(name)
    return self.names.get(name)

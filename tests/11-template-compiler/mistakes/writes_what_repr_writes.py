"""replaces: templates.compiler.Compiler.constant
caught by: test_4_expressions.py::test_a_constant_is_its_value

`repr` is Python for every text and number, and most of it runs. In an f-string of Python 3.11 a
backslash or a double quote between the braces is a SyntaxError, and `inf` is a name.
"""


def constant(self, value):
    return repr(value) if isinstance(value, CONSTANTS) else self.bind(value)

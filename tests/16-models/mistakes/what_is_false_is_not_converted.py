"""replaces: orm.queryset.Source.value
caught by: test_4_rows.py::test_what_is_false_is_converted

`v and f(v)` is shorter than a question about None, and leaves 0 where False belongs.
"""


def value(self, column, dialect):
    variable = f"v{len(self.variables)}"
    self.variables.append(variable)
    convert = loader(dialect, column)
    return variable if convert is None else f"({variable} and {self.given(convert)}({variable}))"

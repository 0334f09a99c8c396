"""replaces: orm.queryset.Source.value
caught by: test_4_rows.py::test_null_is_not_converted

Forgotten as long as every row has a date.
"""


def value(self, column, dialect):
    variable = f"v{len(self.variables)}"
    self.variables.append(variable)
    convert = loader(dialect, column)
    return variable if convert is None else f"{self.given(convert)}({variable})"

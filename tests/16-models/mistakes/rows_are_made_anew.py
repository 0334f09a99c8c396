"""replaces: orm.queryset.Source.instance
caught by: test_4_rows.py::test_a_row_is_an_object

To make an instance one calls its class: defaults are made for nothing, and what `__init__` does besides happens at each reading.
"""


def instance(self, variable, options, columns, dialect):
    self.line(f"{variable} = {self.given(options.model)}()")
    for _ in options.table.columns:
        name, column = columns.pop(0)
        self.line(f"{variable}.{name} = {self.value(column, dialect)}")

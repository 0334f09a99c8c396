"""replaces: orm.queryset.Source.instance
caught by: test_4_rows.py::test_the_first_columns_go

Right for a query of one model, which is all that there is so far.
"""


def instance(self, variable, options, columns, dialect):
    self.line(f"{variable} = new({self.given(options.model)})")
    while columns:
        name, column = columns.pop(0)
        self.line(f"{variable}.{name} = {self.value(column, dialect)}")

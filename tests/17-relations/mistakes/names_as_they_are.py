"""replaces: orm.relations.ForeignKey.reference
caught by: test_2_tables.py::test_names_are_quoted

Names without quotation marks: a model `Order` is a word of SQL.
"""


def reference(self):
    table = self.other().options.table
    return f"REFERENCES {table.name} ({table.primary}) ON DELETE {self.on_delete}"

"""replaces: orm.models.Options.create_statements
caught by: test_3_table.py::test_unique_together

A `UNIQUE` for each name: then a day can be booked once, whatever the seat.
"""


def create_statements(self, dialect):
    parts = [field.definition(dialect.name) for field in self.fields.values()]
    for names in self.unique_together:
        parts += [f"UNIQUE ({quote(self.attribute(name))})" for name in names]
    return [f"CREATE TABLE {quote(self.table.name)} ({', '.join(parts)})"]

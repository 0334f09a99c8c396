"""replaces: orm.relations.ForeignKey.definition
caught by: test_2_tables.py::test_postgresql_learns_later

Both databases are told at once. PostgreSQL refuses it: the other table may not be there.
"""


def definition(self, dialect):
    return f"{super(ForeignKey, self).definition(dialect)} {self.reference()}"

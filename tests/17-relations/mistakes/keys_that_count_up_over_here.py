"""replaces: orm.relations.ForeignKey.sql_type
caught by: test_2_tables.py::test_what_create_table_says

The type is taken from the definition of the key over there, with all that makes it a key.
"""


def sql_type(self, dialect):
    key = self.other().options.key
    return key.definition(dialect).partition(" ")[2]

"""replaces: orm.query.Query.compiled
caught by: test_7_asked.py::test_other_shapes_have_other_statements

The shape alone as the key: whoever counted first, is given the count as rows; or worse, rows are deleted.
"""


def compiled(self, db: Database, verb: str = "select") -> tuple[Statement, Values]:
    values: Values = []
    key = ("any", self.shape(values))
    statement = db.compiled.get(key)
    if statement is None:
        statement = remember(db, key, VERBS[verb](db.dialect.name, key[1]))
    return statement, statement.fill(values)

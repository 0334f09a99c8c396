"""replaces: orm.query.Query.compiled
caught by: test_7_asked.py::test_no_two_questions_are_taken_for_one

The conditions, the order and the slice make the key; which fields, groups and tables there are, does
not count.
"""


def compiled(self, db: Database, verb: str = "select") -> tuple[Statement, Values]:
    values: Values = []
    shape = self.shape(values)
    key = (verb, shape.where, shape.order, shape.limit, shape.offset)
    statement = db.compiled.get(key)
    if statement is None:
        statement = remember(db, key, VERBS[verb](db.dialect.name, shape))
    return statement, statement.fill(values)

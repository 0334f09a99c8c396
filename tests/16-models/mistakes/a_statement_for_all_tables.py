"""replaces: orm.models.Options.insert
caught by: test_6_save.py::test_two_models_alike

The statement is kept by the names of its columns alone: the next model that has the same inserts
into the first one's table.
"""


def insert(self, db, instance):
    names = self.rest if instance.pk is None else self.attributes
    statement = db.compiled.get(("insert", names))
    if statement is None:
        statement = db.compiled["insert", names] = insert(db.dialect.name, self.table, names)
    stored = instance.__dict__
    result = db.execute(statement.sql, statement.fill([stored[name] for name in names]))
    if names is self.rest:
        stored[self.table.primary] = result.rows[0][0] if result.rows else result.last_id

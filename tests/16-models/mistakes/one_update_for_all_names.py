"""replaces: orm.models.Options.update
caught by: test_6_save.py::test_only_some_fields

The names are not in the key of the statement: the first update of a model decides for all.
"""


def update(self, db, instance, names):
    if not names:
        return bool(type(instance).objects.filter(pk=instance.pk).exists())
    names = self.rest
    key = ("save", self.table)
    statement = db.compiled.get(key)
    if statement is None:
        statement = db.compiled[key] = self.update_statement(db.dialect, names)
    values = [instance.__dict__[name] for name in names]
    values.append(instance.__dict__[self.table.primary])
    return db.execute(statement.sql, statement.fill(values)).count > 0

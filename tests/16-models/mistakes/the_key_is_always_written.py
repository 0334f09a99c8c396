"""replaces: orm.models.Options.insert
caught by: test_6_save.py::test_a_new_row

SQLite takes NULL for a key and gives one. But nobody asks which; and PostgreSQL refuses.
"""


def insert(self, db, instance):
    key = ("insert", self.table, self.attributes)
    statement = db.compiled.get(key)
    if statement is None:
        statement = db.compiled[key] = insert(db.dialect.name, self.table, self.attributes)
    stored = instance.__dict__
    db.execute(statement.sql, statement.fill([stored[name] for name in self.attributes]))

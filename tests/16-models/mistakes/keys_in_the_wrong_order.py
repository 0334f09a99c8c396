"""replaces: orm.models.Options.insert_many
caught by: test_7_many.py::test_many_rows

The last key is known, so counting back from it gives all: to the wrong instances.
"""


def insert_many(self, db, instances):
    for one in instances:
        self.before_save(one, is_new=True)
    names = self.attributes if instances[0].pk is not None else self.rest
    row = insert(db.dialect.name, self.table, names)
    rows = [row.fill([one.__dict__[name] for name in names]) for one in instances]
    if names is self.attributes:
        db.execute_many(row.sql, rows)
        return
    for one, key in zip(instances, reversed(self.insert_rows(db, row.sql, rows)), strict=True):
        one.__dict__[self.table.primary] = key

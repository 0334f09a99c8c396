"""replaces: orm.queryset.QuerySet.fetch
caught by: test_5_lazy.py::test_objects_keeps_nothing

Every queryset keeps what it was given. `Dish.objects` is one, and lives as long as the program.
"""


def fetch(self):
    if self.result is not None:
        return self.result
    db = default_database()
    statement, parameters = self.compiled(db)
    load = statement.loaders.get(self.mode) or self.loader(statement, db.dialect.name)
    result = load(db.execute(statement.sql, parameters).rows)
    if self.prefetches and self.mode == OBJECTS:
        prefetch(self.options, result, self.prefetches)
    self.result = result
    return result

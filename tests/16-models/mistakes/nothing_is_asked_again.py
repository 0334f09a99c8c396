"""replaces: orm.queryset.QuerySet.fetch
caught by: test_5_lazy.py::test_nothing_is_a_result_too

An empty list is false, so it looks as if nothing had been asked.
"""


def fetch(self):
    if self.result:
        return self.result
    db = default_database()
    statement, parameters = self.compiled(db)
    load = statement.loaders.get(self.mode) or self.loader(statement, db.dialect.name)
    result = load(db.execute(statement.sql, parameters).rows)
    if self.prefetches and self.mode == OBJECTS:
        prefetch(self.options, result, self.prefetches)
    if self.keeps:
        self.result = result
    return result

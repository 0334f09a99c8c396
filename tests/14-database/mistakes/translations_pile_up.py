"""replaces: orm.database.PostgreSQL.translate
caught by: test_3_places.py::test_not_everything_is_kept

A dict as a cache has no limit. A program that makes its statements anew fills the memory.
"""


def translate(self, sql):
    known = self.translated.get(sql)
    if known is None:
        known = self.translated[sql] = translate(sql)
    return known

"""replaces: orm.queryset.QuerySet.bulk_create
caught by: test_7_many.py::test_all_or_none

A transaction for each batch is enough as long as no batch fails.
"""


def bulk_create(self, instances, batch_size=CHUNK):
    made = list(instances)
    db = default_database()
    for keyed in (True, False):
        some = [one for one in made if (one.pk is not None) is keyed]
        for start in range(0, len(some), batch_size):
            with db.transaction():
                self.options.insert_many(db, some[start : start + batch_size])
    return made

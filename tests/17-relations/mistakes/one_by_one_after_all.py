"""replaces: orm.relations.Reverse.fetch
caught by: test_5_at_once.py::test_back_in_two

A loop that asks for each instance: prefetching that is N+1, only earlier.
"""


def fetch(self, instances):
    all_rows = []
    for one in instances:
        rows = self.other.objects.filter(**{self.key.attribute: one.pk}).fetch()
        for row in rows:
            row.__dict__[self.key.cache] = one
        self.keep([one], {one.pk: rows})
        all_rows += rows
    return all_rows

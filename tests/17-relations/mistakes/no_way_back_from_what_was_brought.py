"""replaces: orm.relations.Reverse.fetch
caught by: test_5_at_once.py::test_the_way_back_is_known

The rows are dealt out, and don't know to whom: `order.table` in a loop over a table's orders asks again.
"""


def fetch(self, instances):
    if not instances:
        return []
    keys = [one.pk for one in instances]
    rows = self.other.objects.filter(**{f"{self.key.attribute}__in": keys}).fetch()
    found = {}
    for row in rows:
        found.setdefault(row.__dict__[self.key.attribute], []).append(row)
    self.keep(instances, found)
    return rows

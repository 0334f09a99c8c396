"""replaces: orm.relations.Pairs.fetch
caught by: test_7_pairs.py::test_the_order_of_their_model

Rows come in the order in which they were paired; without prefetching, in that of their model.
"""


def fetch(self, instances):
    if not instances:
        return []
    near = self.near.attribute
    keys = {one.pk for one in instances}
    pairs = self.through.objects.filter(**{f"{near}__in": keys, f"{self.far.name}__isnull": False})
    found, rows = {}, {}
    for pair in pairs.select_related(self.far.name):
        row = getattr(pair, self.far.name)
        found.setdefault(pair.__dict__[near], []).append(rows.setdefault(row.pk, row))
    self.keep(instances, found)
    return list(rows.values())

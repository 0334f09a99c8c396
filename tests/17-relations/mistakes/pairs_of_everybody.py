"""replaces: orm.relations.Pairs.remove
caught by: test_7_pairs.py::test_no_longer_paired

The pairs with these rows are deleted, whoever has them.
"""


def remove(self, owner, rows):
    self.through.objects.filter(**{f"{self.far.attribute}__in": rows.values("pk")}).delete()

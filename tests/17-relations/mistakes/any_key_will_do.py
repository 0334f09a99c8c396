"""replaces: orm.relations.Pairs.add
caught by: test_7_pairs.py::test_what_cannot_be_paired

Keys are taken from whatever has one: the guest with key 3 makes dish 3 ordered.
"""


def add(self, owner, rows):
    near, far = self.near.attribute, self.far.attribute
    keys = dict.fromkeys(key_of(row) for row in rows)
    pairs = self.through.objects.filter(**{near: owner.pk, f"{far}__in": list(keys)})
    there = set(pairs.values_list(far, flat=True))
    self.through.objects.bulk_create(
        self.through(**{near: owner.pk, far: key}) for key in keys if key not in there
    )

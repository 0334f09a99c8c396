"""replaces: orm.relations.Pairs.add
caught by: test_7_pairs.py::test_paired_once

Every row makes a pair. The one that is there already is an IntegrityError.
"""


def add(self, owner, rows):
    near, far = self.near.attribute, self.far.attribute
    self.through.objects.bulk_create(
        self.through(**{near: owner.pk, far: key}) for key in self.keys(rows)
    )

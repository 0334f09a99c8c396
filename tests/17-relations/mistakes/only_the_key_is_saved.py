"""replaces: orm.relations.Reverse.add
caught by: test_4_back.py::test_rows_are_added

One statement for all rows is tempting. What else was changed in them is not saved, and new ones
are not inserted.
"""


def add(self, owner, rows):
    for row in rows:
        if not isinstance(row, self.other):
            raise TypeError(f"{self.name} takes instances of {self.other.__name__}, not {row!r}")
    for row in rows:
        setattr(row, self.key.name, owner)
        if row.pk is None:
            row.save()
    keys = [row.pk for row in rows]
    self.other.objects.filter(pk__in=keys).update(**{self.key.name: owner})

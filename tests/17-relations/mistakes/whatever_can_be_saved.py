"""replaces: orm.relations.Reverse.add
caught by: test_4_back.py::test_what_cannot_be_added

A dish gets an attribute `table`, which nobody stores, and is saved without a complaint.
"""


def add(self, owner, rows):
    for row in rows:
        setattr(row, self.key.name, owner)
        row.save()

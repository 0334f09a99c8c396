"""replaces: orm.relations.Reverse.remove
caught by: test_4_back.py::test_rows_are_removed

What belongs to nobody is deleted. But rows can stay without their owner, and were asked to.
"""


def remove(self, owner, rows):
    rows.delete()

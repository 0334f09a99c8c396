"""replaces: orm.relations.ForeignKey.before_save
caught by: test_3_forward.py::test_one_that_was_not_saved

When the other one has no key either, NULL is stored. The database accepts that if the column does, and the relation is gone.
"""


def before_save(self, instance, *, is_new):
    values = instance.__dict__
    other = values.pop(self.waiting, None)
    if other is not None and values[self.attribute] is None:
        values[self.attribute] = other.pk
        values[self.cache] = other

"""replaces: orm.relations.ForeignKey.before_save
caught by: test_3_forward.py::test_the_key_is_taken_away

An instance without a key takes that of what it keeps. But somebody has set the key to None, and means it.
"""


def before_save(self, instance, *, is_new):
    values = instance.__dict__
    other = values.get(self.cache)
    if other is None or values[self.attribute] is not None:
        return
    if other.pk is None:
        raise ValueError(f"{self} is {other!r}, which was not saved: save it first")
    values[self.attribute] = other.pk

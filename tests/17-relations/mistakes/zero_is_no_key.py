"""replaces: orm.relations.ForeignKey.__get__
caught by: test_3_forward.py::test_keys_that_are_false

`if not key` reads well, and ids begin with 1. Keys of one's own do not.
"""


def __get__(self, instance, owner):
    if instance is None:
        return self
    values = instance.__dict__
    key = values[self.attribute]
    if not key:
        return values.get(self.waiting)
    kept = values.get(self.cache)
    if kept is None or kept.pk != key:
        kept = values[self.cache] = self.other().objects.get(pk=key)
    return kept

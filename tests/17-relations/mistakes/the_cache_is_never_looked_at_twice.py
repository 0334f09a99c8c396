"""replaces: orm.relations.ForeignKey.__get__
caught by: test_3_forward.py::test_the_key_is_changed

What was kept once is given for good, whatever the key is by now.
"""


def __get__(self, instance, owner):
    if instance is None:
        return self
    values = instance.__dict__
    if values.get(self.cache) is not None:
        return values[self.cache]
    if values[self.attribute] is None:
        return values.get(self.waiting)
    values[self.cache] = self.other().objects.get(pk=values[self.attribute])
    return values[self.cache]

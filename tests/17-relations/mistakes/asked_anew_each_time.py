"""replaces: orm.relations.ForeignKey.__get__
caught by: test_3_forward.py::test_the_other_one

Nothing is kept: each look at `order.table` is a query, and what was prefetched is not used.
"""


def __get__(self, instance, owner):
    if instance is None:
        return self
    key = instance.__dict__[self.attribute]
    if key is None:
        return instance.__dict__.get(self.waiting)
    return self.other().objects.get(pk=key)

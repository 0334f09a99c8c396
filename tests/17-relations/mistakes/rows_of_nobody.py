"""replaces: orm.relations.Many.__get__
caught by: test_4_back.py::test_of_what_was_not_saved

An instance without a key asks for the rows whose key is None, and they are nobody's.
"""


def __get__(self, instance, owner):
    if instance is None:
        return self
    rows = related_class(self, type(self.other.objects))(self.other)
    rows.relation, rows.owner = self, instance
    rows.where = (Q(**{self.condition(): instance.pk}),)
    rows.result = instance.__dict__.get(self.cache)
    return rows

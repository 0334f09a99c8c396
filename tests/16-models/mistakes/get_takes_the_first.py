"""replaces: orm.queryset.QuerySet.get
caught by: test_5_lazy.py::test_get_several

One row is wanted, so one is asked for; which of several it is, nobody will know.
"""


def get(self, *conditions, **lookups):
    query = self.filter(*conditions, **lookups) if conditions or lookups else self.copy()
    for found in query.fetch():
        return found
    asked = ", ".join(lookups) or "what was asked for"
    raise self.model.DoesNotExist(f"there is no {self.model.__name__} with this {asked}")

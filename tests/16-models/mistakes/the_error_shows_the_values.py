"""replaces: orm.queryset.QuerySet.get
caught by: test_5_lazy.py::test_get_none

Helpful in a log, and a leak there: what was looked up may be a token.
"""


def get(self, *conditions, **lookups):
    query = self.filter(*conditions, **lookups) if conditions or lookups else self.copy()
    if not query.is_sliced:
        query.stop = 2
        query.order = ()
    found = query.fetch()
    if len(found) == 1:
        return found[0]
    name = self.model.__name__
    if not found:
        raise self.model.DoesNotExist(f"there is no {name} with this {', '.join(lookups)}: {lookups}")
    raise self.model.MultipleObjectsReturned(f"more than one {name} has this {lookups}")

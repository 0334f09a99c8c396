"""replaces: orm.queryset.QuerySet.__getitem__
caught by: test_5_lazy.py::test_from_the_end

Once the rows are there they are a list, and -1 works: until the line above is taken out.
"""


def __getitem__(self, index):
    if self.result is not None:
        return self.result[index]
    if isinstance(index, slice):
        part = self.slice(index.start, index.stop)
        if index.step is not None and index.step < 1:
            raise ValueError("a query has no step below 1: reverse its order instead")
        return part if index.step is None else part.fetch()[:: index.step]
    found = self.slice(index, index + 1).fetch()
    if not found:
        raise IndexError(f"there is no {self.model.__name__} at {index}")
    return found[0]

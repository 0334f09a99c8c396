"""replaces: orm.query.Query.slice
caught by: test_7_asked.py::test_a_slice_of_a_slice

The second slice forgets the end of the first.
"""


def slice(self, start: int | None, stop: int | None) -> Self:
    if (start or 0) < 0 or (stop or 0) < 0:
        raise ValueError("a query cannot be sliced from its end: reverse its order instead")
    new = self.copy()
    new.start = self.start + (start or 0)
    if stop is not None:
        new.stop = max(self.start + stop, new.start)
    return new

"""replaces: templates.filters.first
caught by: test_3_filters.py::test_first_takes_no_more

A list has a first item, so one is made. A query for ten thousand dishes is then read to its end
for one.
"""


def first(environment, seq):
    items = list(seq)
    return items[0] if items else environment.undefined("first", message="nothing")

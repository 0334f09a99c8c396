"""replaces: templates.escape.Markup.__add__
caught by: test_1_escape.py::test_what_is_added_to_markup_is_escaped

The result has to be Markup again, so both are put together and that is made Markup: also what was
added, whatever it was.
"""


def __add__(self, other):
    return type(self)(str(self) + str(other))

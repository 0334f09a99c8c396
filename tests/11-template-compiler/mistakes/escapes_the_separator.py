"""replaces: templates.escape.Markup.join
caught by: test_1_escape.py::test_what_is_joined_is_escaped

All that is put together is escaped, the Markup that it is called on as well.
"""


def join(self, parts, /):
    return type(self)(text(str(self)).join(map(text, parts)))

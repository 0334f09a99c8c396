"""replaces: form_fields.DateField.parse
caught by: test_2_values.py::test_no_such_day

What matches is a date, says the pattern. The calendar has no 31 April, and no year 0: an exception that nobody expects.
"""


def parse(self, pattern, parser, text):
    if not pattern.fullmatch(text):
        raise self.error("invalid")
    return parser(text)

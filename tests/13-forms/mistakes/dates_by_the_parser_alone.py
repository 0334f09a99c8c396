"""replaces: form_fields.DateField.parse
caught by: test_2_values.py::test_days_written_otherwise

`fromisoformat` refuses what is no date, so why look before? Since Python 3.11 it also takes weeks, and dates without their dashes.
"""


def parse(self, pattern, parser, text):
    try:
        return parser(text)
    except ValueError:
        raise self.error("invalid") from None

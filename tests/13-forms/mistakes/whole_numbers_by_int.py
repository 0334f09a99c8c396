"""replaces: form_fields.IntegerField.to_python
caught by: test_2_values.py::test_what_is_no_whole_number

`int` is there to read numbers. It also reads 1_000, and digits of many other scripts, which the next program won't.
"""


def to_python(self, text):
    try:
        number = int(text.removesuffix(".0"))
    except ValueError:
        raise self.error("invalid") from None
    if not -(2**63) <= number < 2**63:
        raise self.error("invalid")
    return number

"""replaces: orm.fields.IntegerField.convert
caught by: test_2_kinds.py::test_large_whole_numbers

One way for all: a float that is an integer. It has 53 bits.
"""


def convert(self, value):
    if isinstance(value, str) and not WHOLE.fullmatch(value):
        raise ValueError(value)
    number = float(value)
    if number != int(number):
        raise ValueError(value)
    return int(number)

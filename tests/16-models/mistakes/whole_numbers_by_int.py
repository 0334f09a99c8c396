"""replaces: orm.fields.IntegerField.convert
caught by: test_2_kinds.py::test_fractions

`int` is what makes ints, and refuses what is none. It also cuts 7.5.
"""


def convert(self, value):
    return int(value)

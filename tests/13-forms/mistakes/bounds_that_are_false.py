"""replaces: form_fields.OrderedField.validate
caught by: test_2_values.py::test_zero_is_a_bound

`if low` is short for `if low is not None`, except for 0. A restaurant that lets the number of guests be negative pays its guests.
"""


def validate(self, value):
    low, high = called(self.min_value), called(self.max_value)
    if low and value < low:
        raise self.error("min_value", self.format(low))
    if high and value > high:
        raise self.error("max_value", self.format(high))

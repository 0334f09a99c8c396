"""replaces: converters.Integer.to_python
caught by: test_2_values.py::test_the_limits_of_a_number_are_part_of_it

`range` thinking: from min up to, but not including, max.
"""


def to_python(self, text):
    value = self.number(text)
    if not self.min <= value < self.max:
        raise ValueError(f"{text} is not from {self.min} to {self.max}")
    return value

"""replaces: converters.Parameter.read
caught by: test_2_values.py::test_any_value_is_a_value

`if value` is short for “is there a value”, and wrong for 0: table 0 is a value like any other.
"""


def read(self, text):
    if self.fullmatch(text) is None:
        return None
    try:
        value = self.to_python(text)
    except ValueError:
        return None
    return (value,) if value else None

"""replaces: form_fields.OrderedField.validate
caught by: test_2_values.py::test_bounds_that_change

The bound is a value, mostly, so it is compared. Where it is a function, Python refuses to compare; a bound that is called once, when the class is made, is today until the server is restarted.
"""


def validate(self, value):
    if self.min_value is not None and value < self.min_value:
        raise self.error("min_value", self.format(self.min_value))
    if self.max_value is not None and value > self.max_value:
        raise self.error("max_value", self.format(self.max_value))

"""replaces: orm.fields.DecimalField.check
caught by: test_2_kinds.py::test_decimals_that_are_too_large

The value fits, and what it is rounded to is not looked at again.
"""


def check(self, value):
    from decimal import Decimal

    whole_digits = self.max_digits - self.decimal_places
    if abs(value) >= Decimal(10) ** whole_digits:
        raise ValueError(f"{self} takes {whole_digits} digits before the point, not {value!s:.100}")
    return round(value, self.decimal_places)

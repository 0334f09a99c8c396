"""replaces: orm.fields.Field.prepare
caught by: test_1_takes.py::test_what_is_false

“No value” is easily written as `not value`. Then 0 guests, False and an empty note are NULL.
"""


def prepare(self, value):
    if not value:
        return None
    if isinstance(value, Expression):
        raise self.refused(value)
    try:
        return self.convert(value)
    except (ValueError, TypeError, ArithmeticError):
        raise self.refused(value) from None

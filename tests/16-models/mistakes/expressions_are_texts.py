"""replaces: orm.fields.Field.prepare
caught by: test_1_takes.py::test_an_expression_is_no_value

`str` makes a text of anything, so the name becomes what Python prints of an `F`.
"""


def prepare(self, value):
    if value is None:
        return None
    try:
        return self.convert(value)
    except (ValueError, TypeError, ArithmeticError):
        raise self.refused(value) from None

"""replaces: orm.fields.Field.prepare
caught by: test_1_takes.py::test_other_errors_pass

To catch everything looks safe, and hides the faults of the program.
"""


def prepare(self, value):
    if value is None:
        return None
    if isinstance(value, Expression):
        raise self.refused(value)
    try:
        return self.convert(value)
    except Exception:
        raise self.refused(value) from None

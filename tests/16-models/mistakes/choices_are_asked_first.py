"""replaces: orm.fields.Field.store
caught by: test_1_takes.py::test_choices_come_last

What was given is compared with the choices, so that a text is none, though the number of it is.
"""


def store(self, value):
    if self.choices is not None and value not in self.values:
        raise ValueError(f"{self} takes one of {self.values}, not {value!r:.100}")
    value = self.prepare(value)
    return None if value is None else self.check(value)

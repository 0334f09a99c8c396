"""replaces: orm.fields.CharField.check
caught by: test_1_takes.py::test_characters_are_counted

A database stores bytes, so bytes seem to be what counts.
"""


def check(self, value):
    if len(value.encode()) > self.max_length:
        raise ValueError(
            f"{self} takes {self.max_length} characters at most, and has {len(value)}"
        )
    return value

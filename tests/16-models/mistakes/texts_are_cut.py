"""replaces: orm.fields.CharField.check
caught by: test_1_takes.py::test_the_length_of_a_text

MySQL used to do it, and it is friendly: until two long names are the same.
"""


def check(self, value):
    return value[: self.max_length]

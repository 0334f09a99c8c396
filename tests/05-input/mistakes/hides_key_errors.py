"""replaces: multidict.MultiDict.get
caught by: test_1_values.py::test_other_errors_are_not_hidden

One `try` for everything, with KeyError for the key that is not there. But `type` runs inside of it, too,
and a KeyError of its own is a mistake in the program.
"""


def get(self, key, default=None, type=None):
    try:
        value = self[key]
        return value if type is None else type(value)
    except (KeyError, ValueError, TypeError):
        return default

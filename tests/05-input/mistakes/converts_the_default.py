"""replaces: multidict.MultiDict.get
caught by: test_1_values.py::test_the_default_keeps_its_type

One line for the value and one for the type reads well, but then the default goes through the type as well.
"""


def get(self, key, default=None, type=None):
    value = self._lists[key][0] if key in self._lists else default
    if type is None:
        return value
    try:
        return type(value)
    except (ValueError, TypeError):
        return default

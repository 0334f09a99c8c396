"""replaces: multidict.MultiDict.get
caught by: test_1_values.py::test_an_empty_value_is_a_value

`or` is a short way to a default. A field that was left empty has a value, and it is false.
"""


def get(self, key, default=None, type=None):
    value = next(iter(self._lists.get(key, [])), None) or default
    if type is None or value is default:
        return value
    try:
        return type(value)
    except (ValueError, TypeError):
        return default

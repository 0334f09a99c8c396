"""replaces: multidict.MultiDict.getlist
caught by: test_1_values.py::test_a_list_is_the_callers

`setdefault` is what `add` uses, and here it saves a line. It hands out the list itself, and asking for a key
brings it into being.
"""


def getlist(self, key, type=None):
    values = self._lists.setdefault(key, [])
    if type is None:
        return values
    results = []
    for value in values:
        try:
            results.append(type(value))
        except (ValueError, TypeError):
            continue
    return results

"""replaces: templates.filters.default
caught by: test_3_filters.py::test_default_is_for_what_is_undefined

An undefined value is false, so `value or default_value` is tempting; but so are 0 and an empty
text, which are defined.
"""


def default(value, default_value="", boolean=False):
    return value or default_value

"""replaces: templates.runtime.item
caught by: test_2_lookups.py::test_secrets_are_out_of_reach

The guard stands where attributes are looked up, and brackets are for elements; but without an
element they lead to the attribute, too.
"""


def item(value, key, undefined=Undefined):
    try:
        return value[key]
    except (AttributeError, TypeError, LookupError):
        if isinstance(key, str):
            return getattr(value, key, undefined(key, value))
        return undefined(key, value)

"""replaces: templates.runtime.attribute
caught by: test_2_lookups.py::test_format_is_guarded

`format` is a harmless name; that the method looks up attributes by itself is easily overlooked.
"""


def attribute(value, name, undefined=Undefined):
    if is_unsafe(name):
        is_there = hasattr(value, name)
        return (unsafe if is_there else element)(value, name, undefined)
    return plain_attribute(value, name, undefined)

"""replaces: templates.runtime.plain_attribute
caught by: test_2_lookups.py::test_other_errors_pass

Templates are lenient, so whatever goes wrong means that there is nothing. Then a broken property
shows as an empty place on the page, and nobody hears of it.
"""


def plain_attribute(value, name, undefined=Undefined):
    try:
        return getattr(value, name)
    except Exception:
        return element(value, name, undefined)

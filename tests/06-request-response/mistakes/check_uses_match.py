"""replaces: response.check_field
caught by: test_5_fields.py::test_a_value_with_a_control_is_refused

`match` is content with a beginning that fits.
"""


def check_field(name, value):
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"name and value of a field are str, not {name!r} and {value!r:.80}")
    if not TOKEN.match(name):
        raise ValueError(f"not a field name: {name!r}")
    if not VALUE.match(value):
        raise ValueError(f"{name}: a control character or one outside of latin-1 in {value!r:.80}")

"""replaces: response.check_field
caught by: test_5_fields.py::test_a_value_with_a_control_is_refused

Only the pair CR LF is looked for; a bare LF ends a field for many readers.
"""


def check_field(name, value):
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"name and value of a field are str, not {name!r} and {value!r:.80}")
    if not TOKEN.fullmatch(name):
        raise ValueError(f"not a field name: {name!r}")
    if "\r\n" in value or "\0" in value:
        raise ValueError(f"{name}: a control character in {value!r:.80}")
    value.encode("latin-1")

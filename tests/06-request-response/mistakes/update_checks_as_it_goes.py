"""replaces: response.Headers.update
caught by: test_5_fields.py::test_a_refused_field_changes_nothing

Set one by one, the first fields are there when the last is refused; and of two cookies one is lost.
"""


def update(self, fields):
    for name, value in fields.items() if hasattr(fields, "items") else fields:
        self[name] = value

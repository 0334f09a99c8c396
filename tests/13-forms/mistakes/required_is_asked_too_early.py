"""replaces: form_fields.Field.clean
caught by: test_1_text.py::test_nothing_where_something_is_required

The question whether there is anything is asked of what was sent, before the white space went. A name of one space is a name then.
"""


def clean(self, values):
    text = values[0] if values else ""
    if not text and self.required:
        raise self.error("required")
    text = self.read_text(text)
    if not text:
        return self.empty
    value = self.to_python(text)
    self.validate(value)
    self.run_validators(value)
    return value

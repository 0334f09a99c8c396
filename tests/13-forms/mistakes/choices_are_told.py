"""replaces: form_fields.ChoiceField.to_python
caught by: test_3_offers.py::test_the_guests_text_is_in_no_message

A message that repeats what was wrong helps, it seems. It also goes into logs and mails, where nobody escapes it.
"""


def to_python(self, text):
    offered = self.offered()
    if text not in offered:
        raise ValidationError(f"{text} is not offered.")
    return offered[text][0]

"""replaces: form_fields.ChoiceField.to_python
caught by: test_3_offers.py::test_a_choice_is_the_value_that_was_declared

What was sent is offered, so it is returned. It is a str, and `dishes["2"]` is not `dishes[2]`.
"""


def to_python(self, text):
    if text not in self.offered():
        raise self.error("invalid_choice")
    return text

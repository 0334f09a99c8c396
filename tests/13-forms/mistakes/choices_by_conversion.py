"""replaces: form_fields.ChoiceField.to_python
caught by: test_3_offers.py::test_a_choice_is_the_value_that_was_declared

What is offered is looked up, but then the text is converted to the type of what was declared. `bool("False")` is true.
"""


def to_python(self, text):
    offered = self.offered()
    if text not in offered:
        raise self.error("invalid_choice")
    return type(offered[text][0])(text)

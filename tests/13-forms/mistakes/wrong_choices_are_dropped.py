"""replaces: form_fields.MultipleChoiceField.clean
caught by: test_3_offers.py::test_one_that_is_not_offered_spoils_all

What is not offered is simply left away. A guest who chose the garden, which has just been taken off the list, believes to sit there.
"""


def clean(self, values):
    chosen = [value for text, (value, _) in self.offered().items() if text in set(values)]
    if self.required and not chosen:
        raise self.error("required")
    self.run_validators(chosen)
    return chosen

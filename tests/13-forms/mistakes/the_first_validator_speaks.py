"""replaces: form_fields.Field.run_validators
caught by: test_1_text.py::test_all_validators_speak

The first error simply goes up. The guest corrects it, and learns of the second.
"""


def run_validators(self, value):
    for validator in self.validators:
        validator(value)

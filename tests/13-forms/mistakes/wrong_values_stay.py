"""replaces: forms.Form.add_error
caught by: test_5_form.py::test_adding_an_error

The message is added, and the value forgotten: forgotten to be taken out. Who uses `data` of a form that is not valid uses what was refused.
"""


def add_error(self, name, error):
    messages = error.messages if isinstance(error, ValidationError) else [error]
    if name is not None:
        name = self[name].name
    self.errors.setdefault(name, []).extend(messages)

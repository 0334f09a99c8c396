"""replaces: forms.Form.add_error
caught by: test_5_form.py::test_one_error_for_many_guests

The error's own list is put into the form, and what comes later is added to it. An error that the program raises for guest after guest gets longer with each.
"""


def add_error(self, name, error):
    messages = error.messages if isinstance(error, ValidationError) else [error]
    if name is not None:
        self.data.pop(self[name].name, None)
    if name in self.errors:
        self.errors[name] += messages
    else:
        self.errors[name] = messages

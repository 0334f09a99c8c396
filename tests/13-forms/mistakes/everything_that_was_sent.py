"""replaces: forms.Form.full_clean
caught by: test_5_form.py::test_nothing_but_what_is_declared

`data` begins with what was sent, and the fields go over it: convenient, until a guest sends `is_staff=1`. That is how a public key got into GitHub's account in 2012.
"""


def full_clean(self):
    self._data, self._errors, self._checked = {}, {}, True
    if not self.is_bound:
        return
    self._data = dict(self._sent)
    for name, field in self.fields.items():
        try:
            value = field.clean(self[name].sent)
            hook = getattr(type(self), f"clean_{name}", None)
            value = hook(self, value) if hook else value
        except ValidationError as error:
            self.add_error(name, error)
        if name not in self._errors:
            self._data[name] = value
    if self._errors:
        return
    try:
        self.clean()
    except ValidationError as error:
        self.add_error(None, error)

"""replaces: forms.Form.full_clean
caught by: test_5_form.py::test_across_right_fields_only

Django calls `clean` also when a field is wrong. Who then writes `self.data["guests"]` has a `KeyError` that any guest can cause.
"""


def full_clean(self):
    self._data, self._errors, self._checked = {}, {}, True
    if not self.is_bound:
        return
    for name, field in self.fields.items():
        try:
            value = field.clean(self[name].sent)
            hook = getattr(type(self), f"clean_{name}", None)
            value = hook(self, value) if hook else value
        except ValidationError as error:
            self.add_error(name, error)
        if name not in self._errors:
            self._data[name] = value
    try:
        self.clean()
    except ValidationError as error:
        self.add_error(None, error)

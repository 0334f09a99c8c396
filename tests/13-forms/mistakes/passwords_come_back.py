"""replaces: form_widgets.BoundField.values
caught by: test_6_markup.py::test_what_is_never_shown

A guest should not have to type anything twice. A password in the page is in the browser's cache, and in the proxy's.
"""


def values(self):
    if self.form.is_bound:
        texts = self.sent
    else:
        initial = called(self.form.initial.get(self.name, self.field.initial))
        several = initial if isinstance(initial, (list, tuple, set, frozenset)) else [initial]
        texts = [self.field.format(value) for value in several if value is not None]
    return [CONTROLS.sub("\ufffd", str(text)) for text in texts]

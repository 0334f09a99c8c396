"""replaces: form_widgets.BoundField.values
caught by: test_6_markup.py::test_what_was_sent_goes_before

Nothing was typed, so the initial value is shown again. The guest who emptied the field on purpose can't.
"""


def values(self):
    if not self.field.shows_value:
        return []
    texts = list(self.sent)
    if not texts or texts == [""]:
        initial = called(self.form.initial.get(self.name, self.field.initial))
        several = initial if isinstance(initial, (list, tuple, set, frozenset)) else [initial]
        texts = [self.field.format(value) for value in several if value is not None]
    return [CONTROLS.sub("\ufffd", str(text)) for text in texts]

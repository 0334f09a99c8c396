"""replaces: form_widgets.BoundField.widget
caught by: test_7_access.py::test_more_attributes

The field's rules are put last, so that they hold. Then a template can't say what it has to say.
"""


def widget(self, **attrs):
    attributes = {
        **{name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()},
        **self.field.attrs,
        "name": self.html_name,
        "id": self.id,
        **self.field.attributes(),
        "aria-describedby": self.described_by,
        "aria-invalid": "true" if self.errors else None,
    }
    return WIDGETS[self.field.widget](self, attributes)

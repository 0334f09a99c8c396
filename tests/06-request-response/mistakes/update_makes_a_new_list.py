"""replaces: response.Headers.update
caught by: test_5_fields.py::test_the_list_behind_is_the_same

A new list for the view, while the response goes on with the old one.
"""


def update(self, fields):
    pairs = fields.items() if hasattr(fields, "items") else fields
    new = [(name, value) for name, value in pairs]
    for name, value in new:
        check_field(name, value)
    names = [name.lower() for name, _ in new]
    self.fields = [*without(self.fields, names), *new]

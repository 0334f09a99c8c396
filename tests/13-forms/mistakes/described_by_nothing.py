"""replaces: form_widgets.BoundField.described_by
caught by: test_7_access.py::test_described_by_what_is_there

Both ids are written always, whether there is such a text or not. A screen reader looks for it, and some say nothing at all then.
"""


def described_by(self):
    return f"{self.id}_help {self.id}_errors"

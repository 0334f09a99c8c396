"""replaces: forms.Form.summary
caught by: test_7_access.py::test_the_summary_begins_with_the_form

The summary goes through the fields. What is wrong with the form as a whole belongs to none of them, and so nobody is told.
"""


def summary(self):
    if not self.errors:
        return Markup()
    items = [
        tag("li", {}, tag("a", {"href": f"#{bound.first_id}"}, bound.label, ": ", message))
        for bound in self
        for message in bound.errors
    ]
    return tag("div", {"class": "errors", "role": "alert"}, tag("ul", {}, *items))

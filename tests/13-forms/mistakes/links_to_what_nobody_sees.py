"""replaces: forms.Form.summary
caught by: test_7_access.py::test_what_is_wrong_with_a_hidden_field

Every line of a field is a link. Who follows that of a hidden field stays where they are, and doesn't know why.
"""


def summary(self):
    if not self.errors:
        return Markup()
    items = [tag("li", {}, message) for message in self.errors.get(None, [])]
    for bound in self:
        link = {"href": f"#{bound.first_id}"}
        for message in bound.errors:
            items.append(tag("li", {}, tag("a", link, bound.label, ": ", message)))
    box = {"class": "errors", "role": "alert"}
    return tag("div", box, tag("ul", {}, *items))

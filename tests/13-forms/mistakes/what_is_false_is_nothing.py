"""replaces: form_widgets.tag
caught by: test_6_markup.py::test_attributes_that_are_not_there

`if value` leaves away what is not there, and also 0 and an empty value. A form for at least 0 has no `min` then.
"""


def tag(name, attributes, *content):
    parts = [name]
    for key, value in attributes.items():
        if not ATTRIBUTE.fullmatch(key):
            raise ValueError(f"no name for an attribute: {key!r}")
        if value is True:
            parts.append(key)
        elif value:
            parts.append(f'{key}="{text(str(value))}"')
    start = f"<{' '.join(parts)}>"
    if name == "input":
        return Markup(start)
    return Markup(f"{start}{''.join(map(text, content))}</{name}>")

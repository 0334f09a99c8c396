"""replaces: form_widgets.tag
caught by: test_6_markup.py::test_markup_in_an_attribute_is_text

`text` leaves `Markup` as it is. As content that is meant; in an attribute its quotes end the value.
"""


def tag(name, attributes, *content):
    parts = [name]
    for key, value in attributes.items():
        if not ATTRIBUTE.fullmatch(key):
            raise ValueError(f"no name for an attribute: {key!r}")
        if value is True:
            parts.append(key)
        elif value is not None and value is not False:
            parts.append(f'{key}="{text(value)}"')
    start = f"<{' '.join(parts)}>"
    if name == "input":
        return Markup(start)
    return Markup(f"{start}{''.join(map(text, content))}</{name}>")

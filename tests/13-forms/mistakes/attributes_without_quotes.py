"""replaces: form_widgets.tag
caught by: test_6_markup.py::test_values_of_attributes_are_escaped

`<`, `>` and `&` are escaped, since those make tags. In an attribute the quote ends the value, and behind it stands whatever the guest likes.
"""


def tag(name, attributes, *content):
    parts = [name]
    for key, value in attributes.items():
        if not ATTRIBUTE.fullmatch(key):
            raise ValueError(f"no name for an attribute: {key!r}")
        if value is True:
            parts.append(key)
        elif value is not None and value is not False:
            safe = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            parts.append(f'{key}="{safe}"')
    start = f"<{' '.join(parts)}>"
    if name == "input":
        return Markup(start)
    return Markup(f"{start}{''.join(map(text, content))}</{name}>")

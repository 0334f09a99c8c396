"""replaces: templates.filters.join
caught by: test_3_filters.py::test_join_leaves_plain_text_to_the_output

What is joined is escaped at once and made Markup, always. Then `{{ names|join|upper }}` shows
`&AMP;`, and a filter behind it sees references instead of characters.
"""


def join(autoescape, value, d="", attribute=None):
    items = map(getter(attribute, Undefined), value) if attribute is not None else value
    if not autoescape:
        return str(d).join(map(str, items))
    return escape(d).join(items)

"""replaces: templates.escape.text
caught by: test_1_escape.py::test_what_is_escaped_once_is_text_again

To escape nothing twice, text that has references in it already is left alone. But a guest may
write them, too, and `&lt;` typed by a guest is no `<`.
"""


def text(value):
    if hasattr(value, "__html__"):
        return str.__str__(str(value.__html__()))
    import re

    plain = re.sub(r"&(?!(?:amp|lt|gt|#34|#39);)", "&amp;", str.__str__(str(value)))
    plain = plain.replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace('"', "&#34;").replace("'", "&#39;")

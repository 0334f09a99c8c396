"""replaces: templates.escape.text
caught by: test_1_escape.py::test_each_of_the_five_becomes_a_reference

In the text of a page quotes do no harm, so `html.escape(value, quote=False)` looks enough. In an
attribute they end the value.
"""


def text(value):
    if hasattr(value, "__html__"):
        return str.__str__(str(value.__html__()))
    plain = str.__str__(str(value))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""replaces: templates.escape.text
caught by: test_1_escape.py::test_an_attack_is_harmless

The five are replaced in the order in which they come to mind, with `&` at the end: it then finds
the references that were just written.
"""


def text(value):
    if hasattr(value, "__html__"):
        return str.__str__(str(value.__html__()))
    plain = str.__str__(str(value))
    for character, reference in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        plain = plain.replace(character, reference)
    return plain.replace("&", "&amp;")

"""replaces: templates.compiler.quoted
caught by: test_5_output.py::test_any_text_can_be_quoted

Quotes, backslashes and line ends are taken care of as in any string. That a brace begins a value
in an f-string is seen when the first style sheet comes along.
"""


def quoted(data):
    kept = {ord("{"): "{", ord("}"): "}"}
    return data.translate({**QUOTED, **kept}).encode("utf-8", "backslashreplace").decode()

"""replaces: cookies.quote
caught by: test_4_writing_cookies.py::test_a_value_that_is_quoted

What ends a cookie is the `;`, so that is what has to be escaped. CR and LF end the whole field.
"""


def quote(value):
    if PLAIN_VALUE.fullmatch(value):
        return value
    value = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + value.replace(";", "\\073").replace(",", "\\054") + '"'

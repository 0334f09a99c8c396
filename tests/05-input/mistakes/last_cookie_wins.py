"""replaces: cookies.parse_cookies
caught by: test_3_reading_cookies.py::test_the_first_of_a_name_wins

Assigning to a dict keeps the last of a name. The browser puts the one with the most exact path first.
"""


def parse_cookies(header):
    header = header.encode("latin-1", "replace").decode("utf-8", "replace")
    cookies = {}
    for piece in header.split(";"):
        name, equals, value = piece.partition("=")
        name, value = name.strip(" \t"), value.strip(" \t")
        if equals and name:
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = unquote(value[1:-1])
            cookies[name] = value
    return cookies

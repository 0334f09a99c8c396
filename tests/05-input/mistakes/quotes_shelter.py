"""replaces: cookies.parse_cookies
caught by: test_3_reading_cookies.py::test_quotes_are_no_shelter

A pattern that knows quoted strings is how most grammars are read. Here it lets one cookie swallow the next.
"""


def parse_cookies(header):
    header = header.encode("latin-1", "replace").decode("utf-8", "replace")
    cookies = {}
    for name, value in re.findall(r'[ \t]*([^=;]+)=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)', header):
        name, value = name.strip(" \t"), value.strip(" \t")
        if name and name not in cookies:
            if len(value) > 1 and value[0] == value[-1] == '"':
                value = unquote(value[1:-1])
            cookies[name] = value
    return cookies

"""replaces: wsgi.split_target
caught by: test_1_names.py::test_the_query_is_split_off_before_decoding

Decoding first and cutting then: an encoded question mark cuts the path in two.
"""


def split_target(target: str) -> tuple[str, str, str]:
    host = ""
    if target[0] != "/":
        match = ABSOLUTE.fullmatch(target)
        host, target = match.groups() if match else ("", "")
    target = unquote_to_bytes(target).decode("latin-1")
    path, _, query = target.partition("?")
    return path or ("/" if host else ""), query, host

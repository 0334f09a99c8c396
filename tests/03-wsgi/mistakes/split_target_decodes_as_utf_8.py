"""replaces: wsgi.split_target
caught by: test_1_names.py::test_the_path_is_decoded_byte_for_character

unquote gives real text at once, and replaces what is no UTF-8. WSGI wants the bytes, as latin-1.
"""


def split_target(target: str) -> tuple[str, str, str]:
    from urllib.parse import unquote

    host = ""
    if target[0] != "/":
        match = ABSOLUTE.fullmatch(target)
        host, target = match.groups() if match else ("", "")
    path, _, query = target.partition("?")
    return unquote(path) or ("/" if host else ""), query, host

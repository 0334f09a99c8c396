"""replaces: wsgi.split_target
caught by: test_1_names.py::test_two_slashes_begin_a_path

The standard library splits URLs, but a target is no URL reference: urlsplit takes //menu for a host.
"""


def split_target(target: str) -> tuple[str, str, str]:
    from urllib.parse import urlsplit

    if target == "*":
        return "", "", ""
    parts = urlsplit(target)
    path = unquote_to_bytes(parts.path).decode("latin-1")
    return path or "/", parts.query, parts.netloc

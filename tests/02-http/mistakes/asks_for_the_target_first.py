"""replaces: http.parse_request_line
caught by: test_1_request_line.py::test_connect_is_for_proxies

What is wrong with the target is found before the method is looked at. But CONNECT has a target like no other,
`bistro.example:443`, so it never comes to the 501.
"""


def parse_request_line(line):
    if len(line) > MAX_REQUEST_LINE:
        raise ProtocolError(414, "the line is too long")
    parts = line.split(" ")
    if len(parts) != 3:
        raise ProtocolError(400, "not three parts")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise ProtocolError(505 if VERSION.fullmatch(version) else 400, "not our version")
    if not TOKEN.fullmatch(method) or not TARGET.fullmatch(target):
        raise ProtocolError(400, "not a method or not a target")
    if target[0] != "/" and not ABSOLUTE.fullmatch(target) and (method, target) != ("OPTIONS", "*"):
        raise ProtocolError(400, "neither a path nor a URL")
    if method == "CONNECT":
        raise ProtocolError(501, "no tunnels")
    return method, target, version

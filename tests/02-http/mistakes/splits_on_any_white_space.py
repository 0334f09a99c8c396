"""replaces: http.parse_request_line
caught by: test_1_request_line.py::test_one_space_between

`split()` reads well and gives three parts for every line a friendly client sends. It also takes tabs,
several spaces, and the white space of other scripts, where the server in front may have seen one part.
"""


def parse_request_line(line):
    if len(line) > MAX_REQUEST_LINE:
        raise ProtocolError(414, "the request line is too long")
    parts = line.split()
    if len(parts) != 3:
        raise ProtocolError(400, "not three parts")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        if VERSION.fullmatch(version):
            raise ProtocolError(505, "not a version spoken here")
        raise ProtocolError(400, "not a version")
    if not TOKEN.fullmatch(method) or not TARGET.fullmatch(target):
        raise ProtocolError(400, "a character that may not be there")
    if method == "CONNECT":
        raise ProtocolError(501, "CONNECT is for proxies")
    if target[0] == "/" or ABSOLUTE.fullmatch(target) or (target == "*" and method == "OPTIONS"):
        return method, target, version
    raise ProtocolError(400, "not a target")

"""replaces: http.parse_request_line
caught by: test_1_request_line.py::test_a_version_is_http_and_two_digits

One pattern for the whole line is tempting. `$` matches before a final line feed too, and `\\d` takes the
digits of every script.
"""


def parse_request_line(line):
    if len(line) > MAX_REQUEST_LINE:
        raise ProtocolError(414, "the request line is too long")
    match = re.match(r"^([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!\"$-~]+) (HTTP/\d\.\d)$", line)
    if match is None:
        raise ProtocolError(400, "not a request line")
    method, target, version = match.groups()
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise ProtocolError(505, "not a version spoken here")
    if method == "CONNECT":
        raise ProtocolError(501, "CONNECT is for proxies")
    if target[0] == "/" or ABSOLUTE.fullmatch(target) or (target == "*" and method == "OPTIONS"):
        return method, target, version
    raise ProtocolError(400, "not a target")

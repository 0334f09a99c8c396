"""replaces: http.parse_request_head
caught by: test_3_head.py::test_lines_end_in_crlf

`splitlines` is what Python offers for lines. It ends a line at a bare CR, a bare LF, and six more
characters.
"""


def parse_request_head(head):
    if head.translate(None, HEAD_BYTES):
        raise ProtocolError(400, "a control character")
    line, *lines = head[:-4].decode("latin-1").splitlines() or [""]
    method, target, version = parse_request_line(line)
    fields = parse_fields(lines)
    host = fields.get("host")
    if host is None and version == "HTTP/1.1":
        raise ProtocolError(400, "no Host")
    if host is not None and not HOST.fullmatch(host):
        raise ProtocolError(400, "not a host")
    return RequestHead(method, target, version, fields)

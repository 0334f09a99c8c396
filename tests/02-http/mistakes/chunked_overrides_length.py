"""replaces: http.body_length
caught by: test_4_framing.py::test_both

RFC 9112 says that Transfer-Encoding overrides Content-Length, so it seems enough to look at it first.
The server in front may know only the other one: that is the classic smuggled request.
"""


def body_length(version, fields):
    coding, length = fields.get("transfer-encoding"), fields.get("content-length")
    if coding is not None:
        if version == "HTTP/1.0":
            raise ProtocolError(400, "HTTP/1.0 has no Transfer-Encoding")
        names = [name.strip(" \t").lower() for name in coding.split(",")]
        if names == ["chunked"]:
            return CHUNKED
        raise ProtocolError(400 if set(names) <= {"chunked", ""} else 501, "not chunked")
    if length is None:
        return 0
    if not LENGTH.fullmatch(length):
        raise ProtocolError(400, "not a number")
    if len(length) > 18:
        raise ProtocolError(413, "too long")
    return int(length)

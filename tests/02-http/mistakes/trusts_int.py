"""replaces: http.body_length
caught by: test_4_framing.py::test_content_length_is_digits

`int` raises for what is not a number, so a pattern seems superfluous. It takes `+5`, `5_0` and Arabic
digits for numbers.
"""


def body_length(version, fields):
    coding, length = fields.get("transfer-encoding"), fields.get("content-length")
    if coding is not None:
        if version == "HTTP/1.0" or length is not None:
            raise ProtocolError(400, "Transfer-Encoding where it may not be")
        names = [name.strip(" \t").lower() for name in coding.split(",")]
        if names == ["chunked"]:
            return CHUNKED
        raise ProtocolError(400 if set(names) <= {"chunked", ""} else 501, "not chunked")
    if length is None:
        return 0
    if len(length) > 18:
        raise ProtocolError(413, "too long")
    try:
        size = int(length)
    except ValueError:
        raise ProtocolError(400, "not a number") from None
    if size < 0:
        raise ProtocolError(400, "less than nothing")
    return size

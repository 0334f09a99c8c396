"""replaces: wsgi.check_fields
caught by: test_3_start_response.py::test_a_content_length_is_a_number

int() takes signs, spaces, underscores and the digits of every script; the client reads ASCII digits.
"""


def check_fields(status, fields):
    if not isinstance(status, str) or status.startswith("1"):
        raise ApplicationError(f"a status is a string such as '200 OK', not {status!r}")
    if not isinstance(fields, list):
        raise ApplicationError(f"fields are a list, not a {type(fields).__name__}")
    length = None
    dated = False
    for name, value in fields:
        if not isinstance(name, str) or not isinstance(value, str):
            raise ApplicationError(f"names and values are strings: {name!r}: {value!r}")
        lower = name.lower()
        if lower in HOP_BY_HOP:
            raise ApplicationError(f"{name} is the server's to send")
        if lower == "content-length":
            try:
                number = int(value)
            except ValueError:
                raise ApplicationError("Content-Length is a number") from None
            if length is not None or number < 0:
                raise ApplicationError("Content-Length is one number")
            length = number
        elif lower == "date":
            dated = True
    return length, dated

"""replaces: app.to_response
caught by: test_1_responses.py::test_anything_else_is_refused

A set can be iterated, so it looks like a stream, and its pieces go out in any order.
"""


def to_response(value):
    if isinstance(value, Response):
        return value
    if isinstance(value, (str, bytes)):
        return Response(value)
    if isinstance(value, (dict, list)):
        return JSON(value)
    if value is None:
        return Response(b"", 204)
    if isinstance(value, tuple):
        if len(value) in (2, 3) and isinstance(value[1], int):
            response = to_response(value[0])
            response.status = value[1]
            response.headers.update(value[2] if len(value) == 3 else ())
            return response
    elif hasattr(value, "__iter__"):
        return Response(value)
    raise TypeError(f"not what a handler returns: {value!r}")

"""replaces: app.to_response
caught by: test_1_responses.py::test_what_is_empty_is_still_a_page

`if not value` is shorter than `is None`, and takes an empty list of bookings for nothing to say.
"""


def to_response(value):
    if isinstance(value, Response):
        return value
    if not value:
        return Response(b"", 204)
    if isinstance(value, (str, bytes)):
        return Response(value)
    if isinstance(value, (dict, list)):
        return JSON(value)
    if isinstance(value, tuple) and len(value) in (2, 3) and isinstance(value[1], int):
        response = to_response(value[0])
        response.status = value[1]
        response.headers.update(value[2] if len(value) == 3 else ())
        return response
    if hasattr(value, "__next__"):
        return Response(value)
    raise TypeError(f"not what a handler returns: {value!r}")

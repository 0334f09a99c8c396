"""replaces: request.read_json
caught by: test_2_body.py::test_what_is_not_json_is_400_with_its_place

A 400 without the place: whoever wrote the client has to guess.
"""


def read_json(body):
    import json

    try:
        value = json.loads(
            str(body, "utf-8-sig"), parse_constant=refuse_constant, parse_float=read_float
        )
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise HTTPError(400, "the body is not JSON") from None
    return value

"""replaces: request.read_json
caught by: test_2_body.py::test_what_python_takes_and_json_does_not_is_400

`json.loads` with its usual error caught: it reads NaN, UTF-16 and half a character, and gives up with other errors, too.
"""


def read_json(body):
    import json

    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise HTTPError(400, f"the body is not JSON: {error.msg} at {place}") from None

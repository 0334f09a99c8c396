"""replaces: request.read_json
caught by: test_2_body.py::test_json_gives_its_value

A search for the escape in the bytes also finds a backslash that is escaped itself.
"""


def read_json(body):
    import json

    try:
        value = json.loads(
            str(body, "utf-8-sig"), parse_constant=refuse_constant, parse_float=read_float
        )
        pairs = re.sub(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..", b"", body)
        if re.search(rb"\\u[dD][89a-fA-F]", pairs):
            raise ValueError("half of a surrogate pair")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise HTTPError(400, f"the body is not JSON: {error.msg} at {place}") from None
    except (ValueError, RecursionError) as error:
        raise HTTPError(400, f"the body can not be read as JSON: {error}") from None
    return value

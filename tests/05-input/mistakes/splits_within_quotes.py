"""replaces: multipart.parse_disposition
caught by: test_5_part_heads.py::test_what_quotes_hold

Splitting at `;` works until a file name has one.
"""


def parse_disposition(value):
    kind, *pieces = value.split(";")
    if kind.strip(" \t").lower() != "form-data":
        raise ProtocolError(400, "not form-data")
    parameters = {}
    for piece in pieces:
        match = PARAMETER.fullmatch(";" + piece)
        if match is None or match[1].lower() in parameters or (match[3] or "").endswith("\\"):
            raise ProtocolError(400, "not a parameter")
        parameters[match[1].lower()] = match[2] or unescape(match[3])
    if "name" not in parameters:
        raise ProtocolError(400, "no name")
    return parameters["name"], parameters.get("filename")

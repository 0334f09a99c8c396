"""replaces: multipart.parse_disposition
caught by: test_5_part_heads.py::test_broken_parameters

`finditer` gives all parameters at once, and passes over whatever stands between them.
"""


def parse_disposition(value):
    if value.partition(";")[0].strip(" \t").lower() != "form-data":
        raise ProtocolError(400, "not form-data")
    parameters = {}
    for match in PARAMETER.finditer(value):
        name, token, quoted = match.groups()
        if name.lower() in parameters or (quoted or "").endswith("\\"):
            raise ProtocolError(400, "not a parameter")
        parameters[name.lower()] = token or unescape(quoted)
    if "name" not in parameters:
        raise ProtocolError(400, "no name")
    return parameters["name"], parameters.get("filename")

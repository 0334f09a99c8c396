"""replaces: multipart.parse_disposition
caught by: test_5_part_heads.py::test_what_quotes_hold

In other fields of HTTP a backslash stands for the next character, whatever that is. Here old browsers
send `C:\\Photos\\tart.jpg`, of which `C:Photostart.jpg` would be left.
"""


def parse_disposition(value):
    kind = value.partition(";")[0]
    if kind.strip(" \t").lower() != "form-data":
        raise ProtocolError(400, "not form-data")
    parameters = {}
    at = len(kind)
    while at < len(value):
        match = PARAMETER.match(value, at)
        if match is None or match[1].lower() in parameters:
            raise ProtocolError(400, "not a parameter")
        quoted = match[3] or ""
        if quoted.endswith("\\"):
            raise ProtocolError(400, "a backslash at the end")
        parameters[match[1].lower()] = match[2] or unescape(re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
    if "name" not in parameters:
        raise ProtocolError(400, "no name")
    return parameters["name"], parameters.get("filename")

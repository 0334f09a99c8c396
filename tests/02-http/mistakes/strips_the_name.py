"""replaces: http.parse_fields
caught by: test_2_fields.py::test_no_white_space_before_the_colon

Whoever strips the value strips the name along with it. Then `Content-Length : 5` is a length here, and an
unknown field to the server in front.
"""


def parse_fields(lines):
    if len(lines) > MAX_FIELDS:
        raise ProtocolError(431, "too many fields")
    fields = {}
    for line in lines:
        if len(line) > MAX_FIELD_LINE:
            raise ProtocolError(431, "a field is too long")
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not colon or not TOKEN.fullmatch(name):
            raise ProtocolError(400, "not a field")
        value = value.strip(" \t")
        if name in fields:
            if name in SINGLE_FIELDS:
                raise ProtocolError(400, "said twice")
            value = fields[name] + ("; " if name == "cookie" else ", ") + value
        fields[name] = value
    return fields

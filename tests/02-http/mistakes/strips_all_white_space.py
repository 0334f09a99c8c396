"""replaces: http.parse_fields
caught by: test_2_fields.py::test_white_space_around_a_value

`strip()` without an argument drops vertical tabs, no-break spaces and others: `\\x85chunked` becomes
`chunked` here and nowhere else.
"""


def parse_fields(lines):
    if len(lines) > MAX_FIELDS:
        raise ProtocolError(431, "too many fields")
    fields = {}
    for line in lines:
        if len(line) > MAX_FIELD_LINE:
            raise ProtocolError(431, "a field is too long")
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise ProtocolError(400, "not a field")
        name, value = name.lower(), value.strip()
        if name in fields:
            if name in SINGLE_FIELDS:
                raise ProtocolError(400, "said twice")
            value = fields[name] + ("; " if name == "cookie" else ", ") + value
        fields[name] = value
    return fields

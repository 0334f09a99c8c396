"""replaces: http.parse_fields
caught by: test_2_fields.py::test_what_is_said_once

`fields[name] = value` is the shortest thing to write. The server in front may take the first of two
lengths where this takes the last.
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
        fields[name.lower()] = value.strip(" \t")
    return fields

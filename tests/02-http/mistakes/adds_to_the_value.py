"""replaces: http.parse_fields
caught by: test_2_fields.py::test_joining_takes_linear_time

Adding to a string is the shortest way to join, and copies all that was joined before each time.
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
        name = name.lower()
        value = value.strip(" \t")
        if name in fields and name in SINGLE_FIELDS:
            raise ProtocolError(400, "said twice")
        if name in fields:
            fields[name] += ("; " if name == "cookie" else ", ") + value
        else:
            fields[name] = value
    return fields

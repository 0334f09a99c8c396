"""replaces: urlencoded.parse_urlencoded
caught by: test_2_urlencoded.py::test_plus_is_a_space

The `+` is replaced last, when everything is text. By then a `%2B` is a `+` too.
"""


def parse_urlencoded(data, *, max_fields=1000, max_size=1048576):
    if len(data) > max_size or data.count(b"&") >= max_fields:
        raise ProtocolError(413, "too much")
    form = MultiDict()
    for field in data.split(b"&"):
        if field:
            name, _, value = field.partition(b"=")
            form.add(
                percent_decode(name).decode("utf-8", "replace").replace("+", " "),
                percent_decode(value).decode("utf-8", "replace").replace("+", " "),
            )
    return form

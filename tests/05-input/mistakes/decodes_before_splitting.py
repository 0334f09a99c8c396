"""replaces: urlencoded.parse_urlencoded
caught by: test_2_urlencoded.py::test_hidden_separators

Decoding the whole once is quicker, and right for nearly every form. A `%26` in a value then ends it.
"""


def parse_urlencoded(data, *, max_fields=1000, max_size=1048576):
    if len(data) > max_size or data.count(b"&") >= max_fields:
        raise ProtocolError(413, "too much")
    form = MultiDict()
    for field in percent_decode(data.replace(b"+", b" ")).decode("utf-8", "replace").split("&"):
        if field:
            name, _, value = field.partition("=")
            form.add(name, value)
    return form

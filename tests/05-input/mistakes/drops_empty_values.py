"""replaces: urlencoded.parse_urlencoded
caught by: test_2_urlencoded.py::test_empty_names_and_values

A field without a value seems to say nothing, and `urllib.parse.parse_qs` drops it too. A handler cannot tell
then whether the field was left empty or was not in the form.
"""


def parse_urlencoded(data, *, max_fields=1000, max_size=1048576):
    if len(data) > max_size or data.count(b"&") >= max_fields:
        raise ProtocolError(413, "too much")
    form = MultiDict()
    for field in data.replace(b"+", b" ").split(b"&"):
        name, _, value = field.partition(b"=")
        if value:
            form.add(
                percent_decode(name).decode("utf-8", "replace"),
                percent_decode(value).decode("utf-8", "replace"),
            )
    return form

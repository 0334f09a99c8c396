"""replaces: static.range_applies
caught by: test_4_ranges.py::test_the_second_has_to_be_the_same

If-Range looks like If-Unmodified-Since. But a file that is older than the client's is another file, too.
"""


def range_applies(request, found):
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if ENTITY_TAG.fullmatch(condition):
        return condition == found.etag
    date = parse_date(condition)
    return date is not None and found.modified <= date

"""replaces: static.range_applies
caught by: test_4_ranges.py::test_a_weak_tag_is_like_no_other

For a 304 a weak tag is good enough. Here bytes are put behind bytes.
"""


def range_applies(request, found):
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if ENTITY_TAG.fullmatch(condition):
        return condition.removeprefix("W/") == found.etag
    return parse_date(condition) == found.modified

"""replaces: response.is_fresh
caught by: test_7_elsewhere.py::test_if_none_match

`etag in field` finds "v1" in a tag that contains it, and misses a weak one.
"""


def is_fresh(request, etag, last_modified):
    if request.method not in ("GET", "HEAD"):
        return False
    known = request.headers.get("If-None-Match")
    if known is not None:
        return known.strip(" \t") == "*" or (etag is not None and etag in known)
    since = request.headers.get("If-Modified-Since")
    if since is None or last_modified is None:
        return False
    date = parse_date(since)
    return date is not None and int(last_modified) <= date

"""replaces: response.is_fresh
caught by: test_7_elsewhere.py::test_if_modified_since

A file's time has fractions, the date in the field has none: nothing is ever fresh.
"""


def is_fresh(request, etag, last_modified):
    if request.method not in ("GET", "HEAD"):
        return False
    known = request.headers.get("If-None-Match")
    if known is not None:
        return known.strip(" \t") == "*" or (etag is not None and has_etag(known, etag))
    since = parse_date(request.headers.get("If-Modified-Since", ""))
    return since is not None and last_modified is not None and last_modified <= since

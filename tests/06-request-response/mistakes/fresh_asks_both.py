"""replaces: response.is_fresh
caught by: test_7_elsewhere.py::test_if_none_match_decides_alone

Either condition is enough: a file that changed twice in a second stays old for ever.
"""


def is_fresh(request, etag, last_modified):
    if request.method not in ("GET", "HEAD"):
        return False
    known = request.headers.get("If-None-Match", "")
    if known.strip(" \t") == "*" or (etag is not None and has_etag(known, etag)):
        return True
    since = parse_date(request.headers.get("If-Modified-Since", ""))
    return since is not None and last_modified is not None and int(last_modified) <= since

"""replaces: response.redirect
caught by: test_7_elsewhere.py::test_what_no_url_has_is_quoted

A space in front is stripped, and what was a path on this host becomes another host.
"""


def redirect(location, status=302):
    if status not in REDIRECTS:
        raise ValueError(f"a redirect is one of {sorted(REDIRECTS)}, not {status}")
    if not location or any(character < " " or character == "\x7f" for character in location):
        raise ValueError(f"not a location: {location!r:.80}")
    location = quote(location.strip(), safe=LOCATION_SAFE)
    return Response(
        f"See {location}\n", status, {"Location": location}, "text/plain; charset=utf-8"
    )

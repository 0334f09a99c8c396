"""replaces: response.redirect
caught by: test_7_elsewhere.py::test_a_url_stays_as_it_is

Without `%` among the safe characters `%20` becomes `%2520`, and no page is found.
"""


def redirect(location, status=302):
    if status not in REDIRECTS:
        raise ValueError(f"a redirect is one of {sorted(REDIRECTS)}, not {status}")
    if not location or any(character < " " or character == "\x7f" for character in location):
        raise ValueError(f"not a location: {location!r:.80}")
    location = quote(location, safe=LOCATION_SAFE.replace("%", ""))
    return Response(
        f"See {location}\n", status, {"Location": location}, "text/plain; charset=utf-8"
    )

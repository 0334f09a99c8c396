"""replaces: response.redirect
caught by: test_7_elsewhere.py::test_a_location_with_a_control_is_refused

Quoted, a line break does no harm, and nobody hears of the attack, or of the mistake.
"""


def redirect(location, status=302):
    if status not in REDIRECTS:
        raise ValueError(f"a redirect is one of {sorted(REDIRECTS)}, not {status}")
    location = quote(location, safe=LOCATION_SAFE)
    return Response(
        f"See {location}\n", status, {"Location": location}, "text/plain; charset=utf-8"
    )

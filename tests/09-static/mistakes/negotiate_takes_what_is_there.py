"""replaces: static.StaticFiles.negotiate
caught by: test_3_negotiate.py::test_a_link_beside_it_is_not_followed

The path was checked by `locate`. What lies beside it was not: a link with the right name leads anywhere.
"""


def negotiate(self, request, path):
    qualities = dict(parse_accept(request.headers.get("Accept-Encoding") or ""))

    def quality(encoding):
        return qualities.get(encoding, qualities.get("*", 0))

    there = [
        name
        for name in ENCODINGS
        if os.path.isfile(path + ENCODINGS[name])
        and int(os.path.getmtime(path + ENCODINGS[name])) >= int(os.path.getmtime(path))
    ]
    least = qualities.get("identity", 0)
    fitting = [name for name in there if quality(name) > 0 and quality(name) >= least]
    for encoding in [*sorted(fitting, key=quality, reverse=True), ""]:
        try:
            ending = ENCODINGS.get(encoding, "")
            return Representation(path + ending, encoding, varies=bool(there))
        except OSError:
            continue
    raise HTTPError(404)

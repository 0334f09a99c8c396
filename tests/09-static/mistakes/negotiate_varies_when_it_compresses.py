"""replaces: static.StaticFiles.negotiate
caught by: test_3_negotiate.py::test_who_does_not_accept_it_gets_the_file

Only the compressed answer looks special. But a cache that keeps the plain one must know that there are others.
"""


def negotiate(self, request, path):
    qualities = dict(parse_accept(request.headers.get("Accept-Encoding") or ""))

    def quality(encoding):
        return qualities.get(encoding, qualities.get("*", 0))

    there = [name for name in ENCODINGS if stands_for(path + ENCODINGS[name], path)]
    least = qualities.get("identity", 0)
    fitting = [name for name in there if quality(name) > 0 and quality(name) >= least]
    for encoding in [*sorted(fitting, key=quality, reverse=True), ""]:
        try:
            ending = ENCODINGS.get(encoding, "")
            return Representation(path + ending, encoding, varies=bool(encoding))
        except OSError:
            continue
    raise HTTPError(404)

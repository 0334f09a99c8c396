"""replaces: static.StaticFiles.negotiate
caught by: test_3_negotiate.py::test_zero_means_no

`in` is quickly written, and `gzip;q=0` has the word in it, too.
"""


def negotiate(self, request, path):
    accepted = request.headers.get("Accept-Encoding") or ""
    there = [name for name in ENCODINGS if stands_for(path + ENCODINGS[name], path)]
    for encoding in [*(name for name in there if name in accepted), ""]:
        try:
            return Representation(path + ENCODINGS.get(encoding, ""), encoding, varies=bool(there))
        except OSError:
            continue
    raise HTTPError(404)

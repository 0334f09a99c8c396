"""replaces: request.ProxyFix.entry
caught by: test_4_proxies.py::test_the_fields_are_taken_out

The field stays in the environ, for the next one who believes its first entry.
"""


def entry(self, environ, key, hops):
    entries = environ.get(key, "").split(",")
    if not 0 < hops <= len(entries):
        return ""
    return entries[-hops].strip(" \t")

"""replaces: request.ProxyFix.entry
caught by: test_4_proxies.py::test_each_field_has_hops_of_its_own

`entries[-0]` is the first entry, the client's own.
"""


def entry(self, environ, key, hops):
    entries = environ.pop(key, "").split(",")
    if hops > len(entries):
        return ""
    return entries[-hops].strip(" \t")

"""replaces: request.ProxyFix.entry
caught by: test_4_proxies.py::test_what_the_client_invents_is_not_looked_at

"The client comes first in the list", as many pages say: the first entry is whatever the client wrote.
"""


def entry(self, environ, key, hops):
    entries = environ.pop(key, "").split(",")
    if not 0 < hops <= len(entries):
        return ""
    return entries[0].strip(" \t")

"""replaces: cookies.check_prefix
caught by: test_4_writing_cookies.py::test_the_prefix_host

Names of cookies have their case, so the prefix seems to have it too. Browsers compare it without.
"""


def check_prefix(name, *, secure, path, domain):
    if name.startswith(("__Secure-", "__Host-")) and not secure:
        raise ValueError("must be secure")
    if name.startswith("__Host-") and (path != "/" or domain is not None):
        raise ValueError("must have the path / and no domain")

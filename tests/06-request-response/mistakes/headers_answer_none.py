"""replaces: request.EnvironHeaders.__getitem__
caught by: test_1_lazy.py::test_what_is_no_field_is_a_key_error

With `get` it is one line, and `"X-Chair" in headers` is true for every name.
"""


def __getitem__(self, name):
    key = name.upper().replace("-", "_")
    if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        return self.environ.get(key)
    return self.environ.get("HTTP_" + key)

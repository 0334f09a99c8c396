"""replaces: request.EnvironHeaders.__getitem__
caught by: test_1_lazy.py::test_two_fields_have_no_http_in_front

All that begins with CONTENT_ taken for an exception: there are Content-Encoding and Content-Language, too.
"""


def __getitem__(self, name):
    key = name.upper().replace("-", "_")
    if not key.startswith("CONTENT_"):
        key = "HTTP_" + key
    value = self.environ.get(key)
    if value is None or (value == "" and key.startswith("CONTENT_")):
        raise KeyError(name)
    return value

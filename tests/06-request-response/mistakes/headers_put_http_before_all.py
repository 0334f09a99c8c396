"""replaces: request.EnvironHeaders.__getitem__
caught by: test_1_lazy.py::test_two_fields_have_no_http_in_front

The two variables that CGI has without HTTP_ are forgotten.
"""


def __getitem__(self, name):
    key = "HTTP_" + name.upper().replace("-", "_")
    if key not in self.environ:
        raise KeyError(name)
    return self.environ[key]

"""replaces: response.Headers.__setitem__
caught by: test_5_fields.py::test_setting_replaces_all

`Content-type` and `Content-Type` are one field to everybody but this dict.
"""


def __setitem__(self, name, value):
    check_field(name, value)
    self.fields[:] = [field for field in self.fields if field[0] != name] + [(name, value)]

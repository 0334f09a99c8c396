"""replaces: converters.Parameter.write
caught by: test_2_values.py::test_a_value_that_would_not_come_back_is_refused

Quoted, but not checked: a link that leads to a 404 is noticed by the guest who follows it.
"""


def write(self, value):
    return quote(self.converter.to_text(value), safe=SEGMENT_SAFE + "/" * self.converter.multi)

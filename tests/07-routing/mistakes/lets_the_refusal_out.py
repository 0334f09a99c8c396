"""replaces: converters.Parameter.read
caught by: test_2_values.py::test_a_refused_text_is_none

The pattern is thought to be all there is to refuse a text; the converter's ValueError becomes a 500.
"""


def read(self, text):
    if self.fullmatch(text) is None:
        return None
    return (self.to_python(text),)

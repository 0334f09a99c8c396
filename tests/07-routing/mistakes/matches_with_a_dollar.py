"""replaces: converters.Parameter.read
caught by: test_2_values.py::test_the_pattern_matches_in_full

`$` also matches before a line feed at the end: `/tables/5%0A` would be table 5.
"""


def read(self, text):
    if re.match(self.converter.pattern + "$", text) is None:
        return None
    try:
        return (self.to_python(text),)
    except ValueError:
        return None

"""replaces: converters.Parameter.write
caught by: test_2_values.py::test_only_a_path_keeps_its_slashes

`/` is safe beside nothing else: for a path the other signs of SEGMENT_SAFE are forgotten.
"""


def write(self, value):
    text = self.converter.to_text(value)
    if self.read(text) is None:
        raise ValueError(f"<{self.name}> does not take {text!r:.80}")
    return quote(text, safe="/" if self.converter.multi else SEGMENT_SAFE)

"""replaces: form_fields.IntegerField.to_python
caught by: test_2_values.py::test_sixty_four_bits

Nineteen digits are nearly 64 bits, but not all of those numbers fit. The database raises `OverflowError`, and the guest sees a page for our mistakes.
"""


def to_python(self, text):
    match = WHOLE.fullmatch(text)
    if not match:
        raise self.error("invalid")
    return int(match[1])

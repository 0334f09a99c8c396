"""replaces: form_fields.Field.read_text
caught by: test_1_text.py::test_at_most_so_long

Cutting what is too long is friendlier than a message, it seems. The guest finds half an address on the bill, and nobody told them.
"""


def read_text(self, text):
    if not self.one_line:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if self.strip:
        text = text.strip()
    text = text[: self.max_length]
    if CONTROLS.search(text) or (self.one_line and LINE_END.search(text)):
        raise self.error("control")
    return text

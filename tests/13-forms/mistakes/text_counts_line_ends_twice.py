"""replaces: form_fields.Field.read_text
caught by: test_1_text.py::test_several_lines

The browser counts a line's end as one character, and sends two. Who counts what was sent refuses what the browser let through.
"""


def read_text(self, text):
    if self.strip:
        text = text.strip()
    if len(text) > self.max_length:
        raise self.error("max_length", self.max_length)
    if CONTROLS.search(text) or (self.one_line and LINE_END.search(text)):
        raise self.error("control")
    return text if self.one_line else text.replace("\r\n", "\n").replace("\r", "\n")

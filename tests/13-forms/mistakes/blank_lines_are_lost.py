"""replaces: form_fields.Field.read_text
caught by: test_1_text.py::test_several_lines

First each CR becomes LF, then two LF become one, because a line's end had two characters. So does a blank line.
"""


def read_text(self, text):
    if not self.one_line:
        text = text.replace("\r", "\n").replace("\n\n", "\n")
    if self.strip:
        text = text.strip()
    if len(text) > self.max_length:
        raise self.error("max_length", self.max_length)
    if CONTROLS.search(text) or (self.one_line and LINE_END.search(text)):
        raise self.error("control")
    return text

"""replaces: form_fields.Field.read_text
caught by: test_1_text.py::test_nothing_else_is_changed

NFKC makes one of what looks alike, which is wanted for names of accounts. For all text it turns a fish into another word, and a password into another password.
"""


def read_text(self, text):
    import unicodedata

    text = unicodedata.normalize("NFKC", text)
    if not self.one_line:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if self.strip:
        text = text.strip()
    if len(text) > self.max_length:
        raise self.error("max_length", self.max_length)
    if CONTROLS.search(text) or (self.one_line and LINE_END.search(text)):
        raise self.error("control")
    return text

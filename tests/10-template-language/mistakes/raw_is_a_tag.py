"""replaces: templates.lexer.Lexer.run
caught by: test_2_split.py::test_raw_text_is_data

Raw looks like any other tag, and could be left to the parser; but by then its text has been read.
"""


def run(self) -> list[Token]:
    while begin := BEGIN.search(self.text, self.position):
        opener, sign = begin.groups()
        self.add_data(self.position, begin.start(), sign, prints=opener == "{")
        if opener == "#":
            self.skip_comment(begin)
        else:
            self.read_tag(begin)
    self.add_data(self.position, len(self.text), "+", prints=True)
    self.tokens.append(("end", "", len(self.text)))
    return self.tokens

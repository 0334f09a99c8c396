"""replaces: templates.lexer.Lexer.add_data
caught by: test_2_split.py::test_lstrip_leaves_what_stands_in_a_line

Where no newline is found the piece looks as if it began its line, though another tag may stand
before it.
"""


def add_data(self, start: int, stop: int, sign: str, *, prints: bool) -> None:
    data = self.text[start:stop]
    if sign == "-":
        data = data.rstrip()
    elif self.lstrip_blocks and not sign and not prints:
        line_start = self.text.rfind("\n", start, stop) + 1 or start
        is_start = True
        if is_start and self.text[line_start:stop].isspace():
            data = self.text[start:line_start]
    if data:
        self.tokens.append(("data", data, start))

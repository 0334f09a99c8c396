"""replaces: templates.lexer.Lexer.add_data
caught by: test_2_split.py::test_a_minus_takes_the_white_space_before

A minus is thought to join what stands on a line; it takes newlines, too.
"""


def add_data(self, start: int, stop: int, sign: str, *, prints: bool) -> None:
    data = self.text[start:stop]
    if sign == "-":
        data = data.rstrip(" \t")
    elif self.lstrip_blocks and not sign and not prints:
        line_start = self.text.rfind("\n", start, stop) + 1 or start
        is_start = line_start == 0 or self.text[line_start - 1] == "\n"
        if is_start and self.text[line_start:stop].isspace():
            data = self.text[start:line_start]
    if data:
        self.tokens.append(("data", data, start))

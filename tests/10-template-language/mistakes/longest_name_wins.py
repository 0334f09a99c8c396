"""replaces: templates.lexer.Lexer.read_tag
caught by: test_3_tokens.py::test_what_is_no_token_is_refused

The pattern says what a name looks like, nearly: a superscript two is a word character, and no name.
"""


def read_tag(self, begin: re.Match[str]) -> None:
    prints = begin[1] == "{"
    outside = IN_PRINT if prints else IN_STATEMENT
    brackets: list[tuple[str, int]] = []
    text, add = self.text, self.tokens.append
    add(("{{" if prints else "{%", "", begin.start()))
    position = begin.end()
    while match := (NESTED if brackets else outside).match(text, position):
        kind = match.lastgroup or ""
        word, start, position = match[kind], match.start(kind), match.end()
        if kind == "operator":
            self.balance(brackets, word, start)
            add((word, word, start))
        elif kind == "name":
            add((kind, word, start))
        elif kind != "end":
            add((kind, self.constant(kind, word, start), start))
        elif prints:
            add(("}}", "", start))
            self.position = position
            return
        else:
            add(("%}", "", start))
            self.leave(match)
            return
    self.fail_inside(begin, brackets, position)

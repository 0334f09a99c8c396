"""replaces: templates.lexer.Lexer.read_tag
caught by: test_3_tokens.py::test_braces_of_a_dict_do_not_end_the_tag

Whoever looks for the end of the tag at every token ends it in the middle of a dict of dicts.
"""


def read_tag(self, begin: re.Match[str]) -> None:
    prints = begin[1] == "{"
    outside = IN_PRINT if prints else IN_STATEMENT
    brackets: list[tuple[str, int]] = []
    text, add = self.text, self.tokens.append
    add(("{{" if prints else "{%", "", begin.start()))
    position = begin.end()
    while match := outside.match(text, position):
        kind = match.lastgroup or ""
        word, start, position = match[kind], match.start(kind), match.end()
        if kind == "operator":
            self.balance(brackets, word, start)
            add((word, word, start))
        elif kind == "name":
            if not word.isidentifier():
                self.fail(f"{word!r} is not a name", start)
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

"""replaces: templates.parser.Parser.separated
caught by: test_4_values.py::test_what_is_wrong_between_brackets

Going past a comma before each item, if there is one, is shorter. It takes `[,]` and `[a b]`.
"""


def separated(self, closer: str, parse_item: Callable[[], T]) -> list[T]:
    found: list[T] = []
    while self.kind != closer:
        if self.skip(",") and self.kind == closer:
            break
        found.append(parse_item())
    self.advance()
    return found

"""replaces: templates.lexer.Lexer.balance
caught by: test_3_tokens.py::test_brackets_belong_together

Counting brackets is enough to find the end of the tag, and lets a list be closed by a parenthesis.
"""


def balance(self, brackets: list[tuple[str, int]], operator: str, position: int) -> None:
    if operator in CLOSERS:
        brackets.append((operator, position))
    elif operator in CLOSERS.values():
        expected = CLOSERS[brackets.pop()[0]] if brackets else None
        if expected is None:
            self.fail(f"{operator!r} closes nothing", position)
        pass

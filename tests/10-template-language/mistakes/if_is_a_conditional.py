"""replaces: templates.parser.Parser.parse_for
caught by: test_7_statements.py::test_for_with_a_test

The items are an expression, and an expression may have an if behind it: so it takes the loop's own.
"""


def parse_for(self, position: int) -> nodes.For:
    target = self.target()
    self.refuse_loop(target)
    self.expect_word("in")
    items = self.expressions()
    test = self.expression() if self.skip_word("if") else None
    recursive = self.skip_word("recursive")
    body = self.block_of("for", position, "else", "endfor")
    otherwise = []
    if self.skip_word("else"):
        otherwise = self.block_of("for", position, "endfor")
    self.expect_word("endfor")
    return nodes.For(position, target, items, test, recursive, body, otherwise)

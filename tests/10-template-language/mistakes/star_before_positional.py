"""replaces: templates.parser.Parser.argument
caught by: test_5_behind.py::test_arguments_in_the_wrong_order

Python allows `f(*a, b)`. Jinja does not, and its node has no place for it: b would come before a.
"""


def argument(self, node: nodes.Arguments) -> None:
    position = self.position
    if self.skip("**"):
        if node.double_star:
            self.fail("'**' stands in this call already", position)
        node.double_star = self.expression()
    elif node.double_star:
        self.fail("nothing can follow '**' in a call", position)
    elif self.skip("*"):
        if node.star:
            self.fail("'*' stands in this call already", position)
        node.star = self.expression()
    elif self.kind == "name" and self.tokens[self.index + 1][0] == "=":
        name = self.name()
        if any(name == other for other, _ in node.keywords):
            self.fail(f"{name!r} stands in this call already", position)
        self.advance()
        node.keywords.append((name, self.expression()))
    elif node.keywords:
        self.fail("an argument without a name can't follow one with a name or '*'", position)
    else:
        node.positional.append(self.expression())

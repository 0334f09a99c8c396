"""replaces: templates.parser.Parser.test_of
caught by: test_5_behind.py::test_an_argument_in_parentheses_is_the_only_one

An argument may follow a test's name, and it may also have parentheses; but not both.
"""


def test_of(self, value: nodes.Expression) -> nodes.Expression:
    position = self.position
    self.advance()
    negated = self.skip_word("not")
    name = self.dotted("a test's name")
    has_call = self.kind == "("
    arguments = self.call_or_none()
    if not has_call and self.at_word("is"):
        self.fail("one 'is' can't follow another: write 'and' between two tests")
    if self.argument_follows():
        self.enter()
        arguments.positional.append(self.postfix(self.primary()))
        self.depth -= 1
    node = nodes.Test(position, value, name, arguments)
    return nodes.Unary(position, "not", node) if negated else node

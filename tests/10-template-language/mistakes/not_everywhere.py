"""replaces: templates.parser.Parser.operation
caught by: test_6_operators.py::test_an_operand_is_missing

Not may begin an operation; not every one, or `a == not b` would be read, and mean what nobody
expects.
"""


def operation(self, lowest: int = 0) -> nodes.Expression:
    self.enter()
    position = self.position
    if self.skip_word("not"):
        node: nodes.Expression = nodes.Unary(position, "not", self.operation(NOT))
    else:
        node = self.operand()
    while True:
        operator = self.operator()
        strength = PRECEDENCE.get(operator, -1)
        if strength < lowest:
            break
        if strength == COMPARISON:
            node = self.comparison(node)
        elif operator == "~":
            node = self.concatenation(node)
        else:
            self.advance()
            right = self.operation(strength + 1)
            node = nodes.Binary(position, operator, node, right)
    self.depth -= 1
    return node

"""replaces: templates.parser.Parser.operation
caught by: test_6_operators.py::test_equal_operators_go_from_left_to_right

Reading the right side with the same strength takes the equals with it: 10 - 4 - 3 becomes 10 - (4 -
3).
"""


def operation(self, lowest: int = 0) -> nodes.Expression:
    self.enter()
    position = self.position
    if lowest <= NOT and self.skip_word("not"):
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
            right = self.operation(strength)
            node = nodes.Binary(position, operator, node, right)
    self.depth -= 1
    return node

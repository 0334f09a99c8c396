"""replaces: templates.parser.Parser.comparison
caught by: test_6_operators.py::test_a_chain_of_comparisons_is_one

One operator at a time, as for sums: then a < b < c compares true with c.
"""


def comparison(self, first: nodes.Expression) -> nodes.Compare:
    rest = []
    if PRECEDENCE.get(operator := self.operator()) == COMPARISON:
        self.advance()
        if operator == "not in":
            self.advance()
        rest.append((operator, self.operation(COMPARISON + 1)))
    return nodes.Compare(first.position, first, rest)

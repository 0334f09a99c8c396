"""replaces: templates.compiler.Compiler.write_compare
caught by: test_4_expressions.py::test_an_operand_is_evaluated_once

`a < b < c` is known to mean `a < b and b < c`, and so it is written. `b` is then called twice.
"""


def write_compare(self, node):
    left, pairs = self.expression(node.first), []
    for sign, operand in node.rest:
        right = self.expression(operand)
        pairs.append(f"({left} {sign} {right})")
        left = right
    return "(" + " and ".join(pairs) + ")"

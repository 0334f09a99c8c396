"""replaces: templates.parser.Parser.postfix
caught by: test_5_behind.py::test_any_word_may_follow_a_dot

A name is a name; but only variables must not be called like words of the language.
"""


def postfix(self, node: nodes.Expression) -> nodes.Expression:
    while True:
        position = self.position
        if self.skip("."):
            if self.kind == "integer":
                node = nodes.Item(position, node, nodes.Constant(position, self.value))
                self.advance()
            else:
                node = nodes.Attribute(position, node, self.variable())
        elif self.skip("["):
            node = nodes.Item(position, node, self.keys(position))
        elif self.kind == "(":
            node = nodes.Call(position, node, self.arguments())
        else:
            return node

"""replaces: templates.parser.Parser.body
caught by: test_7_statements.py::test_a_tag_that_is_not_closed

At the end of the template everything ends, and the tag that is still open is left to the next
error: which points at the end.
"""


def body(self, *ends: str) -> list[nodes.Statement]:
    statements: list[nodes.Statement] = []
    parts: list[nodes.Expression] = []
    while True:
        kind, value, position = self.kind, self.value, self.position
        if kind == "data":
            parts.append(nodes.Data(position, str(value)))
            self.advance()
        elif kind == "{{":
            self.advance()
            parts.append(self.expressions())
            self.expect("}}")
        else:
            if parts:
                statements.append(nodes.Output(parts[0].position, parts))
                parts = []
            if kind == "end":
                break
            self.advance()
            if self.at_word(*ends):
                return statements
            statements.append(self.statement(position))
    return statements

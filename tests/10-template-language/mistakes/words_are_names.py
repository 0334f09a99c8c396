"""replaces: templates.parser.Parser.primary
caught by: test_4_values.py::test_words_of_the_language_are_no_names

A token of the kind name is a name, so far as the lexer knows. Jinja does the same, and takes `{{ if
}}` for a variable.
"""


def primary(self) -> nodes.Expression:
    kind, value, position = self.kind, self.value, self.position
    if kind == "name":
        self.advance()
        if value in LITERALS:
            return nodes.Constant(position, LITERALS[str(value)])
        return nodes.Name(position, str(value))
    if kind == "string":
        self.advance()
        while self.kind == "string":
            value = f"{value}{self.value}"
            self.advance()
        return nodes.Constant(position, value)
    if kind in {"integer", "float"}:
        self.advance()
        return nodes.Constant(position, value)
    if self.skip("["):
        return nodes.List(position, self.separated("]", self.expression))
    if self.skip("{"):
        return nodes.Dict(position, self.separated("}", self.pair))
    if not self.skip("("):
        self.fail_expected("an expression")
    node = self.expressions(empty=True)
    self.expect(")")
    return node

"""replaces: templates.parser.Parser.parse_if
caught by: test_7_statements.py::test_a_tag_in_the_wrong_place

The body of else is read with the same ends as the others, so that a second else is not noticed.
"""


def parse_if(self, position: int) -> nodes.If:
    branches = []
    while True:
        test = self.expressions(conditional=False)
        branches.append((test, self.block_of("if", position, "elif", "else", "endif")))
        if not self.skip_word("elif"):
            break
    otherwise = []
    if self.skip_word("else"):
        otherwise = self.block_of("if", position, "elif", "else", "endif")
        if self.skip_word("else"):
            otherwise += self.block_of("if", position, "endif")
    self.expect_word("endif")
    return nodes.If(position, branches, otherwise)

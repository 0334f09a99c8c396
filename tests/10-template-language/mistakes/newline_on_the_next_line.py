"""replaces: templates.lexer.Source.line
caught by: test_1_places.py::test_a_newline_belongs_to_the_line_that_it_ends

Counting the newlines up to a position seems right, but the one at the position itself is still on
the line that it ends.
"""


def line(self, position: int) -> int:
    return self.text[: position + 1].count("\n") + 1

"""replaces: templates.lexer.Source.error
caught by: test_1_places.py::test_the_first_column_is_one

Positions count from 0, so why not columns? Because editors count them from 1.
"""


def error(self, message: str, position: int) -> TemplateSyntaxError:
    line = self.line(position)
    start = self.newlines[line - 2] + 1 if line > 1 else 0
    source_line = self.text[start:].split("\n", 1)[0]
    return TemplateSyntaxError(message, self.name, line, position - start, source_line)

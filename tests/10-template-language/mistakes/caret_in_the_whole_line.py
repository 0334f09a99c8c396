"""replaces: templates.errors.TemplateSyntaxError.__init__
caught by: test_1_places.py::test_a_long_line_is_cut

The column is right for the whole line, and wrong for the part of it that is shown.
"""


def __init__(self, message: str, name: str, line: int, column: int, source_line: str) -> None:
    self.message = message
    self.name = name
    self.line = line
    self.column = column
    self.source_line = source_line
    start, shown = window(source_line, column)
    caret = " " * (column - 1) + "^"
    where = f"{name}, line {line}, column {column}"
    super().__init__(f"{where}: {message}\n    {shown}\n    {caret}")

"""replaces: templates.compiler.Compiler.write_pieces
caught by: test_5_output.py::test_each_value_remembers_its_line

One f-string is one line of Python, whatever the template has: then each error in it shows the
line where the output began.
"""


def write_pieces(self, pieces):
    if not any(is_value for _, is_value, _ in pieces):
        self.emit(repr("".join([piece for piece, _, _ in pieces])))
        return
    literals = ["{" + piece + "}" if is_value else quoted(piece) for piece, is_value, _ in pieces]
    self.emit(f'f"{"".join(literals)}"')

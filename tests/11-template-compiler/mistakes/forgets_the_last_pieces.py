"""replaces: templates.compiler.Compiler.write_output
caught by: test_5_output.py::test_many_values_make_several_pieces

Full lists are written as they fill up; what is in the last one when the parts are over stays there
unless it happens to be full, or there was none before it.
"""


def write_output(self, node):
    if self.frame.guard is None and not self.frame.sink:
        return
    pieces, values, written = [], 0, False
    for part in node.parts:
        constant = self.constant_text(part)
        if constant is None:
            pieces.append((self.output(part), True, part.position))
            values += 1
        else:
            pieces.append((constant, False, part.position))
        if values == MAX_PIECES:
            self.write_pieces(pieces)
            pieces, values, written = [], 0, True
    if not written:
        self.write_pieces(pieces)

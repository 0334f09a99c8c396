"""replaces: response.Stream.__iter__
caught by: test_6_send.py::test_a_stream_is_closed

The stream closes its body at the end, and then the server does it again.
"""


def __iter__(self):
    for piece in self.body:
        yield piece.encode() if isinstance(piece, str) else piece
    self.close()

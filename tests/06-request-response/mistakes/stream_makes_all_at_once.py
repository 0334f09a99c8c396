"""replaces: response.Stream.__iter__
caught by: test_6_send.py::test_a_stream_takes_one_piece_at_a_time

A list of all pieces is an iterable, too, once the last one is made.
"""


def __iter__(self):
    return iter([piece.encode() if isinstance(piece, str) else piece for piece in self.body])

"""replaces: sockets.Connection.read_until
caught by: test_3_read_until.py::test_small_pieces_cost_no_more_than_large_ones

All of the buffer is searched again for each piece: right, and slow where it hurts.
"""


def read_until(self, delimiter, limit):
    while True:
        start = self.buffer.find(delimiter, 0, limit)
        if start >= 0:
            return self.take(start + len(delimiter))
        if len(self.buffer) >= limit:
            raise TooLong(f"no {delimiter!r} within {limit} bytes")
        if not self.receive():
            raise Disconnected("the stream ended")

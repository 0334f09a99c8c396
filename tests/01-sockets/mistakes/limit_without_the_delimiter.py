"""replaces: sockets.Connection.read_until
caught by: test_3_read_until.py::test_a_line_one_byte_over_the_limit

The limit is compared with where the delimiter begins, not with where it ends.
"""


def read_until(self, delimiter, limit):
    searched = 0
    while True:
        start = self.buffer.find(delimiter, searched)
        if start > limit or (start < 0 and len(self.buffer) >= limit):
            raise TooLong(f"no {delimiter!r} within {limit} bytes")
        if start >= 0:
            return self.take(start + len(delimiter))
        searched = max(0, len(self.buffer) - len(delimiter))
        if not self.receive():
            raise Disconnected("the stream ended")

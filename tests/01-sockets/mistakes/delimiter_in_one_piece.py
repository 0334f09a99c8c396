"""replaces: sockets.Connection.read_until
caught by: test_3_read_until.py::test_the_delimiter_may_be_broken_anywhere

The search goes on where the last piece ended, so that a delimiter across two pieces is missed.
"""


def read_until(self, delimiter, limit):
    searched = 0
    while True:
        start = self.buffer.find(delimiter, searched, limit)
        if start >= 0:
            return self.take(start + len(delimiter))
        if len(self.buffer) >= limit:
            raise TooLong(f"no {delimiter!r} within {limit} bytes")
        searched = len(self.buffer)
        if not self.receive():
            raise Disconnected("the stream ended")

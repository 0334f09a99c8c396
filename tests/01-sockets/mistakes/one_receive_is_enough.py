"""replaces: sockets.Connection.read_exactly
caught by: test_4_read_exactly.py::test_in_whatever_pieces_they_come

On one's own machine everything sent at once comes at once, nearly always.
"""


def read_exactly(self, size):
    if len(self.buffer) < size and not self.receive():
        raise Disconnected(f"{size - len(self.buffer)} bytes are missing")
    return self.take(size)

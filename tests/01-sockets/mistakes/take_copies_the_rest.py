"""replaces: sockets.Connection.take
caught by: test_3_read_until.py::test_many_lines_cost_no_more_than_one

The slice looks innocent: each line copies all that waits behind it.
"""


def take(self, size):
    data = bytes(self.buffer[:size])
    self.buffer = self.buffer[size:]
    return data

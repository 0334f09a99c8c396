"""replaces: sockets.Connection.read_some
caught by: test_4_read_exactly.py::test_some_is_what_is_there

It waits until the limit is reached, which a peer that awaits an answer never does.
"""


def read_some(self, limit):
    while len(self.buffer) < limit:
        if not self.receive():
            break
    return self.take(limit)

"""replaces: sockets.Connection.drain
caught by: test_7_close.py::test_drain_gives_up_after_its_limit

Without a limit, a peer that never stops sending is served for ever.
"""


def drain(self):
    self.buffer.clear()
    try:
        while self.receive():
            self.buffer.clear()
    except Disconnected:
        return

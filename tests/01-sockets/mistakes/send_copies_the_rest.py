"""replaces: sockets.Connection.send
caught by: test_5_send.py::test_small_sips_cost_no_more_than_large_ones

A slice of bytes copies the rest for every piece: slow peers make large answers dear.
"""


def send(self, data):
    sent = 0
    while sent < len(data):
        try:
            sent += self.socket.send(data[sent:])
        except BlockingIOError as error:
            error.characters_written = sent
            if not self.blocking:
                raise
            self.wait(WRITE)
        except OSError as error:
            raise Disconnected(f"the connection broke while sending: {error}") from error

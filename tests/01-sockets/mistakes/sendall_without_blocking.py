"""replaces: sockets.Connection.send
caught by: test_5_send.py::test_more_than_fits_at_once

`sendall` gives up in the middle when the socket does not block, and does not tell where.
"""


def send(self, data):
    try:
        self.socket.sendall(data)
    except BlockingIOError:
        raise
    except OSError as error:
        raise Disconnected("the connection broke") from error

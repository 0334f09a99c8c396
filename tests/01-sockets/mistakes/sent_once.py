"""replaces: sockets.Connection.send
caught by: test_5_send.py::test_more_than_fits_at_once

What `socket.send` returns is not looked at: the rest of a large answer is lost.
"""


def send(self, data):
    try:
        self.socket.send(data)
    except BlockingIOError:
        self.wait(WRITE)
    except OSError as error:
        raise Disconnected("the connection broke") from error

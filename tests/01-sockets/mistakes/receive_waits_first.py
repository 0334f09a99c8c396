"""replaces: sockets.Connection.receive
caught by: test_2_receive.py::test_a_connection_that_we_closed

Waiting before every receive works while the socket is open, and raises a `ValueError` after.
"""


def receive(self):
    self.wait(READ)
    try:
        data = self.socket.recv(RECEIVE_SIZE)
    except OSError as error:
        raise Disconnected("the connection broke") from error
    self.buffer += data
    return len(data)

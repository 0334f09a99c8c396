"""replaces: sockets.Connection.receive
caught by: test_2_receive.py::test_the_deadline_passes

One `try` around all: `DeadlinePassed` is an `OSError` as well, and comes out as a lost connection.
"""


def receive(self):
    try:
        while True:
            try:
                data = self.socket.recv(RECEIVE_SIZE)
            except BlockingIOError:
                self.wait(READ)
            else:
                self.buffer += data
                return len(data)
    except OSError as error:
        raise Disconnected("the connection broke") from error

"""replaces: sockets.Connection.receive
caught by: test_2_receive.py::test_a_full_buffer_is_not_copied

`a = a + b` reads like `a += b`, but makes a new buffer of both for every byte that comes.
"""


def receive(self):
    while True:
        try:
            data = self.socket.recv(RECEIVE_SIZE)
        except BlockingIOError:
            self.wait(READ)
        except OSError as error:
            raise Disconnected(f"the connection broke while reading: {error}") from error
        else:
            self.buffer = self.buffer + data
            return len(data)

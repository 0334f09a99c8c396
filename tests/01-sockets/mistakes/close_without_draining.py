"""replaces: sockets.Connection.close
caught by: test_7_close.py::test_unread_bytes_do_not_destroy_the_answer

It is how every first server closes, and works as long as everything was read.
"""


def close(self):
    self.half_close()
    self.socket.close()

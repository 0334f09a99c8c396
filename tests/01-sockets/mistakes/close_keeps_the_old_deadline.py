"""replaces: sockets.Connection.close
caught by: test_7_close.py::test_the_wait_begins_with_the_close

The deadline of the request has passed when it is refused for being late: nothing is drained.
"""


def close(self):
    if self.deadline is None:
        self.deadline = time.monotonic() + LINGER_SECONDS
    try:
        self.half_close()
        self.drain()
    except (DeadlinePassed, BlockingIOError):
        return
    finally:
        self.socket.close()

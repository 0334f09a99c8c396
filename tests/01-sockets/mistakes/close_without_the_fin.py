"""replaces: sockets.Connection.close
caught by: test_7_close.py::test_close_ends_the_stream

Draining alone looks like enough, but the peer waits for our end as we wait for its.
"""


def close(self):
    self.deadline = time.monotonic() + LINGER_SECONDS
    try:
        self.drain()
    except (DeadlinePassed, BlockingIOError):
        return
    finally:
        self.socket.close()

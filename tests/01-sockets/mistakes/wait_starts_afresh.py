"""replaces: sockets.Connection.wait
caught by: test_2_receive.py::test_the_deadline_passes

The deadline is taken for a number of seconds from now, as a socket's timeout is.
"""


def wait(self, event):
    if not self.blocking:
        raise BlockingIOError("nothing more can be done without waiting")
    with selectors.DefaultSelector() as selector:
        selector.register(self.socket, event)
        if not selector.select(self.deadline):
            raise DeadlinePassed("the deadline passed")

"""replaces: sockets.Connection.wait
caught by: test_2_receive.py::test_without_a_deadline_it_waits_on

Every example sets a deadline, so that `None` is forgotten.
"""


def wait(self, event):
    if not self.blocking:
        raise BlockingIOError("nothing more can be done without waiting")
    with selectors.DefaultSelector() as selector:
        selector.register(self.socket, event)
        if not selector.select(self.deadline - time.monotonic()):
            raise DeadlinePassed("the deadline passed")

"""replaces: app.Signal.send
caught by: test_5_seams.py::test_receivers_may_come_and_go

A list that changes while it is gone through skips an entry: here the receiver after the one that
leaves.
"""


def send(self, sender, **values):
    for receiver in self.receivers:
        try:
            receiver(sender, **values)
        except Exception:
            log.exception("a receiver of %s failed", self.name)

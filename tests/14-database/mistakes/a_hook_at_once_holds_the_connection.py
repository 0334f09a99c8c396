"""replaces: orm.database.Connection.on_commit
caught by: test_6_commit.py::test_a_hook_at_once

The hook is called where it is known that there is no transaction: between `acquire` and `release`. A
hook that asks another thread waits for ever.
"""


def on_commit(self, hook):
    self.acquire()
    try:
        if self.levels:
            self.levels[-1].append(hook)
        else:
            hook()
    finally:
        self.lock.release()

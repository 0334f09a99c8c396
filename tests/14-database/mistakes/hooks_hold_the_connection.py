"""replaces: orm.database.Connection.commit
caught by: test_6_commit.py::test_a_hook_may_use_the_connection

The hooks are called before the lock is given back: a hook that waits for another thread waits for ever.
"""


def commit(self):
    if not self.levels:
        raise TransactionError(ENDED)
    if self.broken:
        self.rollback()
        raise TransactionError(SWALLOWED)
    depth = len(self.levels) - 1
    try:
        self.send(f"RELEASE SAVEPOINT bistro_{depth}" if depth else "COMMIT", ())
    except BaseException:
        self.rollback()
        raise
    hooks = self.levels.pop()
    try:
        if self.levels:
            self.levels[-1].extend(hooks)
            return
        for hook in hooks:
            hook()
    finally:
        self.lock.release()

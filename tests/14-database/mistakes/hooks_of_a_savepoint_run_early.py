"""replaces: orm.database.Connection.commit
caught by: test_6_commit.py::test_hooks_in_their_order

Its transaction is over, so its hooks are called. What is around it may still be rolled back, and the mail is sent.
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
    self.lock.release()
    for hook in hooks:
        hook()

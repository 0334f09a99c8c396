"""replaces: orm.database.Connection.commit
caught by: test_6_commit.py::test_a_commit_that_is_refused

A commit seems to end a transaction in any case. When SQLite refuses it, the transaction is open still, and nobody else can write.
"""


def commit(self):
    if not self.levels:
        raise TransactionError(ENDED)
    if self.broken:
        self.rollback()
        raise TransactionError(SWALLOWED)
    depth = len(self.levels) - 1
    hooks = self.levels.pop()
    try:
        self.send(f"RELEASE SAVEPOINT bistro_{depth}" if depth else "COMMIT", ())
    finally:
        self.lock.release()
    if self.levels:
        self.levels[-1].extend(hooks)
        return
    for hook in hooks:
        hook()

"""replaces: orm.database.Connection.commit
caught by: test_6_commit.py::test_ctrl_c

A commit that is refused is a `DatabaseError`, so that is caught. After Ctrl-C the transaction is open
for good, and nobody else gets the connection.
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
    except DatabaseError:
        self.rollback()
        raise
    hooks = self.levels.pop()
    self.lock.release()
    if self.levels:
        self.levels[-1] += hooks
        return
    for hook in hooks:
        hook()

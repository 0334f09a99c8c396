"""replaces: orm.database.Connection.commit
caught by: test_6_commit.py::test_an_error_that_was_swallowed

Whoever caught the error will know why. The half before it stays on SQLite, and nothing on PostgreSQL.
"""


def commit(self):
    if not self.levels:
        raise TransactionError(ENDED)
    depth = len(self.levels) - 1
    try:
        self.send(f"RELEASE SAVEPOINT bistro_{depth}" if depth else "COMMIT", ())
    except BaseException:
        self.rollback()
        raise
    hooks = self.levels.pop()
    self.lock.release()
    if self.levels:
        self.levels[-1].extend(hooks)
        return
    for hook in hooks:
        hook()

"""replaces: orm.database.Connection.rollback
caught by: test_5_rollback.py::test_rolled_back_by_hand

Only what was broken can still be broken. But the whole may be gone without an error.
"""


def rollback(self):
    if not self.levels:
        raise TransactionError(ENDED)
    self.levels.pop()
    depth = len(self.levels)
    try:
        undone = self.undo(depth)
        self.broken = self.broken and depth > 0 and not undone
        self.drop_lost()
    finally:
        self.lock.release()

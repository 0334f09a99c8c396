"""replaces: orm.database.Connection.rollback
caught by: test_5_rollback.py::test_the_database_gave_up

After a rollback the one around it can go on, as nearly always. When SQLite has given up the whole, the rest runs outside of any transaction.
"""


def rollback(self):
    if not self.levels:
        raise TransactionError(ENDED)
    self.levels.pop()
    try:
        self.undo(len(self.levels))
        self.broken = False
        self.drop_lost()
    finally:
        self.lock.release()

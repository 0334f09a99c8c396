"""replaces: orm.database.Connection.begin
caught by: test_5_rollback.py::test_other_threads_wait

`finally` gives the lock back as elsewhere. In a database in memory another thread then writes into the transaction.
"""


def begin(self):
    self.acquire()
    try:
        depth = len(self.levels)
        self.execute(f"SAVEPOINT bistro_{depth}" if depth else self.dialect.begin)
    finally:
        self.lock.release()
    self.levels.append([])

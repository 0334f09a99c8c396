"""replaces: orm.database.Connection.execute
caught by: test_4_statements.py::test_one_thread_at_a_time

What is refused needs no connection, so it is asked for after the check. But before that, the transaction
that is broken may be another thread's, and this statement has nothing to do with it.
"""


def execute(self, sql, parameters=()):
    if self.broken:
        raise TransactionError(REFUSED, sql)
    self.acquire()
    try:
        return self.send(sql, parameters)
    finally:
        self.lock.release()

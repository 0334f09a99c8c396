"""replaces: orm.database.Connection.execute
caught by: test_4_statements.py::test_ctrl_c

Whatever goes wrong is a `DatabaseError`, so the connection is given back there, and at the good end.
"""


def execute(self, sql, parameters=()):
    self.acquire()
    try:
        if self.broken:
            raise TransactionError(REFUSED, sql)
        result = self.send(sql, parameters)
    except DatabaseError:
        self.lock.release()
        raise
    self.lock.release()
    return result

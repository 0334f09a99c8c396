"""replaces: orm.database.Connection.execute
caught by: test_4_statements.py::test_the_connection_is_given_back

The lock is given back behind the statement. After an error nobody gets there, and the next thread waits for ever.
"""


def execute(self, sql, parameters=()):
    self.acquire()
    if self.broken:
        raise TransactionError(REFUSED, sql)
    result = self.send(sql, parameters)
    self.lock.release()
    return result

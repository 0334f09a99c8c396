"""replaces: orm.database.Connection.send
caught by: test_4_statements.py::test_ctrl_c

Only the driver's errors are thought of. Ctrl-C in the middle leaves a transaction that can be committed by halves.
"""


def send(self, sql, parameters):
    if self.driver is None:
        self.open()
    begun = time.perf_counter() if self.logs else 0.0
    dialect = self.dialect
    try:
        cursor = self.driver.execute(dialect.translate(sql), parameters)
        result = Result(cursor, dialect.fetch(cursor))
    except self.errors as error:
        raise self.failed(error, sql) from error
    finally:
        self.note(sql, parameters, begun)
    return result

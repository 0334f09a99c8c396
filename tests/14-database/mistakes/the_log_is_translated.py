"""replaces: orm.database.Connection.send
caught by: test_4_statements.py::test_a_log_is_as_it_was_written

The statement is translated at the top, into the same name, and so the log has the driver's spelling.
"""


def send(self, sql, parameters):
    if self.driver is None:
        self.open()
    begun = time.perf_counter()
    given, sql = sql, self.dialect.translate(sql)
    try:
        cursor = self.driver.execute(sql, parameters)
        return Result(cursor, self.dialect.fetch(cursor))
    except self.errors as error:
        raise self.failed(error, given) from error
    except BaseException:
        self.broken = bool(self.levels)
        raise
    finally:
        self.note(sql, parameters, begun)

"""replaces: orm.database.Connection.send
caught by: test_4_statements.py::test_no_value_in_an_error

The values would help to find the mistake, so they are put into the message. They are a guest's, and the message goes into a log.
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
        raise self.failed(error, f"{sql} {parameters!r}") from error
    except BaseException:
        self.broken = bool(self.levels)
        raise
    finally:
        self.note(sql, parameters, begun)
    return result

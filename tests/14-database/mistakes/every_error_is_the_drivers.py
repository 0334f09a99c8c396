"""replaces: orm.database.Connection.send
caught by: test_4_statements.py::test_ctrl_c

`except Exception` saves the question which errors the driver has. A mistake in the program now looks
like one of the database.
"""


def send(self, sql, parameters):
    if self.driver is None:
        self.open()
    begun = time.perf_counter()
    try:
        cursor = self.driver.execute(self.dialect.translate(sql), parameters)
        return Result(cursor, self.dialect.fetch(cursor))
    except Exception as error:
        raise self.failed(error, sql) from error
    except BaseException:
        self.broken = bool(self.levels)
        raise
    finally:
        self.note(sql, parameters, begun)

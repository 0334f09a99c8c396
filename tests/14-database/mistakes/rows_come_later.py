"""replaces: orm.database.Connection.send
caught by: test_4_statements.py::test_the_dialect_speaks

Rows are fetched by the driver's own `fetchall`. That works on SQLite, and on PostgreSQL until the first statement without rows.
"""


def send(self, sql, parameters):
    if self.driver is None:
        self.open()
    begun = time.perf_counter() if self.logs else 0.0
    try:
        cursor = self.driver.execute(self.dialect.translate(sql), parameters)
        result = Result(cursor, cursor.fetchall())
    except self.errors as error:
        raise self.failed(error, sql) from error
    except BaseException:
        self.broken = bool(self.levels)
        raise
    finally:
        self.note(sql, parameters, begun)
    return result

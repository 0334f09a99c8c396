"""replaces: orm.database.Connection.failed
caught by: test_4_statements.py::test_after_an_error

An error breaks the connection, also where no transaction is open: then nobody ever mends it.
"""


def failed(self, error, sql):
    self.broken = True
    self.drop_lost()
    kind = IntegrityError if self.dialect.is_integrity(error) else DatabaseError
    shown = sql if len(sql) <= SHOWN else f"{sql[:SHOWN]}..."
    return kind(f"{self.dialect.explain(error)}: {shown}", sql)

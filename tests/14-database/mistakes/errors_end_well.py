"""replaces: orm.database.Transaction.__exit__
caught by: test_7_threads.py::test_a_block

Only an `Exception` is taken for an error. Ctrl-C and `SystemExit` are none, and the half is committed.
"""


def __exit__(self, kind, error, traceback):
    connection = self.database.connection()
    if kind is None or not issubclass(kind, Exception):
        connection.commit()
    else:
        connection.rollback()

"""replaces: orm.database.Transaction.__exit__
caught by: test_7_threads.py::test_a_block

`if error` looks as if it asked whether there is one. It asks whether the exception is true, and an
exception may have a length, or an opinion.
"""


def __exit__(self, kind, error, traceback):
    connection = self.database.connection()
    if error:
        connection.rollback()
    else:
        connection.commit()

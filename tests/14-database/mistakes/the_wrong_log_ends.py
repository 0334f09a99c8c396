"""replaces: orm.database.Database.queries
caught by: test_7_threads.py::test_several_logs

`remove` looks for a list that is equal. Two logs that are both empty are equal, and the outer one goes.
"""


@contextlib.contextmanager
def queries(self):
    logs = self.connection().logs
    log = []
    logs.append(log)
    try:
        yield log
    finally:
        logs.remove(log)

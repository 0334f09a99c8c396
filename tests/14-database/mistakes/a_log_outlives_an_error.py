"""replaces: orm.database.Database.queries
caught by: test_7_threads.py::test_a_log_ends_with_an_error

Without `finally`, an exception in the block leaves the log in place, and it grows as long as the thread lives.
"""


@contextlib.contextmanager
def queries(self):
    logs = self.connection().logs
    log = []
    logs.append(log)
    yield log
    logs[:] = [other for other in logs if other is not log]

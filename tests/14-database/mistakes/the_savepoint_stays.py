"""replaces: orm.database.Connection.undo
caught by: test_5_rollback.py::test_the_dialect_says_how

ROLLBACK TO undoes all since the savepoint, but leaves the savepoint itself. In a loop there are thousands of them.
"""


def undo(self, depth):
    if self.driver is None or not self.dialect.is_open(self.driver):
        return False
    try:
        self.send(f"ROLLBACK TO SAVEPOINT bistro_{depth}" if depth else "ROLLBACK", ())
    except DatabaseError:
        return False
    return True

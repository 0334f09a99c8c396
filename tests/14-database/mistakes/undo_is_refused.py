"""replaces: orm.database.Connection.undo
caught by: test_5_rollback.py::test_an_error_is_taken_back

`execute` is the way for statements. In a broken transaction it refuses them all, the rollback as well.
"""


def undo(self, depth):
    if self.driver is None or not self.dialect.is_open(self.driver):
        return False
    try:
        if depth:
            self.execute(f"ROLLBACK TO SAVEPOINT bistro_{depth}")
            self.execute(f"RELEASE SAVEPOINT bistro_{depth}")
        else:
            self.execute("ROLLBACK")
    except DatabaseError:
        return False
    return True

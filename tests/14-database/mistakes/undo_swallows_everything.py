"""replaces: orm.database.Connection.undo
caught by: test_5_rollback.py::test_ctrl_c_at_the_end

`undo` says whether it could, so it never raises. Ctrl-C is pressed, and nothing ends.
"""


def undo(self, depth):
    if self.driver is None or not self.dialect.is_open(self.driver):
        return False
    try:
        if depth:
            self.send(f"ROLLBACK TO SAVEPOINT bistro_{depth}", ())
            self.send(f"RELEASE SAVEPOINT bistro_{depth}", ())
        else:
            self.send("ROLLBACK", ())
    except BaseException:
        return False
    return True

"""replaces: orm.database.Connection.begin
caught by: test_5_rollback.py::test_ctrl_c_at_the_beginning

What can't begin is a `DatabaseError`, so that is caught. Ctrl-C is none.
"""


def begin(self):
    self.acquire()
    depth = len(self.levels)
    try:
        self.execute(f"SAVEPOINT bistro_{depth}" if depth else self.dialect.begin)
    except DatabaseError:
        self.lock.release()
        raise
    self.levels.append([])

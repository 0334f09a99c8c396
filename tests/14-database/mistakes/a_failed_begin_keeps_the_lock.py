"""replaces: orm.database.Connection.begin
caught by: test_5_rollback.py::test_what_can_not_begin

The lock is to be kept until the end, and a transaction that can't begin has no end.
"""


def begin(self):
    self.acquire()
    depth = len(self.levels)
    self.execute(f"SAVEPOINT bistro_{depth}" if depth else self.dialect.begin)
    self.levels.append([])

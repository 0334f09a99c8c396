"""replaces: orm.database.SQLite.open
caught by: test_2_open.py::test_the_log_is_tried_for

The log is a pragma like the others. With several threads on a new file, one of them has “database is locked”.
"""


def open(self):
    import sqlite3

    driver = sqlite3.connect(
        self.path,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=STATEMENTS,
    )
    try:
        driver.execute("PRAGMA foreign_keys = ON")
        if not self.in_memory:
            driver.execute("PRAGMA journal_mode = WAL")
            driver.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        driver.close()
        raise
    return driver

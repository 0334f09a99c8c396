"""replaces: orm.database.SQLite.open
caught by: test_2_open.py::test_what_is_no_database

An error in a pragma leaves by itself, and nobody closes the file: Windows can't delete it, and a server that tries again runs out of files.
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
    driver.execute("PRAGMA foreign_keys = ON")
    if not self.in_memory:
        write_ahead(driver)
        driver.execute("PRAGMA synchronous = NORMAL")
    return driver

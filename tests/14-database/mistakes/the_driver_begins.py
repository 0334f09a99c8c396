"""replaces: orm.database.SQLite.open
caught by: test_2_open.py::test_each_statement_commits

Without `isolation_level=None` the driver begins a transaction before the first INSERT, and waits for a commit that nobody sends.
"""


def open(self):
    import sqlite3

    driver = sqlite3.connect(
        self.path,
        timeout=PATIENCE,
        check_same_thread=False,
        cached_statements=STATEMENTS,
    )
    try:
        driver.execute("PRAGMA foreign_keys = ON")
        if not self.in_memory:
            write_ahead(driver)
            driver.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        driver.close()
        raise
    return driver

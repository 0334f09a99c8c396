"""replaces: orm.migrations.checked_at_the_end
caught by: test_5_migrate.py::test_a_row_that_refers_to_nothing

The check stands behind the transaction. It finds the row, raises, and all has been committed.
"""


@contextlib.contextmanager
def checked_at_the_end(db: Database) -> Iterator[None]:
    db.execute("PRAGMA foreign_keys = OFF")
    if db.execute("PRAGMA foreign_keys").rows != [(0,)]:
        raise MigrationError("migrations make their own transactions: end the one around them")
    try:
        with db.transaction():
            yield
        for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
            raise MigrationError(f"row {row} of {table} refers to none of {parent}")
    finally:
        db.execute("PRAGMA foreign_keys = ON")

"""replaces: orm.migrations.checked_at_the_end
caught by: test_5_migrate.py::test_not_in_a_transaction

The pragma is given and believed. In a transaction it does nothing, says nothing, and the rows that refer to a table go with it.
"""


@contextlib.contextmanager
def checked_at_the_end(db: Database) -> Iterator[None]:
    db.execute("PRAGMA foreign_keys = OFF")
    try:
        with db.transaction():
            yield
            for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
                raise MigrationError(f"row {row} of {table} refers to none of {parent}")
    finally:
        db.execute("PRAGMA foreign_keys = ON")

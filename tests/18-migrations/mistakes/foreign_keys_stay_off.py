"""replaces: orm.migrations.checked_at_the_end
caught by: test_5_migrate.py::test_foreign_keys_are_checked_again

Without `finally`. One failed migration, and from then on the connection checks no foreign key.
"""


@contextlib.contextmanager
def checked_at_the_end(db):
    db.execute("PRAGMA foreign_keys = OFF")
    if db.execute("PRAGMA foreign_keys").rows != [(0,)]:
        raise MigrationError("migrations make their own transactions: end the one around them")
    with db.transaction():
        yield
        if broken := db.execute("PRAGMA foreign_key_check").rows:
            table, row, parent, _ = broken[0]
            raise MigrationError(f"row {row} of {table} refers to none of {parent}")
    db.execute("PRAGMA foreign_keys = ON")

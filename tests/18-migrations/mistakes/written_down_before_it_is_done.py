"""replaces: orm.migrations.only_once
caught by: test_5_migrate.py::test_a_block_that_fails

The row is written first. The transaction around would take it back; whoever calls it without one is told that a failed migration was run.
"""


@contextlib.contextmanager
def only_once(db, name, *, is_there):
    prepare(db)
    if (name in applied(db)) is not is_there:
        yield False
        return
    if is_there:
        db.execute(f"DELETE FROM {APPLIED} WHERE name = ?", [name])
    else:
        db.execute(f"INSERT INTO {APPLIED} (name) VALUES (?)", [name])
    yield True

"""replaces: orm.migrations.only_once
caught by: test_5_migrate.py::test_two_at_once

`migrate` has found out what is needed, so it is not asked again. Two servers that start at the same time have both found it out.
"""


@contextlib.contextmanager
def only_once(db: Database, name: str, *, is_there: bool) -> Iterator[bool]:
    prepare(db)
    yield True
    if is_there:
        db.execute(f"DELETE FROM {APPLIED} WHERE name = ?", [name])
    else:
        db.execute(f"INSERT INTO {APPLIED} (name) VALUES (?)", [name])

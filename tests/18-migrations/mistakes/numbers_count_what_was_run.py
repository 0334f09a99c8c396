"""replaces: orm.migrations.migrate
caught by: test_5_migrate.py::test_one_that_came_later

A database that has had two migrations is taken to have had the first two. Of those merged in between, it never hears.
"""


def migrate(
    db: Database,
    directory: Path,
    target: str | None = None,
    *,
    fake: bool = False,
    tell: Tell = print,
) -> int:
    migrations = load(directory)
    names = [migration.name for migration in migrations]
    had = applied(db)
    for name in had:
        if name not in names:
            raise MigrationError(f"the database has had {name}, which is not in {directory}")
    goal = position(target, names)
    passed = states(migrations)
    forwards = [n for n in range(len(had), goal)]
    backwards = [n for n in reversed(range(goal, len(names))) if names[n] in had]
    for number in forwards:
        run_one(db, migrations[number], passed[number], back=False, fake=fake, tell=tell)
    for number in backwards:
        run_one(db, migrations[number], passed[number], back=True, fake=fake, tell=tell)
    return len(forwards) + len(backwards)

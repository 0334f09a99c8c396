"""replaces: orm.migrations.migrate
caught by: test_5_migrate.py::test_to_any_of_them

Those that are too many are undone, the first of them first. The third still needs what the second has made.
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
    forwards = [n for n in range(goal) if names[n] not in had]
    backwards = [n for n in range(goal, len(names)) if names[n] in had]
    for number in forwards:
        run_one(db, migrations[number], passed[number], back=False, fake=fake, tell=tell)
    for number in backwards:
        run_one(db, migrations[number], passed[number], back=True, fake=fake, tell=tell)
    return len(forwards) + len(backwards)

"""Schema: how a table that has rows becomes another.

PostgreSQL changes a table in place. SQLite can add and rename columns, and little more: the table
is made anew beside the old one, takes its rows, and its name. Builds on `models` and `relations`.
"""

from __future__ import annotations

import re

from bistro.orm.database import DatabaseError
from bistro.orm.fields import NOT_GIVEN, DateField
from bistro.orm.relations import ForeignKey
from bistro.orm.sql import quote
from bistro.orm.values import storer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from bistro.orm.database import Database
    from bistro.orm.fields import Field
    from bistro.orm.models import Model, Options

    Constraint = tuple[str, tuple[str, ...], str]

CREATE_TABLE = re.compile(r'CREATE TABLE "(?:[^"]|"")*"')
CONSTRAINT = """
    SELECT conname FROM pg_constraint
    WHERE conrelid = CAST(? AS regclass) AND contype = ? AND ? = (
        SELECT array_agg(CAST(attname AS text) ORDER BY attname) FROM pg_attribute
        WHERE attrelid = conrelid AND attnum = ANY(conkey)
    )
"""
"""PostgreSQL's name of a constraint, by its table, its kind, and its columns in their order."""
KINDS = {"unique": "u", "foreign key": "f"}


def create(db: Database, model: type[Model], late: list[str]) -> None:
    """Create the tables of a model; what is to be said when all are there goes into `late`."""
    for name in model.table_names():
        for sql in model.create_statements(db.dialect, name):
            db.execute(sql)
        late += model.late_statements(db.dialect, name)


def drop(db: Database, model: type[Model]) -> None:
    """Drop the tables of a model, those between it and others first."""
    for name in reversed(model.table_names()):
        db.execute(f"DROP TABLE {quote(name)}")


def alter(
    db: Database,
    old: type[Model],
    new: type[Model],
    late: list[str],
    renamed: dict[str, str] | None = None,
) -> None:
    """Have the tables of a model become those of another one.

    `renamed` has the fields that are called otherwise: the new name of each, and the old one.
    Rows stay. A column that comes has its default in them; one that can't be NULL any more has it
    where it was. Raises `DatabaseError` when there is none, or rows do not fit.
    """
    renamed = renamed or {}
    change(db, old.options, new.options, renamed, late)
    before, after = between(old), between(new)
    for name, pairs in after.items():
        known = before.pop(renamed.get(name, name), None)
        if known is None:
            create(db, pairs, late)
            continue
        columns = dict(zip(pairs.options.attributes, known.options.attributes, strict=True))
        rename_table(db, known.options.table.name, pairs.options.table.name)
        rename_columns(db, pairs.options.table.name, columns)
    for pairs in before.values():
        drop(db, pairs)


def between(model: type[Model]) -> dict[str, type[Model]]:
    """Return the models of pairs of a model, by the names of its fields."""
    skip = len(model.__name__) + 1
    return {pairs.__name__[skip:]: pairs for pairs in model.options.between}


def change(
    db: Database, old: Options, new: Options, renamed: dict[str, str], late: list[str]
) -> None:
    """Have one table become another."""
    rename_table(db, old.table.name, new.table.name)
    columns = {
        field.attribute: old.fields[renamed.get(name, name)].attribute
        for name, field in new.fields.items()
        if renamed.get(name, name) in old.fields
    }
    if db.dialect.name == "sqlite":
        rebuild(db, old, new, columns, late)
    else:
        alter_columns(db, old, new, columns, late)


def rename_table(db: Database, old: str, new: str) -> None:
    if old != new:
        db.execute(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}")


def rename_columns(db: Database, table: str, columns: dict[str, str]) -> None:
    """Rename columns: the new name of each, and the old one."""
    for new, old in columns.items():
        if new != old:
            db.execute(f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")


def filling(field: Field) -> Any:
    """Return what rows that are there already have in a column that cannot be NULL.

    Raises `DatabaseError` when the field does not tell.
    """
    if field.default is not NOT_GIVEN:
        return field.default() if callable(field.default) else field.default
    if isinstance(field, DateField) and (field.auto_now or field.auto_now_add):
        return field.now()
    if field.null:
        return None
    raise DatabaseError(f"{field} cannot be NULL and has no default: what would rows have there?")


def parameter(db: Database, field: Field) -> Any:
    """Return what a row has in a new column, as the database takes it."""
    value = filling(field)
    store = storer(db.dialect.name, field.column())
    return value if value is None or store is None else store(value)


# SQLite


def rebuild(
    db: Database, old: Options, new: Options, columns: dict[str, str], late: list[str]
) -> None:
    """Make a table anew, with the rows of the old one, and its name.

    What others have put on the table, indexes and triggers, is put on the new one; but for an
    index of a column that is gone. `columns` has the old column for each that stays. Foreign keys
    must not be checked meanwhile: to drop a table is to delete its rows.
    """
    name, beside = new.table.name, f"{new.table.name}__new"
    ours = {index_name(sql) for sql in late_of(db, old)}
    foreign = [sql for sql in attached(db, name, columns) if index_name(sql) not in ours]
    has_rows = bool(db.execute(f"SELECT 1 FROM {quote(name)} LIMIT 1").rows)
    (sql,) = new.create_statements(db.dialect)
    db.execute(CREATE_TABLE.sub(lambda _: f"CREATE TABLE {quote(beside)}", sql, count=1))
    if has_rows:
        chosen, parameters = sources(db, old, new, columns)
        names = ", ".join(quote(column) for column in new.attributes)
        db.execute(
            f"INSERT INTO {quote(beside)} ({names}) SELECT {chosen} FROM {quote(name)}", parameters
        )
    keep_sequence(db, name, beside)
    db.execute(f"DROP TABLE {quote(name)}")
    db.execute("PRAGMA legacy_alter_table = ON")  # what refers to the name, goes on doing so
    try:
        rename_table(db, beside, name)
    finally:
        db.connection().driver.execute("PRAGMA legacy_alter_table = OFF")
    late += late_of(db, new)
    late += foreign


def late_of(db: Database, options: Options) -> list[str]:
    return options.late_statements(db.dialect)


def index_name(sql: str) -> str:
    """Return the name of what a statement creates: an index, or a trigger."""
    found = re.search(r'\b(?:INDEX|TRIGGER)\s+(?:IF NOT EXISTS\s+)?("(?:[^"]|"")*"|\w+)', sql, re.I)
    return found[1].strip('"') if found else sql


def sources(
    db: Database, old: Options, new: Options, columns: dict[str, str]
) -> tuple[str, list[Any]]:
    """Return where the values of the new columns come from: SQL, and its parameters."""
    chosen: list[str] = []
    parameters: list[Any] = []
    before = {field.attribute: field for field in old.fields.values()}
    for field in new.fields.values():
        known = columns.get(field.attribute)
        if known is None:
            chosen.append("?")
            parameters.append(parameter(db, field))
            continue
        sql = quote(known)
        if field.kind != before[known].kind:
            sql = f"CAST({sql} AS {field.sql_type('sqlite')})"
        if before[known].null and not field.null and field.default is not NOT_GIVEN:
            sql = f"COALESCE({sql}, ?)"
            parameters.append(parameter(db, field))
        chosen.append(sql)
    return ", ".join(chosen), parameters


def attached(db: Database, table: str, columns: dict[str, str]) -> list[str]:
    """Return the statements of the indexes and triggers of a table whose columns stay."""
    found = []
    rows = db.execute(
        "SELECT name, type, sql FROM sqlite_master "
        "WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        [table],
    )
    stay = {old for new, old in columns.items() if new == old}
    for name, kind, sql in rows:
        used = (
            db.execute("SELECT name FROM pragma_index_info(?)", [name]) if kind == "index" else ()
        )
        if all(column is None or column in stay for (column,) in used):
            found.append(sql)
    return found


def keep_sequence(db: Database, old: str, new: str) -> None:
    """Have the new table give keys after the last of the old one, whose row may be gone."""
    if "sqlite_sequence" not in db.tables():
        return
    rows = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [old]).rows
    if rows:
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", [new])
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [new, rows[0][0]])


# PostgreSQL


def alter_columns(
    db: Database, old: Options, new: Options, columns: dict[str, str], late: list[str]
) -> None:
    """Change a table in place; `columns` has the old column for each that stays."""
    table = new.table.name
    rename_columns(db, table, columns)
    names = {before: after for after, before in columns.items()}
    had = {
        (kind, tuple(names.get(one, one) for one in some), said)
        for kind, some, said in constraints(old)
    }
    wanted = set(constraints(new))
    for one in sorted(had - wanted):
        drop_constraint(db, table, one)
    drop_indexes(db, old)
    for attribute in old.attributes:
        if attribute not in names:
            db.execute(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(attribute)}")
    before = {names.get(field.attribute): field for field in old.fields.values()}
    for field in new.fields.values():
        if field.attribute not in columns:
            add_column(db, table, field)
        else:
            alter_column(db, table, before[field.attribute], field)
    for one in sorted(wanted - had):
        late.append(f"ALTER TABLE {quote(table)} ADD {constraint_sql(one)}")
    late += [sql for sql in late_of(db, new) if sql.startswith("CREATE INDEX")]


def constraints(options: Options) -> list[Constraint]:
    """Return a table's constraints but its primary key: kind, columns, and what else is said."""
    found: list[Constraint] = []
    for field in options.fields.values():
        if field.unique and not field.primary_key:
            found.append(("unique", (field.attribute,), ""))
        if isinstance(field, ForeignKey):
            found.append(("foreign key", (field.attribute,), field.reference()))
    for names in options.unique_together:
        found.append(("unique", tuple(options.attribute(name) for name in names), ""))
    return found


def constraint_sql(constraint: Constraint) -> str:
    kind, columns, said = constraint
    listed = ", ".join(quote(column) for column in columns)
    return f"{kind.upper()} ({listed}) {said}".rstrip()


def drop_constraint(db: Database, table: str, constraint: Constraint) -> None:
    """Drop a constraint, whatever PostgreSQL has called it."""
    kind, columns, _ = constraint
    for (name,) in db.execute(CONSTRAINT, [quote(table), KINDS[kind], sorted(columns)]).rows:
        db.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")


def drop_indexes(db: Database, options: Options) -> None:
    """Drop the indexes that a table has by its model: they are made anew at the end."""
    for sql in late_of(db, options):
        if sql.startswith("CREATE INDEX"):
            db.execute(f"DROP INDEX IF EXISTS {quote(index_name(sql))}")


def add_column(db: Database, table: str, field: Field) -> None:
    """Add a column, with its default in the rows that are there."""
    name, kind = quote(field.attribute), field.sql_type(db.dialect.name)
    db.execute(f"ALTER TABLE {quote(table)} ADD COLUMN {name} {kind}")
    if not db.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1").rows:
        pass
    elif (value := parameter(db, field)) is not None:
        db.execute(f"UPDATE {quote(table)} SET {name} = ?", [value])
    if not field.null:
        db.execute(f"ALTER TABLE {quote(table)} ALTER COLUMN {name} SET NOT NULL")


def alter_column(db: Database, table: str, old: Field, new: Field) -> None:
    """Change a column's type, and whether it can be NULL."""
    name, dialect = quote(new.attribute), db.dialect.name
    change = f"ALTER TABLE {quote(table)} ALTER COLUMN {name}"
    kind = new.sql_type(dialect)
    if old.sql_type(dialect) != kind and not new.primary_key:
        db.execute(f"{change} TYPE {kind} USING CAST({name} AS {kind})")
    if new.null and not old.null:
        db.execute(f"{change} DROP NOT NULL")
    if old.null and not new.null:
        if new.default is not NOT_GIVEN:
            value = parameter(db, new)
            db.execute(f"UPDATE {quote(table)} SET {name} = ? WHERE {name} IS NULL", [value])
        db.execute(f"{change} SET NOT NULL")


def run_late(db: Database, statements: Iterable[str]) -> None:
    """Say what could not be said before all tables were there, each once."""
    for sql in dict.fromkeys(statements):
        db.execute(sql)

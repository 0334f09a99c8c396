"""Schema: how a table that has rows becomes another.

PostgreSQL changes a table in place. SQLite can add and rename columns, and little more: the table
is made anew beside the old one, takes its rows, and its name. Builds on `models` and `relations`.
"""

from __future__ import annotations

import json
import re

from bistro.orm.database import DatabaseError
from bistro.orm.fields import NOT_GIVEN, DateField
from bistro.orm.relations import ForeignKey
from bistro.orm.sql import quote
from bistro.orm.values import storer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

    from bistro.orm.database import Database
    from bistro.orm.fields import Field
    from bistro.orm.models import Model, Options

    Constraint = tuple[str, tuple[str, ...], str]
    Kept = dict[str, Field]  # each column that stays, by its new name, and the field it was

CREATE_TABLE = re.compile(r'CREATE TABLE "(?:[^"]|"")*"')
CREATE_INDEX = re.compile(r'CREATE INDEX "((?:[^"]|"")*)"')
NUMBERS = {"integer", "float", "decimal", "boolean"}
"""Kinds of columns that PostgreSQL makes of each other without a text in between."""
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
    """Have the tables of a model become those of another one; where they are alike, do nothing.

    `renamed` has the fields that are called otherwise: the new name of each, and the old one.
    Rows stay. A column that comes has its default in them; one that can't be NULL any more has it
    where it was. Raises `DatabaseError` when there is none, when a value does not fit, and for
    another primary key, by which other tables know the rows.
    """
    renamed = renamed or {}
    refuse_new_key(old.options, new.options, renamed)
    change(db, old.options, new.options, renamed, late)
    before = between(old)
    for name, pairs in between(new).items():
        known = before.pop(renamed.get(name, name), None)
        if known is None:
            create(db, pairs, late)
            continue
        fields = dict(zip(pairs.options.fields, known.options.fields, strict=True))
        change(db, known.options, pairs.options, fields, late)
    for pairs in before.values():
        drop(db, pairs)


def between(model: type[Model]) -> dict[str, type[Model]]:
    """Return the models of pairs of a model, by the names of its fields."""
    skip = len(model.__name__) + 1
    return {pairs.__name__[skip:]: pairs for pairs in model.options.between}


def refuse_new_key(old: Options, new: Options, renamed: dict[str, str]) -> None:
    """Raise `DatabaseError` when another field, or one of another type, is the primary key."""
    was, key = old.key, new.key
    types = [one.definition("postgresql").removeprefix(quote(one.attribute)) for one in (was, key)]
    if renamed.get(key.name, key.name) != was.name or types[0] != types[1]:
        raise DatabaseError(
            f"{key} would be the primary key instead of {was}, by which other tables know the "
            "rows: make a new model, and move them"
        )


def change(
    db: Database, old: Options, new: Options, renamed: dict[str, str], late: list[str]
) -> None:
    """Have one table become another."""
    kept = {
        field.attribute: old.fields[renamed.get(name, name)]
        for name, field in new.fields.items()
        if renamed.get(name, name) in old.fields
    }
    refuse_unfit(db, old, new, kept)
    if statements(db, old) == statements(db, new):
        return
    if old.table.name != new.table.name:
        rename_table(db, old.table.name, new.table.name)
    for column, was in kept.items():
        if column != was.attribute:
            rename_column(db, new.table.name, was.attribute, column)
    if db.dialect.name == "sqlite":
        rebuild(db, old, new, kept, late)
    else:
        alter_columns(db, old, new, kept, late)


def statements(db: Database, options: Options) -> list[str]:
    """Return all that is said to create a table."""
    return [*options.create_statements(db.dialect), *options.late_statements(db.dialect)]


def indexes(db: Database, options: Options) -> dict[str, str]:
    """Return the statements of the indexes that a table has by its model, by their names."""
    found = [(CREATE_INDEX.match(sql), sql) for sql in options.late_statements(db.dialect)]
    return {match[1].replace('""', '"'): sql for match, sql in found if match}


def rename_table(db: Database, old: str, new: str) -> None:
    db.execute(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}")


def rename_column(db: Database, table: str, old: str, new: str) -> None:
    db.execute(f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")


def refuse_unfit(db: Database, old: Options, new: Options, kept: Kept) -> None:
    """Raise `DatabaseError` when a value that is there is none of what its column becomes."""
    for field in new.fields.values():
        was = kept.get(field.attribute)
        if was is None or declared(was) == declared(field):
            continue
        column = quote(was.attribute)
        rows = db.execute(
            f"SELECT DISTINCT {column} FROM {quote(old.table.name)} WHERE {column} IS NOT NULL"
        )
        for (value,) in rows:
            refuse_misfit(field, value)


def declared(field: Field) -> tuple[str, str]:
    """Return what decides about the values of a column, on any database."""
    return field.kind, field.sql_type("postgresql")


def refuse_misfit(field: Field, value: Any) -> None:
    """Raise `DatabaseError` when a field does not take a value, or would round it."""
    try:
        if field.kind == "json":
            json.loads(value if isinstance(value, str) else json.dumps(value))
            return
        prepared = field.prepare(value)
        if field.check(prepared) != prepared:
            raise ValueError(f"{field} would round {value}")
    except (ValueError, TypeError) as error:
        raise DatabaseError(f"{error}; change the rows that have it first") from error


def filling(field: Field) -> Any:
    """Return what rows that are there already have in a new column.

    The field's `default`, called if it can be; else, of a date that sets itself (`auto_now`,
    `auto_now_add`), `now()`; else None if it can be NULL. Raises `DatabaseError` otherwise.
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


def is_filled(old: Field, new: Field) -> bool:
    """Whether a column that could be NULL has its default there from now on."""
    return old.null and not new.null and new.default is not NOT_GIVEN


def has_rows(db: Database, table: str) -> bool:
    """Whether there is a row in a table."""
    return bool(db.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1").rows)


# SQLite


def rebuild(db: Database, old: Options, new: Options, kept: Kept, late: list[str]) -> None:
    """Make a table anew, with the rows of the old one, and its name.

    The old one has the new name by now, and so have its columns. In this order:

    - Raise what `refuse_unknown` raises, and remember what others have `attached`.
    - Create the new table beside, called `<table>__new`: by the statement of `create_statements`,
      in which `CREATE_TABLE` finds the place of the name.
    - If the old one has rows, copy them by one statement: `INSERT INTO ... (columns) SELECT ...`,
      with the `sources` of all columns.
    - `keep_sequence`; drop the old table; `take_name`.
    - Into `late` go the statements of the new table's own indexes (`indexes`), and what was
      attached.

    Foreign keys must not be checked meanwhile: to drop a table is to delete its rows.
    """
    name, beside = new.table.name, f"{new.table.name}__new"
    refuse_unknown(db, name, {*old.attributes, *kept})
    others = attached(db, name, indexes(db, old), new.attributes)
    (sql,) = new.create_statements(db.dialect)
    db.execute(CREATE_TABLE.sub(lambda _: f"CREATE TABLE {quote(beside)}", sql, count=1))
    if has_rows(db, name):
        chosen, parameters = sources(db, new, kept)
        columns = ", ".join(quote(column) for column in new.attributes)
        db.execute(
            f"INSERT INTO {quote(beside)} ({columns}) SELECT {chosen} FROM {quote(name)}",
            parameters,
        )
    keep_sequence(db, name, beside)
    db.execute(f"DROP TABLE {quote(name)}")
    take_name(db, beside, name)
    late += [*indexes(db, new).values(), *others]


def refuse_unknown(db: Database, table: str, known: Collection[str]) -> None:
    """Raise `DatabaseError` for a column that is none of the known: its values would be lost."""
    for (name,) in db.execute("SELECT name FROM pragma_table_xinfo(?)", [table]):
        if name not in known:
            raise DatabaseError(
                f"{table} has a column {name} that no migration knows: it would be lost; "
                "give the model such a field, or drop it"
            )


def sources(db: Database, new: Options, kept: Kept) -> tuple[str, list[Any]]:
    """Return where the values of the new columns come from: SQL, and its parameters.

    Separated by ", ", for each field in its order: a `?` for a column that is not in `kept`, whose
    `parameter` goes along; else the column's name, quoted. In `CAST(... AS <sql_type>)` if it was
    declared otherwise (`declared`); that in `COALESCE(..., ?)`, with a `parameter`, if it
    `is_filled`.
    """
    chosen: list[str] = []
    parameters: list[Any] = []
    for field in new.fields.values():
        was = kept.get(field.attribute)
        if was is None:
            chosen.append("?")
            parameters.append(parameter(db, field))
            continue
        sql = quote(field.attribute)
        if declared(was) != declared(field):
            sql = f"CAST({sql} AS {field.sql_type('sqlite')})"
        if is_filled(was, field):
            sql = f"COALESCE({sql}, ?)"
            parameters.append(parameter(db, field))
        chosen.append(sql)
    return ", ".join(chosen), parameters


def attached(
    db: Database, table: str, ours: Collection[str], columns: Collection[str]
) -> list[str]:
    """Return the statements of what others have put on a table: indexes and triggers.

    Not of `ours`, which are the names of the model's own; not of an index of a column that is none
    of `columns` any more.
    """
    found = []
    rows = db.execute(
        "SELECT name, type, sql FROM sqlite_master "
        "WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        [table],
    )
    for name, kind, sql in rows:
        if name in ours:
            continue
        used = (
            db.execute("SELECT name FROM pragma_index_info(?)", [name]) if kind == "index" else ()
        )
        if all(column is None or column in columns for (column,) in used):
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


def take_name(db: Database, beside: str, name: str) -> None:
    """Give a table the name of the one that was dropped, which views may speak of."""
    db.execute("PRAGMA legacy_alter_table = ON")  # else it looks at views, which miss that name now
    try:
        rename_table(db, beside, name)
    finally:
        db.connection().driver.execute("PRAGMA legacy_alter_table = OFF")


# PostgreSQL


def alter_columns(db: Database, old: Options, new: Options, kept: Kept, late: list[str]) -> None:
    """Change a table in place; it and its columns have their new names by now."""
    table = new.table.name
    names = {was.attribute: column for column, was in kept.items()}
    had = {
        (kind, tuple(names.get(one, one) for one in some), said)
        for kind, some, said in constraints(old)
    }
    wanted = set(constraints(new))
    for one in sorted(had - wanted):
        drop_constraint(db, table, one)
    for index in indexes(db, old):
        db.execute(f"DROP INDEX IF EXISTS {quote(index)}")
    for attribute in old.attributes:
        if attribute not in names:
            db.execute(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(attribute)}")
    for field in new.fields.values():
        if field.attribute not in kept:
            add_column(db, table, field)
        else:
            alter_column(db, table, kept[field.attribute], field)
    late += [f"ALTER TABLE {quote(table)} ADD {constraint_sql(one)}" for one in wanted - had]
    late += indexes(db, new).values()


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
    """Return what `ALTER TABLE ... ADD` says of a constraint."""
    kind, columns, said = constraint
    listed = ", ".join(quote(column) for column in columns)
    return f"{kind.upper()} ({listed}) {said}".rstrip()


def drop_constraint(db: Database, table: str, constraint: Constraint) -> None:
    """Drop a constraint, whatever PostgreSQL has called it."""
    kind, columns, _ = constraint
    for (name,) in db.execute(CONSTRAINT, [quote(table), KINDS[kind], sorted(columns)]):
        db.execute(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}")


def add_column(db: Database, table: str, field: Field) -> None:
    """Add a column, with its default in the rows that are there."""
    name, kind = quote(field.attribute), field.sql_type(db.dialect.name)
    db.execute(f"ALTER TABLE {quote(table)} ADD COLUMN {name} {kind}")
    value = parameter(db, field) if has_rows(db, table) else None
    if value is not None:
        db.execute(f"UPDATE {quote(table)} SET {name} = ?", [value])
    if not field.null:
        db.execute(f"ALTER TABLE {quote(table)} ALTER COLUMN {name} SET NOT NULL")


def alter_column(db: Database, table: str, old: Field, new: Field) -> None:
    """Change a column's type, and whether it can be NULL."""
    name = quote(new.attribute)
    change = f"ALTER TABLE {quote(table)} ALTER COLUMN {name}"
    if declared(old) != declared(new):
        db.execute(f"{change} TYPE {new.sql_type(db.dialect.name)} USING {cast(name, old, new)}")
    if new.null and not old.null:
        db.execute(f"{change} DROP NOT NULL")
    if is_filled(old, new):
        value = parameter(db, new)
        db.execute(f"UPDATE {quote(table)} SET {name} = ? WHERE {name} IS NULL", [value])
    if old.null and not new.null:
        db.execute(f"{change} SET NOT NULL")


def cast(name: str, old: Field, new: Field) -> str:
    """Return the SQL that makes a value of one type a value of another, by way of a third.

    A boolean becomes a number by way of an INTEGER, and back; what is no number, of a text.
    """
    kinds = {old.kind, new.kind}
    if not kinds <= NUMBERS:
        name = f"CAST({name} AS TEXT)"
    elif "boolean" in kinds:
        name = f"CAST({name} AS INTEGER)"
    return f"CAST({name} AS {new.sql_type('postgresql')})"


def run_late(db: Database, late: Iterable[str]) -> None:
    """Say what could not be said before all tables were there, each once."""
    for sql in dict.fromkeys(late):
        db.execute(sql)

"""The tables of the tests of queries: as data, as SQL, and with rows that have NULLs in them."""

from __future__ import annotations

import contextlib

from bistro.orm.database import connect
from bistro.orm.expressions import Column, Relation, Table
from bistro.orm.query import Query
from bistro.orm.sql import insert

CATEGORY = Table(
    "category",
    Column("id", "integer"),
    Column("name", "text"),
    Column("size", "integer", null=True),
)
DISH = Table(
    "dish",
    Column("id", "integer"),
    Column("name", "text"),
    Column("price", "integer"),
    Column("note", "text", null=True),
    Column("category_id", "integer", null=True),
)
ORDER = Table(
    "order",
    Column("id", "integer"),
    Column("dish_id", "integer"),
    Column("seat", "integer", null=True),
    Column("count", "integer"),
)
GUEST = Table("guest", Column("id", "integer"), Column("name", "text"))
FAVOURITE = Table(
    "favourite",
    Column("id", "integer"),
    Column("guest_id", "integer"),
    Column("dish_id", "integer"),
)
TABLES = {table.name: table for table in (CATEGORY, DISH, ORDER, GUEST, FAVOURITE)}

CATEGORY.relations["dishes"] = Relation(DISH, "id", "category_id", many=True)
DISH.relations["category"] = Relation(CATEGORY, "category_id", "id", null=True)
DISH.relations["orders"] = Relation(ORDER, "id", "dish_id", many=True)
ORDER.relations["dish"] = Relation(DISH, "dish_id", "id")
GUEST.relations["likes"] = Relation(
    DISH, "id", "id", many=True, through=("favourite", "guest_id", "dish_id")
)
DISH.relations["fans"] = Relation(
    GUEST, "id", "id", many=True, through=("favourite", "dish_id", "guest_id")
)

TYPES = {"integer": "BIGINT", "text": "TEXT"}
ROWS = {
    "category": [(1, "Soups", 2), (2, "Mains", None), (3, "Desserts", 7), (4, "soups", 0)],
    "dish": [
        (1, "Onion soup", 6, "50%_hot", 1),
        (2, "Soufflé", 9, None, 2),
        (3, "Steak [rare]*?", 21, "a\\b", 2),
        (4, "Bread", 2, None, None),
        (5, "Tart", 9, "", 3),
        (6, "tart", 2, "A\\B", None),
        (7, "Fish soup", 6, "hot", 1),
    ],
    "order": [
        (1, 1, 1, 2),
        (2, 2, 1, 1),
        (3, 1, 2, 3),
        (4, 3, None, 5),
        (5, 1, None, 9),
        (6, 6, 2, 2),
        (7, 2, 1, 6),
        (8, 7, 7, 7),
    ],
    "guest": [(1, "Anna"), (2, "Bert"), (3, "Cleo"), (4, "anna")],
    "favourite": [(1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 2, 4), (5, 4, 6), (6, 1, 6)],
}


def build(db):
    """Make the tables. Texts are compared by their bytes, as SQLite does by itself."""
    for table in TABLES.values():
        columns = [f"id {TYPES['integer']} PRIMARY KEY"]
        for column in list(table.columns.values())[1:]:
            collated = ' COLLATE "C"' * (column.kind == "text" and db.dialect.name != "sqlite")
            columns.append(f'"{column.name}" {TYPES[column.kind]}{collated}')
        db.execute(f'CREATE TABLE "{table.name}" ({", ".join(columns)})')


@contextlib.contextmanager
def opened(request, name):
    """A database with the tables, of the kind `request.param`, for all tests of a module."""
    if request.param == "sqlite":
        db = connect("sqlite://")
    else:
        import psycopg

        url = request.getfixturevalue("postgresql")
        with psycopg.connect(url(), autocommit=True) as driver:
            driver.execute(f"CREATE DATABASE {name}")
        db = connect(url(name))
    build(db)
    yield db
    db.close()


def fill(db, rows):
    """Put rows into the tables, whatever was there before."""
    with db.transaction():
        for name, table in TABLES.items():
            db.execute(f'DELETE FROM "{name}"')
            statement = insert(db.dialect.name, table, tuple(table.columns))
            for row in rows.get(name, ()):
                db.execute(statement.sql, statement.fill(list(row)))


def ask(db, query, verb="select"):
    """The rows that a query gives."""
    statement, parameters = query.compiled(db, verb)
    return db.execute(statement.sql, parameters).rows


def ids(db, query):
    """The keys of the rows that a query gives, each as often as it comes."""
    return sorted(key for (key,) in ask(db, query.values("id")))


def evaluated(start: Query, chain: str, names: dict):
    """What a chain of calls makes of a query; our own text alone comes here."""
    return eval(f"start.{chain}" if chain else "start", {**names, "start": start})

"""What the tests of this chapter share: a house with dishes, orders and guests, on SQLite."""

import contextlib
import sqlite3

import pytest

ROWS = """
CREATE TABLE category (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE dish (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL, note TEXT, category_id INTEGER
);
CREATE TABLE "order" (
    id INTEGER PRIMARY KEY, dish_id INTEGER NOT NULL, seat INTEGER, "count" INTEGER
);
CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE favourite (guest_id INTEGER NOT NULL, dish_id INTEGER NOT NULL);
INSERT INTO category VALUES (1, 'Soups'), (2, 'Mains'), (3, 'Desserts');
INSERT INTO dish VALUES
    (1, 'Soup', 4.5, '50%_hot', 1), (2, 'soufflé', 9.9, NULL, 2),
    (3, 'Steak [rare]*?', 21, 'a\\b', 2), (4, 'Bread', 2, NULL, NULL);
INSERT INTO "order" VALUES (1, 1, 1, 2), (2, 2, 1, 1), (3, 1, 2, 3), (4, 3, NULL, 5);
INSERT INTO guest VALUES (1, 'Anna'), (2, 'Bert'), (3, 'Cleo');
INSERT INTO favourite VALUES (1, 1), (1, 2), (2, 1), (2, 4);
"""


class House:
    """The tables as data, and a database that has them; each can be asked."""

    def __init__(self, driver):
        from bistro.orm.expressions import (
            Column,
            Relation,
            Table,
        )  # not above: the plugin comes first

        self.driver = driver
        number = Column("id", "integer")
        name = Column("name", "text")
        self.category = category = Table("category", number, name)
        self.dish = dish = Table(
            "dish",
            number,
            name,
            Column("price", "decimal", places=2),
            Column("note", "text", null=True),
            Column("category_id", "integer", null=True),
        )
        self.order = order = Table(
            "order",
            number,
            Column("dish_id", "integer"),
            Column("seat", "integer", null=True),
            Column("count", "integer"),
        )
        self.guest = guest = Table("guest", number, name)
        category.relations["dishes"] = Relation(dish, "id", "category_id", many=True)
        dish.relations["category"] = Relation(category, "category_id", "id", null=True)
        dish.relations["orders"] = Relation(order, "id", "dish_id", many=True)
        order.relations["dish"] = Relation(dish, "dish_id", "id")
        through = ("favourite", "guest_id", "dish_id")
        guest.relations["likes"] = Relation(dish, "id", "id", many=True, through=through)
        through = ("favourite", "dish_id", "guest_id")
        dish.relations["fans"] = Relation(guest, "id", "id", many=True, through=through)

    def run(self, statement, values=()):
        """What a statement gives for values: a list of rows."""
        return self.driver.execute(statement.sql, statement.fill(list(values))).fetchall()

    def rows(self, query):
        """What a query gives, by the select for its shape."""
        from bistro.orm.sql import select

        values = []
        return self.run(select("sqlite", query.shape(values)), values)

    def sql(self, table, *conditions, dialect="sqlite"):
        """The statement for the keys of the rows that pass all conditions, and its values."""
        from bistro.orm.sql import Compiler

        values = []
        compiler = Compiler(dialect, table)
        shapes = [condition.shape(values) for condition in conditions]
        written = [compiler.condition(shape, number) for number, shape in enumerate(shapes)]
        where = " AND ".join(sql for sql in written if sql) or "1 = 1"
        key = compiler.root[table.primary]
        sql = f"SELECT {key} FROM {compiler.tables()} WHERE {where} ORDER BY 1"
        return compiler.finish(sql), values

    def where(self, table, *conditions):
        """The keys of the rows that pass all conditions; a row may be there several times."""
        return [key for (key,) in self.run(*self.sql(table, *conditions))]


@pytest.fixture
def house():
    """The house; its database is in memory and ends with the test."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as driver:
        driver.executescript(ROWS)
        yield House(driver)

"""What the tests of this chapter share: a house whose models refer to each other, on SQLite."""

from types import SimpleNamespace

import pytest

ROWS = """
INSERT INTO seat VALUES (1, 4), (2, 7), (3, 9);
INSERT INTO waiter VALUES (1, 'Ada', NULL), (2, 'Ben', 1), (3, 'Cy', 1);
INSERT INTO "order" VALUES (1, 'window', 1, 2), (2, 'birthday', 1, 3), (3, '', 2, NULL);
INSERT INTO dish VALUES (1, 'Soup'), (2, 'Bread'), (3, 'Cake');
INSERT INTO item VALUES (1, 1, 1, 2), (2, 1, 2, 1), (3, 2, 1, 1), (4, 3, 3, 5);
"""
"""Who sits where: the keys of the columns are in the order in which the models declare them."""
BY_HAND = """
CREATE TABLE seat (id INTEGER PRIMARY KEY, number INTEGER);
CREATE TABLE waiter (id INTEGER PRIMARY KEY, name TEXT, chief_id INTEGER);
CREATE TABLE "order" (id INTEGER PRIMARY KEY, note TEXT, table_id INTEGER, waiter_id INTEGER);
CREATE TABLE dish (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE item (id INTEGER PRIMARY KEY, order_id INTEGER, dish_id INTEGER, "count" INTEGER);
"""
CARD = """
INSERT INTO label VALUES ('hot'), ('new'), ('vegan');
INSERT INTO dish VALUES (1, 'Soup'), (2, 'Bread'), (3, 'Cake');
INSERT INTO "order" VALUES (1, 'window'), (2, 'birthday'), (3, '');
INSERT INTO item VALUES (1, 1, 1, 2), (2, 1, 2, 1), (3, 2, 1, 4);
INSERT INTO dish_labels (dish_id, label_id) VALUES (1, 'hot'), (1, 'vegan'), (2, 'vegan');
INSERT INTO guest VALUES (1, 'Ada'), (2, 'Ben'), (3, 'Cy');
INSERT INTO guest_follows (from_guest_id, to_guest_id) VALUES (1, 2), (1, 3), (2, 1);
"""


@pytest.fixture(autouse=True)
def no_models():
    """No model of one test is known by its name in the next."""
    from bistro.orm.models import registry, waiting  # not above: the plugin puts bistro in place

    registry.clear()
    waiting.clear()


@pytest.fixture
def db():
    """A database in memory, which models ask by default; it is closed at the test's end."""
    from bistro.orm.database import connect

    database = connect("sqlite://")
    yield database
    database.close()


def run(database, script):
    """Run some statements."""
    for statement in script.strip().split(";\n"):
        database.execute(statement.rstrip(";"))


@pytest.fixture
def models():
    """The models of the house, defined anew: tables, waiters, orders, dishes, items."""
    from bistro.orm.fields import CharField, IntegerField
    from bistro.orm.models import Model
    from bistro.orm.relations import CASCADE, PROTECT, SET_NULL, ForeignKey

    class Table(Model):
        class Meta:
            db_table = "seat"
            ordering = ("number",)

        number = IntegerField(unique=True)

    class Waiter(Model):
        name = CharField(max_length=20)
        chief = ForeignKey("self", null=True, on_delete=SET_NULL, related_name="team")

    class Order(Model):
        note = CharField(max_length=20, default="")
        table = ForeignKey(Table, on_delete=CASCADE, related_name="orders")
        waiter = ForeignKey(Waiter, null=True, on_delete=SET_NULL, related_name="orders")

    class Dish(Model):
        name = CharField(max_length=20)

    class Item(Model):
        order = ForeignKey(Order, on_delete=CASCADE, related_name="items")
        dish = ForeignKey(Dish, on_delete=PROTECT)
        count = IntegerField(default=1)

    return SimpleNamespace(Table=Table, Waiter=Waiter, Order=Order, Dish=Dish, Item=Item)


@pytest.fixture
def by_hand(models, db):
    """The models, in tables that were written by hand, without foreign keys."""
    run(db, BY_HAND + ROWS)
    return models


@pytest.fixture
def house(models, db):
    """The models, in tables that they made, and some rows."""
    db.create_tables(models.Item, models.Order, models.Waiter, models.Table, models.Dish)
    run(db, ROWS)
    return models


@pytest.fixture
def card_models():
    """Models from many to many: dishes with labels, orders with dishes, guests after guests."""
    from bistro.orm.fields import CharField, IntegerField
    from bistro.orm.models import Model
    from bistro.orm.relations import CASCADE, NO_WAY_BACK, ForeignKey, ManyToManyField

    class Label(Model):
        class Meta:
            ordering = ("-word",)

        word = CharField(max_length=10, primary_key=True)

    class Dish(Model):
        class Meta:
            ordering = ("name",)

        name = CharField(max_length=20)
        labels = ManyToManyField(Label, related_name="dishes")

    class Item(Model):
        order = ForeignKey("Order", on_delete=CASCADE, related_name="items")
        dish = ForeignKey(Dish, on_delete=CASCADE)
        count = IntegerField(default=1)

    class Order(Model):
        note = CharField(max_length=20, default="")
        dishes = ManyToManyField(Dish, through=Item)

    class Guest(Model):
        name = CharField(max_length=20)
        follows = ManyToManyField("self", related_name=NO_WAY_BACK)

    return SimpleNamespace(Label=Label, Dish=Dish, Item=Item, Order=Order, Guest=Guest)


@pytest.fixture
def card(card_models, db):
    """These models, in tables that they made, and some rows."""
    db.create_tables(*vars(card_models).values())
    run(db, CARD)
    return card_models


@pytest.fixture
def asked(db):
    """`asked(call)`: what a call returns, and how many statements that took."""

    def ask(call):
        with db.queries() as log:
            result = call()
        return result, len(log)

    return ask

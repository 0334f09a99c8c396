"""What the tests of this chapter share: a database in memory, and a card with dishes."""

import pytest


@pytest.fixture
def db():
    """A database in memory, which is the default for models."""
    from bistro.orm.database import connect  # not above: the plugin puts bistro in place

    database = connect("sqlite://")
    yield database
    database.close()


@pytest.fixture
def model(db):
    """`Dish`, a model, and its table, which is empty."""
    from bistro.orm.fields import CharField, DecimalField, IntegerField
    from bistro.orm.models import Model

    class Dish(Model):
        name = CharField(max_length=20, unique=True)
        price = DecimalField(max_digits=6, decimal_places=2, default=5)
        sold = IntegerField(default=0)

    db.execute(
        'CREATE TABLE "dish" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "name" TEXT NOT NULL UNIQUE, '
        '"price" NUMERIC NOT NULL, "sold" INTEGER NOT NULL)'
    )
    return Dish


@pytest.fixture
def card(db, model):
    """The same model, with five rows: Soup, Tart, Cake, Fish and Rice, from 4 to 8."""
    for number, name in enumerate(("Soup", "Tart", "Cake", "Fish", "Rice")):
        sql = "INSERT INTO dish (name, price, sold) VALUES (?, ?, 0)"
        db.execute(sql, (name, 4 + number))
    return model


@pytest.fixture
def names(db):
    """`names()`: what the rows of the table of dishes are called, by their keys."""
    return lambda: [name for (name,) in db.execute("SELECT name FROM dish ORDER BY id")]

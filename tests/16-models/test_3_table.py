"""Step 16.3: a class becomes a table."""

import pytest

from bistro.orm.database import IntegrityError, SQLite
from bistro.orm.expressions import FieldError
from bistro.orm.fields import (
    BooleanField,
    CharField,
    DateField,
    Field,
    IntegerField,
    JSONField,
    TextField,
)
from bistro.orm.models import Model


def columns(db, table):
    """Of each column of a table: name, type, whether it must not be NULL, whether it is a key."""
    rows = db.execute(f'PRAGMA table_info("{table}")')
    return [(name, kind, bool(given), bool(key)) for _, name, kind, given, _, key in rows]


def test_the_fields_of_a_class():
    """The fields of a class are collected in their order; what is no field stays what it is."""

    class Dish(Model):
        name = CharField(max_length=20)
        house = "Bistro"
        price = IntegerField()

        def label(self):
            return self.house

    assert list(Dish.options.fields) == ["id", "name", "price"]
    assert Dish(name="Soup").label() == "Bistro"


def test_inherited_fields():
    """Fields of abstract models come first; one that is declared again keeps its place."""

    class Named(Model):
        name = TextField()
        note = TextField()

        class Meta:
            abstract = True

    class Priced(Named):
        price = IntegerField()

        class Meta:
            abstract = True

    class Dish(Priced):
        vegan = BooleanField()
        note = TextField(default="none")

    assert list(Dish.options.fields) == ["id", "name", "note", "price", "vegan"]
    assert Dish().note == "none"


def test_two_parents():
    """Of two parents the nearer, whom Python asks first, has the last word on a field of both."""

    class Priced(Model):
        price = IntegerField()
        note = TextField(default="far")

        class Meta:
            abstract = True

    class Named(Model):
        note = TextField(default="near")
        name = TextField()

        class Meta:
            abstract = True

    class Dish(Named, Priced):
        pass

    assert list(Dish.options.fields) == ["id", "price", "note", "name"]
    assert Dish().note == "near"


def test_a_field_belongs_to_one_model():
    """An inherited field is a copy: each knows the model to which it belongs."""
    nobody = object()

    class Named(Model):
        name = TextField(default=nobody)

        class Meta:
            abstract = True

    class Dish(Named):
        pass

    class Guest(Named):
        pass

    assert Dish.options.fields["name"].model is Dish
    assert Guest.options.fields["name"].model is Guest
    assert str(Dish.options.fields["name"]) == "Dish.name"
    assert Named.options.fields["name"].model is Named
    assert Guest().name is nobody


def test_fields_without_a_column():
    """A field that is `virtual` is inherited as any other."""

    class Star(TextField):
        virtual = True

    class Starred(Model):
        star = Star()

        class Meta:
            abstract = True

    class Dish(Starred):
        crème = TextField()

    assert list(Dish.options.virtual) == ["star"]
    assert Dish.options.virtual["star"].model is Dish
    assert vars(Dish(crème="fresh")) == {"id": None, "crème": "fresh"}


def test_an_heir_of_a_table():
    """A model that has a table of its own has no heirs."""

    class Dish(Model):
        name = TextField()

    with pytest.raises(FieldError, match="Dessert inherits from Dish"):

        class Dessert(Dish):
            pass


@pytest.mark.parametrize(
    "name",
    [
        "save",
        "objects",
        "options",
        "pk",
        "Meta",
        "self",
        "_hidden",
        "name_",
        "a__b",
        "class",
        "__init__",
    ],
)
def test_names_that_are_taken(name):
    """A name that a model or a lookup needs, or that Python does, is refused with the class."""
    with pytest.raises(FieldError, match=rf"Dish.{name} cannot be a field"):
        type("Dish", (Model,), {name: TextField()})


@pytest.mark.parametrize("name", ["a b", "x=print(1)", "1st", "", 'a"b', "a, *, b", "\u017fave"])
def test_names_that_are_source(name):
    """Source is written with names: one that Python reads as more, or as another, is refused."""
    with pytest.raises(FieldError, match="cannot be a field"):
        type("Dish", (Model,), {name: TextField()})


def test_an_instance_takes_values():
    """An instance takes values by name; what is not given has its default, or is None."""

    class Dish(Model):
        name = TextField()
        price = IntegerField(default=9)
        sold = IntegerField(default=0)
        note = TextField(default=None, null=True)

    dish = Dish(name="Soup", sold=3)
    assert vars(dish) == {"id": None, "name": "Soup", "price": 9, "sold": 3, "note": None}
    assert Dish(price=None).price is None


def test_defaults_that_are_made():
    """A default that is a function is called for each instance that needs it, and for no other."""
    made = []

    def tags():
        made.append([])
        return made[-1]

    class Dish(Model):
        tags_of_it = JSONField(default=tags)

    first, second = Dish(), Dish()
    assert first.tags_of_it is not second.tags_of_it
    assert Dish(tags_of_it=None).tags_of_it is None
    assert Dish(tags_of_it=[1]).tags_of_it == [1]
    assert len(made) == 2


def test_a_field_says_what_it_takes():
    """A field's own parameters and lines become part of `__init__`, in the order of the fields."""

    class Pair(Field):
        def initialiser(self, names):
            names["halve"] = lambda number: number // 2
            name = self.name
            return (
                [f"{name}=0", f"{name}_twice=0"],
                [f"self.{name} = {name} or halve({name}_twice)", f"self.last = {name!r}"],
            )

    class Table(Model):
        seats = Pair()
        chairs = Pair()

    table = Table(seats_twice=8, chairs=3)
    assert (table.seats, table.chairs, table.last) == (4, 3, "chairs")


def test_values_that_are_unknown():
    """A value without a field is a `TypeError` that names the model; so is one without a name."""

    class Dish(Model):
        name = TextField()

    with pytest.raises(TypeError, match=r"Dish\.__init__\(\).*'nme'"):
        Dish(nme="Soup")
    with pytest.raises(TypeError):
        Dish("Soup")
    assert Dish.__init__.__module__ == __name__


def test_defaults_are_no_source():
    """A default is a value, whatever it looks like when it is written down."""

    class Dish(Model):
        name = TextField(default='"; raise SystemExit; "')
        _odd = object()
        tag = TextField(default=_odd)

    assert Dish().name == '"; raise SystemExit; "'
    assert Dish().tag is Dish._odd


def test_the_table(db):
    """The table has a column for each field, with what the field's `definition` says of it."""

    class OrderItem(Model):
        name = CharField(max_length=20, unique=True)
        day = DateField(null=True)
        count = IntegerField()

    db.create_tables(OrderItem)
    assert columns(db, "order_item") == [
        ("id", "INTEGER", False, True),
        ("name", "VARCHAR(20)", True, False),
        ("day", "TEXT", False, False),
        ("count", "INTEGER", True, False),
    ]


def test_the_statement():
    """There is one statement: the definitions in the order of the fields, then what is unique."""

    class Table(Model):
        day = TextField(null=True)
        seat = IntegerField()

        class Meta:
            db_table = "table"
            unique_together = (("day", "seat"), ("seat", "pk"))

    assert Table.options.create_statements(SQLite(":memory:")) == [
        'CREATE TABLE "table" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "day" TEXT, '
        '"seat" INTEGER NOT NULL, UNIQUE ("day", "seat"), UNIQUE ("seat", "id"))'
    ]


def test_unique_together(db):
    """What is unique together may each come again, but not both."""

    class Booking(Model):
        day = TextField()
        seat = IntegerField()

        class Meta:
            unique_together = (("day", "seat"),)

    db.create_tables(Booking)
    sql = "INSERT INTO booking (day, seat) VALUES (?, ?)"
    for values in (("Monday", 1), ("Monday", 2), ("Tuesday", 1)):
        db.execute(sql, values)
    with pytest.raises(IntegrityError):
        db.execute(sql, ("Monday", 2))


def test_unique_together_of_what_is_not_there(db):
    """A name that is no field's is refused, and no table is created."""

    class Booking(Model):
        day = TextField()

        class Meta:
            unique_together = (("day", "seat"),)

    with pytest.raises(FieldError, match="Booking has no field 'seat'"):
        db.create_tables(Booking)
    assert "booking" not in db.tables()


def test_a_hostile_table(db):
    """A quotation mark in the name of a table ends no statement."""

    class Dish(Model):
        name = TextField()

        class Meta:
            db_table = 'dish" (id); DROP TABLE "guest'

    db.execute("CREATE TABLE guest (id)")
    db.create_tables(Dish)
    assert 'dish" (id); DROP TABLE "guest' in db.tables()
    assert "guest" in db.tables()

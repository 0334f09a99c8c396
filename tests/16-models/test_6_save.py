"""Step 16.6: an object writes its row."""

from types import SimpleNamespace

import pytest

from bistro.orm.database import IntegrityError
from bistro.orm.expressions import F, FieldError
from bistro.orm.fields import CharField, DateField, IntegerField, TextField
from bistro.orm.models import Model


class Postgres:
    """Stands for PostgreSQL, which gives the new key as a row, and has no last key."""

    dialect = SimpleNamespace(name="postgresql")

    def __init__(self):
        self.compiled = {}
        self.ran = []

    def execute(self, sql, parameters=()):
        self.ran.append((sql, list(parameters)))
        return SimpleNamespace(rows=[(70 + len(self.ran),)], last_id=None, count=0)


def rows(db):
    """All rows of the table of dishes, as somebody finds them who knows nothing of models."""
    return db.execute("SELECT id, name, price, sold FROM dish ORDER BY id").rows


def test_a_new_row(db, model):
    """An instance without a key is inserted, and has the key of its row then."""
    soup, tart = model(name="Soup"), model(name="Tart", price="6.5", sold=2)
    soup.save()
    tart.save()
    assert (soup.id, tart.pk) == (1, 2)
    assert rows(db) == [(1, "Soup", 5, 0), (2, "Tart", 6.5, 2)]


def test_one_statement(db, model):
    """To insert takes one statement, and to write a row again one more."""
    with db.queries() as log:
        dish = model(name="Soup")
        dish.save()
        dish.price = 6
        dish.save()
    assert [query.sql.partition(" ")[0] for query in log] == ["INSERT", "UPDATE"]


def test_the_row_is_written(db, card):
    """An instance with a key writes its own row, and no other."""
    cake = card.objects.get(name="Cake")
    cake.price = 9
    cake.save()
    assert [price for _, _, price, _ in rows(db)] == [4, 5, 9, 7, 8]


def test_statements_are_made_once(db, model):
    """The statement for a model is made once, and serves all its instances."""
    for name in ("Soup", "Tart"):
        dish = model(name=name)
        dish.save()
        dish.save()
    made = dict(db.compiled)
    assert len(made) == 2
    for name in ("Cake", "Fish"):
        dish = model(name=name)
        dish.save()
        dish.save()
    assert all(db.compiled[key] is statement for key, statement in made.items())
    assert len(db.compiled) == 2


def test_a_key_of_ones_own(db, model):
    """An instance with a key of which there is no row is inserted with it."""
    dish = model(id=30, name="Soup")
    dish.save()
    assert dish.id == 30
    assert rows(db) == [(30, "Soup", 5, 0)]


def test_a_key_of_nothing(db, model):
    """0 is a key, though it is false: its row is inserted once, and then written."""
    dish = model(id=0, name="Soup")
    dish.save()
    assert dish.id == 0
    dish.price = 6
    dish.save()
    assert rows(db) == [(0, "Soup", 6, 0)]


def test_two_models_alike(db):
    """Models with the same columns write to their own tables, and by their own rules."""

    class Guest(Model):
        name = CharField(max_length=9)

    class Cook(Model):
        name = CharField(max_length=9)

    class Nick(Model):
        name = CharField(max_length=3)

        class Meta:
            db_table = "guest"

    db.create_tables(Guest, Cook)
    for person in (Guest(name="Adele"), Cook(name="Benno")):
        person.save()
        person.name += "!"
        person.save()
    assert db.execute("SELECT name FROM guest").rows == [("Adele!",)]
    assert db.execute("SELECT name FROM cook").rows == [("Benno!",)]
    for key in (None, 1):
        with pytest.raises(ValueError, match=r"Nick.name takes 3 characters"):
            Nick(id=key, name="Adele").save()


def test_a_key_that_is_a_text(db):
    """A key need not be a number that the database gives."""

    class Table(Model):
        name = CharField(max_length=9, primary_key=True)
        seats = IntegerField(default=2)

    db.create_tables(Table)
    table = Table(name="window")
    table.save()
    table.seats = 4
    table.save()
    assert table.pk == "window"
    assert db.execute('SELECT name, seats FROM "table"').rows == [("window", 4)]


def test_force_insert(db, card):
    """Inserting by force never overwrites a row: a key that is there is an error."""
    with pytest.raises(IntegrityError):
        card(id=1, name="Stolen").save(force_insert=True)
    assert rows(db)[0] == (1, "Soup", 4, 0)
    dish = card(id=9, name="Stew")
    dish.save(force_insert=True)
    assert rows(db)[-1] == (9, "Stew", 5, 0)


def test_only_some_fields(db, card):
    """With `update_fields`, only these are written: what others changed meanwhile stays."""
    soup = card.objects.get(name="Soup")
    db.execute("UPDATE dish SET sold = 7")
    soup.price, soup.name = 1, "Changed"
    soup.save(update_fields=["price"])
    assert rows(db)[0] == (1, "Soup", 1, 7)


def test_no_fields_at_all(db, card):
    """With no fields to write, nothing is written, but the row has to be there."""
    soup = card.objects.get(name="Soup")
    soup.price = 1
    soup.save(update_fields=[])
    assert rows(db)[0] == (1, "Soup", 4, 0)
    db.execute("DELETE FROM dish")
    with pytest.raises(card.DoesNotExist):
        soup.save(update_fields=[])


def test_some_fields_of_no_row(db, card):
    """With `update_fields`, no row is ever inserted: half of one would be."""
    with pytest.raises(card.DoesNotExist, match="no row"):
        card(id=77, name="Ghost").save(update_fields=["name"])
    with pytest.raises(card.DoesNotExist, match="no row"):
        card(name="Ghost").save(update_fields=["name"])
    assert len(rows(db)) == 5
    with pytest.raises(FieldError, match="no field 'nme'"):
        card.objects.get(name="Soup").save(update_fields=["nme"])


def test_what_was_deleted_comes_back(db, card):
    """An instance whose row is gone is inserted again, with its key."""
    soup = card.objects.get(name="Soup")
    db.execute("DELETE FROM dish")
    soup.save()
    assert rows(db) == [(1, "Soup", 4, 0)]


def test_values_that_are_refused(db, card):
    """A value that its field does not take is refused by its name, and nothing is written."""
    for values in ({"name": "x" * 21}, {"price": "free"}, {"sold": 2**63}, {"price": 10_000}):
        with pytest.raises(ValueError, match=rf"Dish.{next(iter(values))} takes"):
            card(**{"name": "Stew", **values}).save()
        soup = card.objects.get(id=1)
        vars(soup).update(values)
        with pytest.raises(ValueError, match=rf"Dish.{next(iter(values))} takes"):
            soup.save()
    assert rows(db) == [(n + 1, name, n + 4, 0) for n, name in enumerate(CARD)]


CARD = ("Soup", "Tart", "Cake", "Fish", "Rice")


def test_what_the_table_refuses(db, card):
    """A name that is taken, and one that is missing, are errors of the database."""
    for name in ("Soup", None):
        dish = card(name=name)
        with pytest.raises(IntegrityError):
            dish.save()
        assert dish.pk is None
    assert len(rows(db)) == 5


def test_values_that_sql_would_read(db, model):
    """Whatever a value looks like, it arrives as it is."""
    name = "'); DROP TABLE x;--"
    dish = model(name=name)
    dish.save()
    dish.sold = 1
    dish.save()
    assert rows(db) == [(1, name, 5, 1)]


def test_the_database_computes(db, card):
    """An expression is computed by the database, of what is there now; then all is read again."""
    soup = card.objects.get(name="Soup")
    db.execute("UPDATE dish SET sold = 7 WHERE id = 1")
    soup.sold = F("sold") + 1
    soup.save()
    assert soup.sold == 8
    assert rows(db)[0] == (1, "Soup", 4, 8)
    assert rows(db)[1] == (2, "Tart", 5, 0)


def test_the_database_computes_some_fields(db, card):
    """With `update_fields`, too; of a row that is gone there is nothing to compute."""
    soup = card.objects.get(name="Soup")
    db.execute("UPDATE dish SET sold = 7, price = 9 WHERE id = 1")
    soup.sold = F("sold") + 1
    soup.save(update_fields=["sold"])
    assert rows(db)[0] == (1, "Soup", 9, 8)
    assert (soup.sold, soup.price) == (8, 9)
    db.execute("DELETE FROM dish WHERE id = 1")
    soup.sold = F("sold") + 1
    with pytest.raises(card.DoesNotExist):
        soup.save(update_fields=["sold"])
    with pytest.raises(ValueError, match=r"Dish.sold takes"):
        soup.save()
    assert len(rows(db)) == 4


def test_when_it_was_saved(db):
    """Fields are told before a row is written, and whether it is new."""

    class Noted(TextField):
        def before_save(self, instance, *, is_new):
            instance.note = f"{instance.note or ''}{'new' if is_new else 'old'} "

    class Order(Model):
        note = Noted()
        day = DateField(auto_now_add=True)

    db.create_tables(Order)
    order = Order()
    order.save()
    assert order.note == "new "
    assert order.day is not None
    order.day = None
    with pytest.raises(IntegrityError):
        order.save()
    order.day, order.note = "2026-05-01", ""
    order.save()
    assert order.note == "old "
    order.save(update_fields=["note"])
    assert order.note == "old old "
    assert db.execute('SELECT note, day FROM "order"').rows == [("old old ", "2026-05-01")]
    forced = Order(id=5)
    forced.save(force_insert=True)
    assert forced.note == "new "


def test_a_database_that_returns_the_key(model):
    """Where the new key comes as a row, it is taken from there."""
    db = Postgres()
    dish = model(name="Soup", price="4.5")
    model.options.insert(db, dish)
    assert dish.id == 71
    assert db.ran[0][0].endswith('RETURNING "id"')
    assert db.ran[0][1][0] == "Soup"
    dish.id = 3
    model.options.insert(db, dish)
    assert dish.id == 3
    assert len(db.ran[1][1]) == len(db.ran[0][1]) + 1


def test_whether_there_is_a_row(db, card):
    """`Options.update` tells whether there is such a row, and writes what it is told to."""
    soup = card(id=1, name="Stew", price=1)
    assert card.options.update(db, soup, ("price", "name")) is True
    assert rows(db)[0] == (1, "Stew", 1, 0)
    assert card.options.update(db, card(id=99, name="Ghost"), ("price",)) is False
    assert card.options.update(db, soup, ()) is True
    assert card.options.update(db, card(id=99), ()) is False
    assert len(rows(db)) == 5

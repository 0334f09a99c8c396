"""Step 16.7: many, and who was first."""

from types import SimpleNamespace

import pytest

from bistro.orm.database import IntegrityError, connect
from bistro.orm.expressions import F
from bistro.orm.fields import DateField, IntegerField, TextField
from bistro.orm.models import Model


def kinds(log):
    """How the statements of a log begin."""
    return [query.sql.partition(" ")[0] for query in log]


def test_many_rows(db, model, names):
    """All are inserted in their order, and have the keys of their rows."""
    dishes = [model(name=f"Dish {number}") for number in range(7)]
    made = model.objects.bulk_create(iter(dishes))
    assert made == dishes
    assert [dish.id for dish in made] == [1, 2, 3, 4, 5, 6, 7]
    assert names() == [f"Dish {number}" for number in range(7)]
    for dish in made:
        assert model.objects.get(id=dish.id).name == dish.name


def test_behind_others(db, card, names):
    """New rows have new keys, behind those that there are, or were."""
    db.execute("DELETE FROM dish WHERE id = 5")
    stew, roll = card.objects.bulk_create([card(name="Stew"), card(name="Roll")])
    assert (stew.id, roll.id) == (6, 7)
    assert names() == ["Soup", "Tart", "Cake", "Fish", "Stew", "Roll"]


def test_few_statements(db, model):
    """One round for a batch, not for a row, and one transaction around them."""
    with db.queries() as log:
        model.objects.bulk_create([model(name=str(number)) for number in range(50)])
    assert kinds(log).count("INSERT") == 1
    assert (kinds(log)[0], kinds(log)[-1]) == ("BEGIN", "COMMIT")


def test_batches(db, model, names):
    """A batch has `batch_size` rows at the most, and none is left out or taken twice."""
    for size, count in ((3, 3), (7, 1), (1, 7), (100, 1)):
        db.execute("DELETE FROM dish")
        with db.queries() as log:
            made = model.objects.bulk_create(
                [model(name=str(n)) for n in range(7)], batch_size=size
            )
        assert kinds(log).count("INSERT") == count
        assert names() == list("0123456")
        assert [model.objects.get(id=dish.id).name for dish in made] == list("0123456")


@pytest.mark.parametrize("size", [0, -1])
def test_batches_of_nothing(model, names, size):
    """A batch without a row is an error: nobody believes that all were inserted."""
    with pytest.raises(ValueError):  # noqa: PT011  its words are free
        model.objects.bulk_create([model(name="Soup")], batch_size=size)
    assert names() == []


def test_some_have_keys(db, model):
    """Those with a key keep it; those without get one. The order of the list stays."""
    given = [model(name="a"), model(id=20, name="b"), model(name="c"), model(id=10, name="d")]
    assert model.objects.bulk_create(given) == given
    assert [dish.name for dish in given] == ["a", "b", "c", "d"]
    assert (given[1].id, given[3].id) == (20, 10)
    stored = dict(db.execute("SELECT name, id FROM dish").rows)
    assert stored == {dish.name: dish.id for dish in given}
    assert min(stored["a"], stored["c"]) > 20


def test_a_key_of_nothing(model, names):
    """0 is a key as any other, though it is false."""
    first, second = model.objects.bulk_create([model(name="a"), model(id=0, name="b")])
    assert second.id == 0
    assert model.objects.get(id=first.id).name == "a"
    assert names() == ["b", "a"]


def test_none_at_all(db, model):
    """Of an empty list nothing is made."""
    assert model.objects.bulk_create([]) == []
    assert model.objects.count() == 0


def test_all_or_none(db, card, names):
    """When one is refused, by its field or by the table, none is there, of no batch."""
    before = names()
    for bad, error in ((card(name="Soup"), IntegrityError), (card(name="x" * 99), ValueError)):
        good = [card(name=f"Good {number}") for number in range(5)]
        with pytest.raises(error):
            card.objects.bulk_create([*good, bad, card(name="Late")], batch_size=2)
        assert names() == before


def test_fields_are_told(db):
    """Each instance is new, and its fields are told so before it is inserted."""

    class Order(Model):
        day = DateField(auto_now_add=True)

    db.create_tables(Order)
    made = Order.objects.bulk_create([Order(), Order(id=9)])
    assert all(order.day is not None for order in made)
    assert db.execute('SELECT COUNT(day) FROM "order"').rows == [(2,)]


def test_no_expressions(db, model):
    """A row that is not there yet has no fields to compute with."""
    with pytest.raises(ValueError, match=r"Dish.sold takes"):
        model.objects.bulk_create([model(name="Soup", sold=F("sold") + 1)])


def test_the_right_way_in(model, monkeypatch):
    """With keys, rows go to `execute_many`; without, to `insert_rows`, whose keys they get."""
    ran = []
    db = SimpleNamespace(
        dialect=SimpleNamespace(name="sqlite"),
        execute_many=lambda sql, rows: ran.append((sql, rows)),
    )
    model.options.insert_many(db, [model(id=4, name="Soup"), model(id=2, name="Tart")])
    assert [[row[0], row[1]] for row in ran[0][1]] == [[4, "Soup"], [2, "Tart"]]
    assert ran[0][0].count("?") == 4

    def insert_rows(self, db, sql, rows):
        ran.append((sql, rows))
        return [8, 3]

    monkeypatch.setattr(type(model.options), "insert_rows", insert_rows)
    dishes = [model(name="Fish"), model(name="Rice")]
    model.options.insert_many(db, dishes)
    assert [dish.id for dish in dishes] == [8, 3]
    assert [row[0] for row in ran[1][1]] == ["Fish", "Rice"]


def test_it_is_there(db, card):
    """What is there is returned, with False, and nothing is written."""
    with db.queries() as log:
        dish, is_new = card.objects.get_or_create(name="Soup", defaults={"price": 99})
    assert (dish.id, dish.price, is_new) == (1, 4, False)
    assert kinds(log) == ["SELECT"]


def test_it_is_made(db, card):
    """What is not there is made of the lookups and the defaults, and returned with True."""
    dish, is_new = card.objects.get_or_create(name="Stew", price=3, defaults={"sold": 2})
    assert is_new is True
    assert card.objects.get(id=dish.id).sold == 2
    assert (dish.name, dish.price) == ("Stew", 3)
    assert card.objects.get_or_create(name="Stew") == (dish, False)


def test_lookups_are_no_values(db, card):
    """A lookup behind `__` finds, but is no value of a new row; the key may be called `pk`."""
    dish, is_new = card.objects.get_or_create(price__gt=50, name="Lobster", defaults={"price": 60})
    assert (dish.name, dish.price, is_new) == ("Lobster", 60, True)
    dish, is_new = card.objects.get_or_create(sold__gt=7, name="Shrimp")
    assert (dish.sold, is_new) == (0, True)
    dish, is_new = card.objects.get_or_create(pk=40, defaults={"name": "Crab"})
    assert (dish.id, dish.name, is_new) == (40, "Crab", True)


def test_a_key_of_another_name(db):
    """The key that is called `pk` may have any name."""

    class Guest(Model):
        mail = TextField(primary_key=True)
        visits = IntegerField(default=1)

    db.create_tables(Guest)
    ada, is_new = Guest.objects.get_or_create(pk="ada@a.example", defaults={"visits": 3})
    assert (ada.mail, ada.visits, is_new) == ("ada@a.example", 3, True)
    assert Guest.objects.get_or_create(pk="ada@a.example") == (ada, False)


def test_defaults_are_only_read(card):
    """The defaults belong to who gives them, and serve for one dish after the other."""
    defaults = {"price": 3}
    for name in ("Stew", "Roll"):
        assert card.objects.get_or_create(name=name, defaults=defaults)[1] is True
    assert defaults == {"price": 3}
    assert card.objects.filter(price=3).count() == 2


def test_there_are_several(card):
    """When there are several, there is an error, and nothing is made."""
    with pytest.raises(card.MultipleObjectsReturned):
        card.objects.get_or_create(price__gt=5, defaults={"name": "New"})
    assert card.objects.count() == 5


def test_somebody_else_was_first(db, tmp_path, monkeypatch):
    """When somebody else makes it at the same moment, theirs is returned, with False."""

    class Guest(Model):
        name = TextField(unique=True)
        number = IntegerField(default=1)

    house = connect(f"sqlite:///{tmp_path / 'house.db'}")
    house.create_tables(Guest)
    original = type(Guest.objects).get
    looks = []

    def get(self, *conditions, **lookups):
        looks.append(lookups)
        try:
            return original(self, *conditions, **lookups)
        finally:
            if len(looks) == 1:
                house.execute("INSERT INTO guest (name, number) VALUES ('Ada', 2)")

    monkeypatch.setattr(type(Guest.objects), "get", get)
    guest, is_new = Guest.objects.get_or_create(name="Ada")
    assert (guest.number, is_new) == (2, False)
    assert len(looks) == 2
    house.close()


def test_the_transaction_around_goes_on(db, card, monkeypatch):
    """Within a transaction, the attempt that failed spoils nothing of it."""
    original = type(card.objects).get
    looks = []

    def get(self, *conditions, **lookups):
        looks.append(lookups)
        if len(looks) == 1:
            raise card.DoesNotExist("somebody makes it just now")
        return original(self, *conditions, **lookups)

    monkeypatch.setattr(type(card.objects), "get", get)
    with db.transaction():
        card(name="Stew").save()
        dish, is_new = card.objects.get_or_create(name="Soup")
        card(name="Roll").save()
    assert (dish.id, is_new) == (1, False)
    assert card.objects.count() == 7


def test_another_constraint(db, card):
    """When the table refuses it for another reason, that error passes through."""
    with pytest.raises(IntegrityError, match=r"UNIQUE|unique"):
        card.objects.get_or_create(price=99, defaults={"name": "Soup"})
    with pytest.raises(IntegrityError, match=r"NULL|null"):
        card.objects.get_or_create(price=99)
    assert card.objects.count() == 5


def test_mass_assignment(db, card):
    """A name that is no field's is an error, not a column, wherever it comes from."""
    with pytest.raises(TypeError, match="is_admin"):
        card.objects.get_or_create(name="Stew", defaults={"is_admin": True})
    assert card.objects.count() == 5

"""Relations beside Django's: the same scenarios on SQLite, in file and memory, and PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from bistro.orm import (
    CASCADE,
    DO_NOTHING,
    PROTECT,
    SET_NULL,
    CharField,
    Count,
    DecimalField,
    FieldError,
    ForeignKey,
    IntegerField,
    IntegrityError,
    ManyToManyField,
    Model,
    Sum,
    TextField,
)
from bistro.orm.queryset import DoesNotExist
from tests.framework.relation_scenarios import SCENARIOS, fill


class RTable(Model):
    number = IntegerField(unique=True)


class RWaiter(Model):
    name = TextField()
    chief = ForeignKey("self", on_delete=SET_NULL, null=True, related_name="team")


class RLabel(Model):
    word = CharField(max_length=10, primary_key=True)


class RDish(Model):
    name = TextField()
    labels = ManyToManyField(RLabel, related_name="dishes")


class Order(Model):
    note = TextField()
    table = ForeignKey(RTable, on_delete=CASCADE, related_name="orders")
    waiter = ForeignKey(RWaiter, on_delete=SET_NULL, null=True, related_name="orders")
    dishes = ManyToManyField(RDish, through="Item")


class Item(Model):
    order = ForeignKey(Order, on_delete=CASCADE, related_name="items")
    dish = ForeignKey(RDish, on_delete=PROTECT)
    count = IntegerField(default=1)


class RGuest(Model):
    name = TextField()
    follows = ManyToManyField("self", related_name="followers")


MODELS = (Item, Order, RTable, RWaiter, RLabel, RDish, RGuest)


class House:
    """The models, and how to look at them."""

    Table, Waiter, Label, Dish, Guest = RTable, RWaiter, RLabel, RDish, RGuest
    Order, Item, Count, Sum = Order, Item, Count, Sum

    def __init__(self, db):
        self.db = db

    def counted(self, call):
        with self.db.queries() as log:
            result = call()
        return result, len(log)

    def check(self, _):
        """Ours are checked at each statement."""

    def refused(self, call):
        try:
            with self.db.transaction():
                call()
        except IntegrityError:
            return "integrity"
        except DoesNotExist:
            return "gone"
        except (ValueError, TypeError, FieldError):
            return "wrong"
        return None


@pytest.fixture(scope="module")
def theirs():
    """What Django answers to each scenario."""
    script = Path(__file__).parent / "django_relations.py"
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2_000:]
    return json.loads(run.stdout)


def count_from(db, number):
    """Have PostgreSQL give keys that the rows of `fill` have not; SQLite looks at the rows."""
    if db.dialect.name != "postgresql":
        return
    for model in MODELS:
        for name in model.table_names():
            if name != "r_label":
                db.execute(f'ALTER TABLE "{name}" ALTER id RESTART WITH {number}')


class Undo(Exception):
    """Ends a transaction."""


def plain(value):
    """A value as JSON gives it back."""
    return json.loads(json.dumps(value))


def test_as_in_django(db, theirs):
    """What Django answers, we answer, in as many queries, on each database."""
    db.create_tables(*MODELS)
    count_from(db, 1_000)
    house = House(db)
    different = {}
    for name, scenario in SCENARIOS.items():
        try:
            with db.transaction():
                fill(house)
                found = plain(scenario(house))
                raise Undo
        except Undo:
            pass
        if found != theirs[name]:
            different[name] = (found, theirs[name])
    assert different == {}
    assert len(theirs) > 40


class Currency(Model):
    code = CharField(max_length=3, primary_key=True)


class Coin(Model):
    worth = DecimalField(max_digits=5, decimal_places=2, primary_key=True)
    currency = ForeignKey(Currency, related_name="coins")


class Tip(Model):
    coin = ForeignKey(Coin, related_name="tips", on_delete=DO_NOTHING)
    words = ManyToManyField("TipWord", related_name="tips")


class TipWord(Model):
    coin = ForeignKey(Coin, primary_key=True, on_delete=CASCADE)


def test_keys_of_all_kinds(db):
    """Keys that are texts, decimals, or refer on themselves lead there, back, and in pairs."""
    db.create_tables(TipWord, Tip, Coin, Currency)
    euro = Currency.objects.create(code="EUR")
    two, half = (euro.coins.create(worth=worth) for worth in (Decimal("2.00"), Decimal("0.5")))
    first, second = (Tip.objects.create(coin=coin) for coin in (two, half))
    first.words.add(TipWord.objects.create(coin=half))
    with db.queries() as log:
        found = Tip.objects.prefetch_related("coin__currency", "words__coin").order_by("pk")
        assert [
            (tip.coin_id, tip.coin.currency.code, [word.coin.worth for word in tip.words.all()])
            for tip in found
        ] == [(Decimal("2.00"), "EUR", [Decimal("0.50")]), (Decimal("0.50"), "EUR", [])]
    assert len(log) == 5
    coins = Coin.objects.prefetch_related("tips", "tipword_set").order_by("worth")
    assert [(coin.worth, list(coin.tips.all())) for coin in coins] == [
        (Decimal("0.50"), [second]),
        (Decimal("2.00"), [first]),
    ]
    assert list(Tip.objects.filter(coin__currency="EUR", words__coin=Decimal("0.5"))) == [first]
    assert list(Tip.objects.filter(words__coin__worth__lt=1)) == [first]
    assert list(Tip.objects.exclude(coin="0.50")) == [first]
    with pytest.raises(IntegrityError):
        two.delete()


class Chicken(Model):
    egg = ForeignKey("Egg", null=True, on_delete=SET_NULL, related_name="hatched")


class Egg(Model):
    chicken = ForeignKey(Chicken, null=True, on_delete=CASCADE, related_name="laid")


def test_a_circle(db):
    """Two models that refer to each other are created, filled, and deleted from."""
    db.create_tables(Chicken, Egg)
    hen = Chicken.objects.create()
    egg = hen.laid.create()
    chick = egg.hatched.create()
    with db.queries() as log:
        found = Chicken.objects.prefetch_related("laid__hatched__egg__chicken").get(pk=hen.pk)
        assert found.laid.all()[0].hatched.all()[0].egg.chicken == hen
    assert len(log) == 5
    hen.delete()
    assert not Egg.objects.exists()
    assert Chicken.objects.get(pk=chick.pk).egg is None


def test_counted_whatever_the_size(db):
    """A thousand tables with their orders, items and dishes: five queries, by as many values."""
    db.create_tables(*MODELS)
    tables = RTable.objects.bulk_create(RTable(number=number) for number in range(1_000))
    dishes = RDish.objects.bulk_create(RDish(name=f"Dish {number}") for number in range(10))
    orders = Order.objects.bulk_create(Order(table=table, note="") for table in tables)
    Item.objects.bulk_create(
        Item(order=order, dish=dishes[number % 10]) for number, order in enumerate(orders)
    )
    with db.queries() as log:
        found = RTable.objects.prefetch_related("orders__items__dish", "orders__waiter")
        names = {i.dish.name for t in found for o in t.orders.all() for i in o.items.all()}
    assert (len(names), len(log)) == (10, 4)


def test_pairs_from_several_threads(db):
    """Threads that pair the same rows at once leave each pair once, and no other error."""
    db.create_tables(RDish, RLabel)
    soup = RDish.objects.create(name="Soup")
    words = [RLabel.objects.create(word=f"w{number}") for number in range(5)]
    start = threading.Barrier(4)
    errors = []

    def add():
        start.wait(5)
        try:
            soup.labels.add(*words)
        except IntegrityError as error:  # PostgreSQL lets both look before either inserts
            errors.append(error)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert soup.labels.count() == 5
    assert not errors or db.dialect.name == "postgresql"


def test_hostile_texts(db):
    """A text that is a key is a value, wherever a relation carries it."""
    db.create_tables(RDish, RLabel)
    for text in ("' OR 1=1--", 'a"b', "%", "\\", "\u2028", "?", "$1", "%s", "x' --", "%(a)s"):
        soup = RDish.objects.create(name=text)
        soup.labels.create(word=text)
        assert [label.word for label in soup.labels.all()] == [text]
        assert list(RDish.objects.filter(labels=text)) == [soup]
        assert soup not in RDish.objects.exclude(labels=text)
        found = RDish.objects.prefetch_related("labels").get(labels__word=text)
        assert [label.word for label in found.labels.all()] == [text]
        soup.labels.remove(text)
        assert not soup.labels.exists()


def test_a_name_that_is_none():
    """A path that leads nowhere is refused by name before anything is asked."""
    for path in ("nobody", "table__", "__table", "table__nobody__x", "table) --", "orders"):
        with pytest.raises(FieldError):
            Order.objects.filter(**{path: 1}).compiled(NoDatabase())


class NoDatabase:
    """What a query asks of a database before it is sent."""

    compiled: dict = {}  # noqa: RUF012  nobody writes to it

    class dialect:  # noqa: N801
        name = "sqlite"

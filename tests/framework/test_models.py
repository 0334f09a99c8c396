"""Models on SQLite in a file, SQLite in memory, and PostgreSQL: one table of behaviours."""

from __future__ import annotations

import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bistro.orm import (
    BooleanField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    FieldError,
    FloatField,
    IntegerField,
    IntegrityError,
    JSONField,
    Max,
    Model,
    Sum,
    TextField,
    connect,
)

EAST = timezone(timedelta(hours=2))
NOON = datetime(2026, 5, 1, 12)


class Everything(Model):
    """A value of each kind."""

    whole = IntegerField(null=True)
    number = FloatField(null=True)
    money = DecimalField(max_digits=15, decimal_places=4, null=True)
    truth = BooleanField(null=True)
    short = CharField(max_length=10, null=True)
    long = TextField(null=True)
    day = DateField(null=True)
    wall = DateTimeField(null=True)
    moment = DateTimeField(aware=True, null=True)
    data = JSONField(null=True)


class Dish(Model):
    """A dish, of which there is one of each name."""

    name = CharField(max_length=20, unique=True)
    kind = CharField(max_length=10, choices=[("soup", "Soup"), ("main", "Main")], default="main")
    price = DecimalField(max_digits=6, decimal_places=2, default=5, index=True)
    sold = IntegerField(default=0)

    class Meta:
        ordering = ("name",)


class Bare(Model):
    """Nothing but a key."""


@pytest.fixture
def tables(db):
    """A database of each kind, with the tables of these models."""
    db.create_tables(Everything, Dish, Bare)
    return db


KEPT = [
    ("whole", 2**63 - 1),
    ("whole", -(2**63)),
    ("whole", 0),
    ("number", 0.1),
    ("number", 1.7976931348623157e308),
    ("number", 5e-324),
    ("money", Decimal("12345678901.2345")),
    ("money", Decimal("-0.0001")),
    ("truth", True),
    ("truth", False),
    ("short", "🍜" * 10),
    ("short", ""),
    ("long", "'; DROP TABLE dish; -- % \\ ? \n\r\t"),
    ("long", "x" * 1_000_000),
    ("day", date(1, 1, 1)),
    ("day", date(9999, 12, 31)),
    ("wall", datetime(2026, 5, 1, 12, 0, 0, 123456)),
    ("wall", NOON),
    ("moment", datetime(2026, 5, 1, 10, tzinfo=UTC)),
    ("data", {"a": [1, 2.5, None, True, "ü"], "b": {}}),
    ("data", []),
    ("data", "text"),
    ("data", 0),
    ("data", False),
]


def test_values_come_back(tables):
    """What was stored is found by its value, and comes back as it was, of the same type."""
    for name, value in KEPT:
        comes_back(name, value)


def comes_back(name, value):
    """Store a value, alone in the table, and look for it."""
    Everything.objects.delete()
    one = Everything.objects.create(**{name: value})
    found = getattr(Everything.objects.get(id=one.id), name)
    assert found == value
    assert type(found) is type(value)
    if name != "data":
        assert Everything.objects.get(**{name: value}).id == one.id
        assert not Everything.objects.exclude(**{name: value}).exists()
    Everything.objects.filter(id=one.id).update(**{name: None})
    assert getattr(Everything.objects.get(**{f"{name}__isnull": True}), name) is None


CHANGED = [
    ("whole", "-12", -12),
    ("whole", 3.0, 3),
    ("number", "1e3", 1000.0),
    ("number", 7, 7.0),
    ("money", 0.1, Decimal("0.1000")),
    ("money", "0.00005", Decimal("0.0000")),
    ("money", "0.00015", Decimal("0.0002")),
    ("truth", 1, True),
    ("short", 12, "12"),
    ("day", "2026-05-01", date(2026, 5, 1)),
    ("wall", "2026-05-01 12:00", NOON),
    ("moment", NOON.replace(tzinfo=EAST), datetime(2026, 5, 1, 10, tzinfo=UTC)),
    ("data", (1, 2), [1, 2]),
]


def test_values_are_converted(tables):
    """What means a value of the field is stored as that, by an instance and by an update."""
    for name, value, kept in CHANGED:
        one = Everything.objects.create(**{name: value})
        other = Everything.objects.create()
        Everything.objects.filter(id=other.id).update(**{name: value})
        for key in (one.id, other.id):
            assert (name, getattr(Everything.objects.get(id=key), name)) == (name, kept)


REFUSED = [
    ("whole", 2**63),
    ("whole", "1_0"),
    ("whole", 0.5),
    ("number", "nan"),
    ("number", float("inf")),
    ("number", "１"),  # noqa: RUF001  a digit all the same, for `float`
    ("money", "1e11"),
    ("money", Decimal("NaN")),
    ("money", "1e999999"),
    ("truth", "yes"),
    ("truth", 2),
    ("short", "x" * 11),
    ("short", b"x"),
    ("day", NOON),
    ("day", "2026-02-30"),
    ("wall", NOON.replace(tzinfo=UTC)),
    ("moment", NOON),
    ("data", object()),
    ("data", float("nan")),
    ("data", b"x"),
    ("whole", F("number")),
]


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_a_value_is_refused(name, value):
    """What is no value is a ValueError before the database hears of it; nothing is stored."""
    db = connect("sqlite://")
    db.create_tables(Everything)
    with db.queries() as log, pytest.raises(ValueError):  # noqa: PT011  each has its own words
        Everything(**{name: value}).save()
    assert log == []
    with pytest.raises(ValueError):  # noqa: PT011
        Everything.objects.bulk_create([Everything(), Everything(**{name: value})])
    assert Everything.objects.count() == 0
    db.close()


@pytest.mark.parametrize("connected", ["memory", "postgresql"])
def test_any_text_comes_back(connected, request):
    """Any text but one with a NUL, of which PostgreSQL has none, comes back as it was."""
    url = request.getfixturevalue("postgresql_url") if connected == "postgresql" else "sqlite://"
    db = connect(url)
    db.create_tables(Everything)

    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    def comes_back(text):
        one = Everything.objects.create(long=text)
        assert Everything.objects.get(id=one.id, long=text).long == text

    comes_back()
    db.close()


def test_times_are_in_order(tables):
    """Times sort, and compare, as they come: with and without fractions, whatever their zone."""
    times = [NOON + timedelta(microseconds=delta) for delta in (-1, 0, 1, 500_000, 1_000_000)]
    Everything.objects.bulk_create(
        [
            Everything(whole=n, wall=time, moment=time.replace(tzinfo=UTC).astimezone(EAST))
            for n, time in enumerate(times)
        ][::-1]
    )
    for name in ("wall", "moment"):
        found = Everything.objects.order_by(name).values_list("whole", flat=True)
        assert list(found) == [0, 1, 2, 3, 4]
    assert Everything.objects.filter(wall__gt=NOON).count() == 3
    assert Everything.objects.filter(moment__lte=NOON.replace(tzinfo=UTC)).count() == 2


def test_keys_are_never_given_again(tables):
    """The key of a row that is gone is no other row's."""
    first = Dish.objects.create(name="Soup").id
    Dish.objects.filter(id=first).delete()
    second = Dish.objects.create(name="Tart").id
    (third,) = Dish.objects.bulk_create([Dish(name="Cake")])
    assert first < second < third.id


def test_many_rows_get_their_own_keys(tables):
    """However many rows: each instance has the key of its row."""
    for count in (1, 2, 999, 3_001):
        Dish.objects.delete()
        made = Dish.objects.bulk_create([Dish(name=str(n), sold=n) for n in range(count)])
        stored = dict(Dish.objects.values_list("id", "sold"))
        assert [stored[dish.id] for dish in made] == list(range(count))


def test_rows_with_and_without_keys(tables):
    """Rows that bring a key keep it, also among others, and when there is nothing but a key."""
    made = Bare.objects.bulk_create([Bare(), Bare(id=100), Bare()])
    assert made[1].id == 100
    assert len({one.id for one in made}) == 3
    assert Bare.objects.count() == 3
    one = Bare()
    one.save()
    one.save()
    assert Bare.objects.get(id=one.id) == one


def test_all_or_none(tables):
    """A bulk insert of many batches that fails in the last leaves nothing."""
    rows = [Dish(name=str(n)) for n in range(2_500)] + [Dish(name="7")]
    with pytest.raises(IntegrityError):
        Dish.objects.bulk_create(rows)
    assert Dish.objects.count() == 0


def test_writes(tables):
    """Saving, saving some fields, expressions, deleting, refreshing."""
    dish = Dish.objects.create(name="Soup", price="4.5", kind="soup")
    again = Dish.objects.get(name="Soup")
    assert (again == dish, again.price, again.get_kind_display()) == (True, Decimal("4.50"), "Soup")
    Dish.objects.filter(id=dish.id).update(sold=F("sold") + 2, price=F("price") * 2)
    dish.name = "Broth"
    dish.save(update_fields=["name"])
    dish.refresh()
    assert (dish.name, dish.sold, dish.price) == ("Broth", 2, Decimal("9.00"))
    dish.sold = F("sold") + 1
    dish.save()
    assert dish.sold == 3
    key = dish.id
    assert dish.delete() == 1
    assert dish.pk is None
    with pytest.raises(Dish.DoesNotExist):
        Dish.objects.get(id=key)
    with pytest.raises(ValueError, match="not saved"):
        dish.delete()


def test_an_update_of_text_by_text_is_refused_for_numbers(tables):
    """An update looks at its values as `save` does."""
    Dish.objects.create(name="Soup")
    for values in ({"price": "free"}, {"kind": "wine"}, {"name": "x" * 21}):
        with pytest.raises(ValueError, match=r"Dish\.\w+ takes"):
            Dish.objects.update(**values)
    with pytest.raises(FieldError):
        Dish.objects.update(colour="red")
    with pytest.raises(IntegrityError):
        Dish.objects.update(name=None)


def test_questions(tables):
    """Orders, slices, values, aggregates and annotations give the same everywhere."""
    Dish.objects.bulk_create(
        [Dish(name=name, price=n, kind="soup" if n < 3 else "main", sold=n % 2)
         for n, name in enumerate(("Ale", "bread", "Cake", "Dal", "Egg"))]
    )  # fmt: skip
    dishes = Dish.objects
    assert [dish.name for dish in dishes.order_by("-price")[1:3]] == ["Dal", "Cake"]
    assert dishes.order_by("price").first().name == "Ale"
    assert dishes.order_by("price").last().name == "Egg"
    assert list(dishes.order_by("pk").values("name", "sold")[:1]) == [{"name": "Ale", "sold": 0}]
    assert list(dishes.order_by("price").values_list("price", flat=True)[:2]) == [0, 1]
    assert dishes.aggregate(Sum("price"), most=Max("price")) == {"price__sum": 10, "most": 4}
    counted = dishes.values("kind").annotate(Count("id")).order_by("kind")
    assert list(counted) == [{"kind": "main", "id__count": 2}, {"kind": "soup", "id__count": 3}]
    assert dishes.filter(name__in=dishes.filter(sold=1).values("name")).count() == 2
    assert dishes.none().exists() is False
    assert dishes.filter(name__icontains="A").exclude(price__gte=3).count() == 3
    with pytest.raises(FieldError):
        dishes.annotate(save=F("price"))
    with pytest.raises(FieldError):
        dishes.annotate(**{"class": F("price")})


def test_the_first_of_two(tables):
    """When many make the same at once, one makes it and all have it. (Threads have connections.)"""
    if tables.dialect.in_memory:
        pytest.skip("a database in memory has one connection, which they share")
    together = threading.Barrier(8)

    def make(_):
        together.wait(5)
        return Dish.objects.get_or_create(name="Tart", defaults={"price": 6})

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(8)))
    assert sum(is_new for _, is_new in made) == 1
    assert len({dish.id for dish, _ in made}) == 1
    assert Dish.objects.count() == 1


def test_no_sale_is_lost(tables):
    """Expressions of many threads are all reckoned."""
    dish = Dish.objects.create(name="Tart")

    def sell(_):
        mine = Dish.objects.get(id=dish.id)
        mine.sold = F("sold") + 1
        mine.save(update_fields=["sold"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sell, range(40)))
    dish.refresh()
    assert dish.sold == 40


def test_a_large_table_by_and_by(tables):
    """`iterator` reads fifty thousand rows in the memory of a few thousand."""
    if tables.dialect.in_memory:
        pytest.skip("the rows are in memory themselves")
    rows = "(SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < 50000)"
    tables.execute(
        f"WITH RECURSIVE numbers AS {rows} INSERT INTO dish (name, kind, price, sold) "
        "SELECT 'Dish ' || n, 'main', 5, n FROM numbers"
    )
    tracemalloc.start()
    seen = sum(dish.sold for dish in Dish.objects.order_by("id").iterator())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seen == 50_000 * 50_001 // 2
    assert peak < 8_000_000


def test_a_change_while_reading(tables):
    """What is changed while `iterator` goes on does not break it off."""
    Dish.objects.bulk_create([Dish(name=str(n)) for n in range(2_500)])
    seen = 0
    for dish in Dish.objects.order_by("id").iterator(chunk_size=100):
        seen += 1
        if seen == 50:
            Dish.objects.filter(id=dish.id).update(sold=1)
    assert seen == 2_500


def test_hostile_names(tables):
    """A model that is made of foreign names runs nothing of them."""
    for name in ("x=__import__('os')", "a b", "None", "a\n", "é.x", "ﬁ if"):
        with pytest.raises(FieldError):
            type("Hostile", (Model,), {name: TextField()})
    made = type("Größe", (Model,), {"länge": IntegerField()})
    tables.create_tables(made)
    assert made.objects.create(länge=3).pk == 1


def test_what_meta_takes():
    """A word in `Meta` that means nothing is refused; so is an `id` that is no key."""
    with pytest.raises(FieldError, match="'orderng'"):
        type("Odd", (Model,), {"Meta": type("Meta", (), {"orderng": ["id"]})})
    with pytest.raises(FieldError, match="id is no primary key"):
        type("Odd", (Model,), {"id": TextField()})
    with pytest.raises(FieldError, match="2 primary keys"):
        keys = {name: TextField(primary_key=True) for name in ("a", "b")}
        type("Odd", (Model,), keys)


def test_managers(tables):
    """A queryset of one's own has its methods on `objects`, and on what these return."""
    from bistro.orm import QuerySet

    class Cheap(QuerySet):
        def cheap(self):
            return self.filter(price__lt=5)

    class Snack(Model):
        price = IntegerField()
        objects = Cheap.as_manager()

    tables.create_tables(Snack)
    Snack.objects.bulk_create([Snack(price=n) for n in range(10)])
    assert Snack.objects.cheap().filter(price__gt=1).cheap().count() == 3


def test_instances(tables):
    """Instances are equal by their key; one without it has no hash, and equals itself alone."""
    one, other = Dish(name="Soup"), Dish(name="Soup")
    assert one == one
    assert one != other
    with pytest.raises(TypeError, match="no hash"):
        hash(one)
    one.save()
    found = Dish.objects.get(pk=one.pk)
    assert found == one
    assert hash(found) == hash(one)
    assert found != Bare(id=one.pk)
    assert {one: 1}[found] == 1

"""Relations side by side: parents with all their children, prefetched.

Each library has the same two tables in an SQLite database in memory of its own, and brings the
parents and then all children in one query more. What they bring is compared first.
"""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING, Any

import django
import peewee
import pony.orm  # type: ignore[import-untyped]
import sqlalchemy
from django.conf import settings
from sqlalchemy import ForeignKey as Key
from sqlalchemy import insert, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
)

from benchmarks.table import OURS, Target, interleave, microseconds, show
from bistro.orm import CASCADE, CharField, ForeignKey, IntegerField, Model
from bistro.orm.database import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    Found = list[tuple[int, list[int]]]
    Bring = Callable[[], Found]

PARENTS = 500
CHILDREN = 10
"""Children of each parent."""


def parents() -> list[dict[str, Any]]:
    """Return the values of the parents."""
    return [{"id": number, "note": f"Order {number}"} for number in range(1, PARENTS + 1)]


def children() -> list[dict[str, Any]]:
    """Return the values of the children, but for whose they are."""
    return [
        {"id": number + 1, "name": f"Dish {number % 40}", "count": number % 7}
        for number in range(PARENTS * CHILDREN)
    ]


def parent_of(child: dict[str, Any]) -> int:
    """Return the key of a child's parent: children come in turn, one for each parent."""
    return int(child["id"]) % PARENTS + 1


def with_bistro() -> Bring:
    class Order(Model):
        note = CharField(max_length=20)

    class Item(Model):
        order = ForeignKey(Order, on_delete=CASCADE, related_name="items")
        name = CharField(max_length=20)
        count = IntegerField()

    db = connect("sqlite://")
    db.create_tables(Order, Item)
    Order.objects.bulk_create(Order(**one) for one in parents())
    Item.objects.bulk_create(Item(order_id=parent_of(one), **one) for one in children())

    def bring() -> Found:
        orders = Order.objects.prefetch_related("items")
        return [(order.id, [item.count for item in order.items.all()]) for order in orders]

    return bring


def with_django() -> Bring:
    from django.apps import apps

    if not apps.ready:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        settings.configure(DATABASES={"default": database}, USE_TZ=False)
        django.setup()
    from django.db import connection, models

    class DjangoOrder(models.Model):  # type: ignore[misc]
        note = models.CharField(max_length=20)

        class Meta:
            app_label = "benchmarks"

    class DjangoItem(models.Model):  # type: ignore[misc]
        order = models.ForeignKey(DjangoOrder, on_delete=models.CASCADE, related_name="items")
        name = models.CharField(max_length=20)
        count = models.IntegerField()

        class Meta:
            app_label = "benchmarks"

    with connection.schema_editor() as editor:
        editor.create_model(DjangoOrder)
        editor.create_model(DjangoItem)
    DjangoOrder.objects.bulk_create(DjangoOrder(**one) for one in parents())
    DjangoItem.objects.bulk_create(DjangoItem(order_id=parent_of(one), **one) for one in children())

    def bring() -> Found:
        orders = DjangoOrder.objects.prefetch_related("items")
        return [(order.id, [item.count for item in order.items.all()]) for order in orders]

    return bring


def with_sqlalchemy() -> Bring:
    class Base(DeclarativeBase):
        pass

    class Order(Base):
        __tablename__ = "order"
        id: Mapped[int] = mapped_column(primary_key=True)
        note: Mapped[str]
        items: Mapped[list[Any]] = relationship("Item")

    class Item(Base):
        __tablename__ = "item"
        id: Mapped[int] = mapped_column(primary_key=True)
        order_id: Mapped[int] = mapped_column(Key("order.id"), index=True)
        name: Mapped[str]
        count: Mapped[int]

    engine = sqlalchemy.create_engine(
        "sqlite://", poolclass=sqlalchemy.StaticPool, connect_args={"check_same_thread": False}
    )
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        session.execute(insert(Order), parents())
        session.execute(insert(Item), [{**one, "order_id": parent_of(one)} for one in children()])

    def bring() -> Found:
        with Session(engine) as session:
            orders = session.scalars(select(Order).options(selectinload(Order.items)))
            return [(order.id, [item.count for item in order.items]) for order in orders]

    return bring


def with_peewee() -> Bring:
    db = peewee.SqliteDatabase(":memory:")

    class Order(peewee.Model):
        id = peewee.AutoField()
        note = peewee.CharField(max_length=20)

        class Meta:
            database = db

    class Item(peewee.Model):
        id = peewee.AutoField()
        order = peewee.ForeignKeyField(Order, backref="items", on_delete="CASCADE")
        name = peewee.CharField(max_length=20)
        count = peewee.IntegerField()

        class Meta:
            database = db

    db.create_tables([Order, Item])
    with db.atomic():
        Order.insert_many(parents()).execute()
        Item.insert_many([{**one, "order": parent_of(one)} for one in children()]).execute()

    def bring() -> Found:
        orders = peewee.prefetch(Order.select(), Item.select())
        return [(order.id, [item.count for item in order.items]) for order in orders]

    return bring


def with_pony() -> Bring:
    db = pony.orm.Database()
    order_columns = {"note": pony.orm.Required(str, 20), "items": pony.orm.Set("Item")}
    Order: Any = type(db.Entity)("Order", (db.Entity,), order_columns)  # noqa: N806  a class
    item_columns = {
        "order": pony.orm.Required(Order),
        "name": pony.orm.Required(str, 20),
        "count": pony.orm.Required(int),
    }
    Item: Any = type(db.Entity)("Item", (db.Entity,), item_columns)  # noqa: N806  a class
    db.bind(provider="sqlite", filename=":memory:")
    db.generate_mapping(create_tables=True)
    with pony.orm.db_session:
        for one in parents():
            Order(**one)
        for one in children():
            Item(order=Order[parent_of(one)], **one)

    def bring() -> Found:
        with pony.orm.db_session:
            orders = list(Order.select().prefetch(Order.items))
            return [(order.id, [item.count for item in order.items]) for order in orders]

    return bring


PEERS: dict[str, Callable[[], Bring]] = {
    OURS: with_bistro,
    "django": with_django,
    "sqlalchemy": with_sqlalchemy,
    "peewee": with_peewee,
    "pony": with_pony,
}


def in_order(found: Found) -> Found:
    """Return the same in an order that does not depend on the library."""
    return sorted((key, sorted(counts)) for key, counts in found)


def milliseconds(bring: Bring) -> float:
    """Return how long it takes, in ms."""
    gc.collect()
    return microseconds(bring, 1) / 1000


def prefetching(rounds: int) -> None:
    """Measure it, and print the table."""
    subjects = {name: make() for name, make in PEERS.items()}
    expected = subjects["peewee"]()
    if len(expected) != PARENTS or any(len(found) != CHILDREN for _, found in expected):
        raise SystemExit("peewee does not bring all")
    for name, bring in subjects.items():
        if in_order(bring()) != in_order(expected):  # Pony's children are a set
            raise SystemExit(f"{name} brings something else than peewee")
    title = f"prefetching {PARENTS} parents, {CHILDREN} children each"
    measures = {name: partial(milliseconds, bring) for name, bring in subjects.items()}
    show(
        title,
        "ms",
        interleave(measures, rounds),
        more_is_better=False,
        target=Target("sqlalchemy", 0.4),
    )

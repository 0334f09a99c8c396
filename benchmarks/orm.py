"""Models side by side: rows into objects, reads, writes, relations, importing.

Each peer has the same table in an SQLite database in memory of its own. What the reads give is
compared before they are measured, and what the writes left is counted.
"""

from __future__ import annotations

import gc
import sqlite3
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import django
import peewee
import pony.orm  # type: ignore[import-untyped]
import sqlalchemy
from django.conf import settings
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.imports import compare
from benchmarks.relations import prefetching
from benchmarks.table import OURS, Target, console, interleave, microseconds, show, show_versions
from bistro.orm import CharField, FloatField, IntegerField, Model
from bistro.orm.database import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Row = tuple[str, float, int, str]

ROWS = 10_000
"""Rows of the table that is read."""
GETS = 2_000
QUERIES = 500
FIRST = 10
"""Rows that each of these queries gives."""
BULK = 5_000
WRITES = 1_000
INDEX = "CREATE INDEX of_price ON {} (price)"
"""Made before the filters, which would sort the whole table else, in SQLite's time."""
KINDS = ("starter", "main", "dessert", "wine")


@dataclass(frozen=True)
class Subject:
    """What one library does; what it returns are objects with `id`, `name`, `price`, `sold`."""

    load: Callable[[int], Sequence[Any]]
    """So many rows."""
    get: Callable[[int], Any]
    ask: Callable[[int, str], Sequence[Any]]
    """The `FIRST` dearest of a kind, of which at least so many were sold."""
    bulk: Callable[[list[Row]], object]
    """Insert these as fast as the library can."""
    create: Callable[[list[Row]], object]
    """Insert these in one transaction, as objects: one by one, or when the library thinks fit."""
    update: Callable[[Iterable[Any]], object]
    """Sell each of these objects once more, likewise."""
    count: Callable[[], int]
    clear: Callable[[], object]
    """Delete what the writes have left: what comes behind the first `ROWS`."""
    execute: Callable[[str], object]
    """Run a statement."""
    session: Callable[[], Any] = field(default=nullcontext)
    """A new one around each measurement, where a library remembers what it has read."""


def made(count: int) -> list[Row]:
    """Return the values of so many rows."""
    return [
        (f"Dish {number}", (number * 7919) % 10_007 / 4, number % 1_000, KINDS[number % 4])
        for number in range(count)
    ]


NAMES = ("name", "price", "sold", "kind")


def with_bistro() -> Subject:
    class Dish(Model):
        name = CharField(max_length=50)
        price = FloatField()
        sold = IntegerField()
        kind = CharField(max_length=10)

    db = connect("sqlite://")
    db.create_tables(Dish)
    dishes = Dish.objects

    def create(rows: list[Row]) -> None:
        with db.transaction():
            for name, price, sold, kind in rows:
                dishes.create(name=name, price=price, sold=sold, kind=kind)

    def update(found: Iterable[Any]) -> None:
        with db.transaction():
            for dish in found:
                dish.sold += 1
                dish.save()

    return Subject(
        load=lambda count: list(dishes.all()[:count]),
        get=lambda key: dishes.get(id=key),
        ask=lambda sold, kind: list(
            dishes.filter(sold__gte=sold, kind=kind).order_by("-price")[:FIRST]
        ),
        bulk=lambda rows: dishes.bulk_create(
            [Dish(**dict(zip(NAMES, row, strict=True))) for row in rows]
        ),
        create=create,
        update=update,
        count=dishes.count,
        clear=lambda: dishes.filter(id__gt=ROWS).delete(),
        execute=lambda sql: db.execute(sql.format("dish")),
    )


def with_django() -> Subject:
    from django.apps import apps

    if not apps.ready:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        settings.configure(DATABASES={"default": database}, USE_TZ=False)
        django.setup()
    from django.db import connection, models, transaction

    class DjangoDish(models.Model):  # type: ignore[misc]
        name = models.CharField(max_length=50)
        price = models.FloatField()
        sold = models.IntegerField()
        kind = models.CharField(max_length=10)

        class Meta:
            app_label = "benchmarks"

    with connection.schema_editor() as editor:
        editor.create_model(DjangoDish)
    dishes = DjangoDish.objects

    def create(rows: list[Row]) -> None:
        with transaction.atomic():
            for name, price, sold, kind in rows:
                dishes.create(name=name, price=price, sold=sold, kind=kind)

    def update(found: Iterable[Any]) -> None:
        with transaction.atomic():
            for dish in found:
                dish.sold += 1
                dish.save()

    return Subject(
        load=lambda count: list(dishes.all()[:count]),
        get=lambda key: dishes.get(id=key),
        ask=lambda sold, kind: list(
            dishes.filter(sold__gte=sold, kind=kind).order_by("-price")[:FIRST]
        ),
        bulk=lambda rows: dishes.bulk_create(
            [DjangoDish(**dict(zip(NAMES, row, strict=True))) for row in rows]
        ),
        create=create,
        update=update,
        count=dishes.count,
        clear=lambda: dishes.filter(id__gt=ROWS).delete(),
        execute=lambda sql: connection.cursor().execute(sql.format("benchmarks_djangodish")),
    )


def with_sqlalchemy() -> Subject:
    class Base(DeclarativeBase):
        pass

    class Dish(Base):
        __tablename__ = "dish"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
        price: Mapped[float]
        sold: Mapped[int]
        kind: Mapped[str]

    engine = sqlalchemy.create_engine(
        "sqlite://", poolclass=sqlalchemy.StaticPool, connect_args={"check_same_thread": False}
    )
    Base.metadata.create_all(engine)
    open_now: list[Session] = [Session(engine)]

    def session() -> Session:
        open_now[0].close()
        open_now[0] = Session(engine)
        return open_now[0]

    def rows_of(rows: list[Row]) -> list[dict[str, Any]]:
        return [dict(zip(NAMES, row, strict=True)) for row in rows]

    def bulk(rows: list[Row]) -> None:
        with Session(engine) as writing, writing.begin():
            writing.execute(insert(Dish), rows_of(rows))

    def create(rows: list[Row]) -> None:
        with Session(engine) as writing, writing.begin():
            for row in rows_of(rows):
                writing.add(Dish(**row))

    def update(found: Iterable[Any]) -> None:
        for dish in found:
            dish.sold += 1
        open_now[0].commit()

    def clear() -> None:
        with Session(engine) as writing, writing.begin():
            writing.execute(delete(Dish).where(Dish.id > ROWS))

    def ask(sold: int, kind: str) -> Sequence[Any]:
        wanted = select(Dish).where(Dish.sold >= sold, Dish.kind == kind)
        ordered = wanted.order_by(Dish.price.desc()).limit(FIRST)
        return open_now[0].scalars(ordered).all()

    def count() -> int:
        return open_now[0].scalar(select(func.count()).select_from(Dish)) or 0

    return Subject(
        load=lambda count: open_now[0].scalars(select(Dish).limit(count)).all(),
        get=lambda key: open_now[0].get(Dish, key),
        ask=ask,
        bulk=bulk,
        create=create,
        update=update,
        count=count,
        clear=clear,
        execute=lambda sql: open_now[0].execute(text(sql.format("dish"))),
        session=lambda: nullcontext(session()),
    )


def with_peewee() -> Subject:
    db = peewee.SqliteDatabase(":memory:")

    class Dish(peewee.Model):
        id = peewee.AutoField()
        name = peewee.CharField(max_length=50)
        price = peewee.FloatField()
        sold = peewee.IntegerField()
        kind = peewee.CharField(max_length=10)

        class Meta:
            database = db

    db.create_tables([Dish])

    def bulk(rows: list[Row]) -> None:
        dishes = [Dish(**dict(zip(NAMES, row, strict=True))) for row in rows]
        with db.atomic():
            Dish.bulk_create(dishes, batch_size=1_000)

    def create(rows: list[Row]) -> None:
        with db.atomic():
            for name, price, sold, kind in rows:
                Dish.create(name=name, price=price, sold=sold, kind=kind)

    def update(found: Iterable[Any]) -> None:
        with db.atomic():
            for dish in found:
                dish.sold += 1
                dish.save()

    def ask(sold: int, kind: str) -> Sequence[Any]:
        wanted = Dish.select().where((Dish.sold >= sold) & (Dish.kind == kind))
        return list(wanted.order_by(Dish.price.desc()).limit(FIRST))

    return Subject(
        load=lambda count: list(Dish.select().limit(count)),
        get=Dish.get_by_id,
        ask=ask,
        bulk=bulk,
        create=create,
        update=update,
        count=lambda: int(Dish.select().count()),
        clear=lambda: Dish.delete().where(Dish.id > ROWS).execute(),
        execute=lambda sql: db.execute_sql(sql.format("dish")),  # type: ignore[no-untyped-call]
    )


def with_pony() -> Subject:
    db = pony.orm.Database()
    columns = {
        "name": pony.orm.Required(str, 50),
        "price": pony.orm.Required(float),
        "sold": pony.orm.Required(int),
        "kind": pony.orm.Required(str, 10),
    }
    Dish: Any = type(db.Entity)("Dish", (db.Entity,), columns)  # noqa: N806  it is a class

    db.bind(provider="sqlite", filename=":memory:")
    db.generate_mapping(create_tables=True)

    def create(rows: list[Row]) -> None:
        for name, price, sold, kind in rows:
            Dish(name=name, price=price, sold=sold, kind=kind)
        pony.orm.commit()

    def update(found: Iterable[Any]) -> None:
        for dish in found:
            dish.sold += 1
        pony.orm.commit()

    def ask(sold: int, kind: str) -> Sequence[Any]:
        wanted = Dish.select(lambda dish: dish.sold >= sold and dish.kind == kind)
        dearest = wanted.order_by(lambda dish: pony.orm.desc(dish.price))
        return list(dearest.limit(FIRST))

    def clear() -> None:
        with pony.orm.db_session:
            Dish.select(lambda dish: dish.id > ROWS).delete(bulk=True)

    return Subject(
        load=lambda count: list(Dish.select().limit(count)),
        get=lambda key: Dish[key],
        ask=ask,
        bulk=create,
        create=create,
        update=update,
        count=lambda: int(Dish.select().count()),
        clear=clear,
        execute=lambda sql: db.execute(sql.format("Dish")),
        session=lambda: pony.orm.db_session,
    )


PEERS: dict[str, Callable[[], Subject]] = {
    OURS: with_bistro,
    "django": with_django,
    "sqlalchemy": with_sqlalchemy,
    "peewee": with_peewee,
    "pony": with_pony,
}


def milliseconds(subject: Subject, act: Callable[[], object]) -> float:
    """Return how long it takes, in ms, in a session of its own."""
    gc.collect()
    with subject.session():
        return microseconds(act, 1) / 1000


def reading(subject: Subject, name: str) -> float:
    """Measure one of the reads."""
    acts: dict[str, Callable[[], object]] = {
        "load": lambda: subject.load(ROWS),
        "get": lambda: [subject.get(key) for key in range(1, GETS + 1)],
        "ask": lambda: [subject.ask(sold, KINDS[sold % 4]) for sold in range(QUERIES)],
    }
    return milliseconds(subject, acts[name])


def inserting(subject: Subject, act: Callable[[list[Row]], object], rows: list[Row]) -> float:
    """Measure an insert, and take it back."""
    took = milliseconds(subject, partial(act, rows))
    with subject.session():
        if subject.count() != ROWS + len(rows):
            raise SystemExit(f"{ROWS + len(rows)} rows were to be there, not {subject.count()}")
    subject.clear()
    return took


def updating(subject: Subject) -> float:
    """Measure an update of rows, which are read first."""
    with subject.session():
        before = subject.get(WRITES).sold
    took = milliseconds(subject, lambda: subject.update(subject.load(WRITES)))
    with subject.session():
        if subject.get(WRITES).sold != before + 1:
            raise SystemExit("an update was lost")
    return took


def same(subjects: dict[str, Subject]) -> None:
    """Check that all read the same."""
    seen = {}
    for name, subject in subjects.items():
        with subject.session():
            found = [*subject.load(ROWS), subject.get(77), *subject.ask(400, "main")]
            seen[name] = [(one.id, one.name, one.price, one.sold) for one in found]
    for name, rows in seen.items():
        if len(rows) != ROWS + 1 + FIRST or rows != seen["peewee"]:
            raise SystemExit(f"{name} reads something else than peewee")


def run(rounds: int) -> None:
    """Measure all of it, and print the tables."""
    show_versions("django", "sqlalchemy", "peewee", "pony")
    console.print(f"SQLite {sqlite3.sqlite_version}; parts of SQLAlchemy are C.\n", style="dim")
    subjects = {name: make() for name, make in PEERS.items()}
    for subject in subjects.values():
        with subject.session():
            subject.bulk(made(ROWS))
    same(subjects)
    read(f"loading {ROWS:,} rows", "load", subjects, rounds, Target("django", 0.5))
    read(f"{GETS:,} gets by key", "get", subjects, rounds, Target("pony", 0.35))
    rows = made(BULK)
    table(
        f"bulk insert of {BULK:,}",
        {who: partial(inserting, one, one.bulk, rows) for who, one in subjects.items()},
        rounds,
        Target("sqlalchemy", 0.8),
    )
    table(
        f"{WRITES:,} creates in a transaction",
        {who: partial(inserting, one, one.create, rows[:WRITES]) for who, one in subjects.items()},
        rounds,
        Target("pony", 0.45),
    )
    table(
        f"{WRITES:,} rows read, and updated in a transaction",
        {who: partial(updating, one) for who, one in subjects.items()},
        rounds,
        Target("pony", 0.35),
    )
    for subject in subjects.values():
        with subject.session():
            subject.execute(INDEX)
    title = f"{QUERIES} filters with order and limit"
    read(title, "ask", subjects, rounds, Target("peewee", 0.4))
    prefetching(rounds)
    modules = {
        OURS: "bistro.orm.models",
        "django": "django.db.models",
        "sqlalchemy": "sqlalchemy.orm",
        "peewee": "peewee",
        "pony": "pony.orm",
    }
    compare("import", modules, rounds, Target("peewee", 0.6))


def read(
    title: str, name: str, subjects: Mapping[str, Subject], rounds: int, target: Target
) -> None:
    """Measure one of the reads, and print the table."""
    measures = {who: partial(reading, subject, name) for who, subject in subjects.items()}
    table(title, measures, rounds, target)


def table(
    title: str, measures: Mapping[str, Callable[[], float]], rounds: int, target: Target
) -> None:
    """Measure once for warmth, then in rounds, and print the table."""
    for measure in measures.values():
        measure()
    show(title, "ms", interleave(measures, rounds), more_is_better=False, target=target)

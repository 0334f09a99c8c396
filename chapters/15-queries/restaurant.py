"""Chapter 15: asking the ledger.

What was ordered can be searched, filtered, sorted and summed. The guest's form says which; the
names of fields are ours. The page shows what the database was asked for it.
"""

from __future__ import annotations

import getpass
import os
import random
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError
from bistro.forms import CharField, ChoiceField, DateField, DecimalField, Form, IntegerField
from bistro.orm.database import Database, connect
from bistro.orm.expressions import Column, Count, F, Q, Relation, Sum, Table
from bistro.orm.query import Query
from bistro.orm.sql import insert
from bistro.orm.values import loader
from bistro.server import serve
from bistro.static import StaticFiles
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
SEATS = 12
"""The tables of the house."""
PAGE = 20
"""Lines that a page shows."""
DAYS = 3
"""Days that a new ledger has orders of."""
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"

DISH = Table(
    "dish",
    Column("id", "integer"),
    Column("name", "text"),
    Column("kind", "text"),
    Column("price", "decimal", places=2),
)
LINE = Table(
    "line",
    Column("id", "integer"),
    Column("dish_id", "integer"),
    Column("day", "date"),
    Column("seat", "integer"),
    Column("count", "integer"),
    Column("wish", "text", null=True),
)
LINE.relations["dish"] = Relation(DISH, "dish_id", "id")
DISH.relations["lines"] = Relation(LINE, "id", "dish_id", many=True)

TABLES = (
    "CREATE TABLE IF NOT EXISTS dish "
    "(id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, price REAL NOT NULL)",
    "CREATE TABLE IF NOT EXISTS line "
    "(id INTEGER PRIMARY KEY, dish_id INTEGER NOT NULL REFERENCES dish (id), day TEXT NOT NULL, "
    "seat INTEGER NOT NULL, count INTEGER NOT NULL, wish TEXT)",
    "CREATE INDEX IF NOT EXISTS line_day ON line (day)",
)
MENU = (
    ("Onion soup", "Starters", "6.50"),
    ("Fish soup", "Starters", "9.80"),
    ("Soufflé", "Starters", "8.40"),
    ("Coq au vin", "Mains", "19.90"),
    ("Ratatouille", "Mains", "14.50"),
    ("Steak frites", "Mains", "24.00"),
    ("Trout", "Mains", "21.50"),
    ("Crème brûlée", "Desserts", "7.20"),
    ("Tarte Tatin", "Desserts", "6.80"),
    ("Île flottante", "Desserts", "7.90"),
    ("House wine", "Drinks", "5.60"),
    ("Coffee", "Drinks", "2.40"),
)
WISHES = ("no salt", "well done", "extra bread", "without nuts")
COST = F("count") * F("dish__price")
"""What a line costs; the database reckons it."""
ORDERS = {
    None: ("id",),
    "name": ("dish__name", "id"),
    "cost": ("-cost", "id"),
    "seat": ("seat", "id"),
}
"""What a guest may sort by, and the fields that this means."""


class Search(Form):
    """What the manager asks."""

    words = CharField(label="Dish or wish", max_length=60, required=False)
    day = DateField(required=False)
    seat = IntegerField(label="Table", min_value=1, max_value=SEATS, required=False)
    least = DecimalField(
        label="At least, in euros", min_value=0, max_value=9_999, decimal_places=2, required=False
    )
    sort = ChoiceField(
        [("", "As ordered"), ("name", "By dish"), ("cost", "Dearest first"), ("seat", "By table")],
        required=False,
    )


class Ledger:
    """The orders, in a database."""

    def __init__(self, db: Database) -> None:
        self.db = db
        with db.transaction():
            for sql in TABLES:
                db.execute(sql)
            if not self.ask(Query(DISH).slice(0, 1)):
                self.fill()

    def ask(self, query):
        """The rows of a query, as dicts of Python's values."""
        return self.read(*query.compiled(self.db))

    def read(self, statement, parameters):
        """The rows of a statement. Chapter 16 makes objects of them, and faster."""
        loads = [loader(self.db.dialect.name, column) for column in statement.columns]
        return [
            {
                name: value if load is None or value is None else load(value)
                for name, load, value in zip(statement.names, loads, row, strict=True)
            }
            for row in self.db.execute(statement.sql, parameters)
        ]

    def add(self, table, **values):
        """Insert a row."""
        statement = insert(self.db.dialect.name, table, tuple(values))
        self.db.execute(statement.sql, statement.fill(list(values.values())))

    def fill(self):
        """Make up a menu, and some days of orders: always the same ones."""
        chance = random.Random(15)  # noqa: S311  nothing is secret about them
        for name, kind, price in MENU:
            self.add(DISH, name=name, kind=kind, price=Decimal(price))
        for ago in range(DAYS):
            for _ in range(24):
                self.add(
                    LINE,
                    dish_id=chance.randint(1, len(MENU) - 1),
                    day=date.today() - timedelta(ago),
                    seat=chance.randint(1, SEATS),
                    count=chance.choice((1, 1, 2, 2, 3, 4)),
                    wish=chance.choice((None, None, *WISHES)),
                )

    def lines(self, words="", day=None, seat=None, least=None, sort=None):
        """The query for the lines that pass all that was asked."""
        query = Query(LINE).annotate(cost=COST).filter(day=day or date.today())
        if words:
            query = query.filter(Q(dish__name__icontains=words) | Q(wish__icontains=words))
        if seat is not None:
            query = query.filter(seat=seat)
        if least is not None:
            query = query.filter(cost__gte=least)
        return query.order_by(*ORDERS[sort])

    def page(self, query):
        """The first lines of a query."""
        wanted = query.values("dish__name", "dish__kind", "seat", "count", "wish", "cost")
        return self.ask(wanted.slice(0, PAGE))

    def sums(self, query):
        """All lines of a query in one row: how many, how many dishes, how much."""
        sums = query.aggregated(self.db, lines=Count("*"), dishes=Sum("count"), cost=Sum("cost"))
        return self.read(*sums)[0]

    def kinds(self, query):
        """What the lines of a query come to, by kind of dish."""
        kinds = query.order_by().values("dish__kind")
        return self.ask(kinds.annotate(dishes=Sum("count"), sum=Sum(COST)).order_by("-sum"))

    def left(self, day):
        """The names of the dishes that nobody ordered on a day."""
        query = Query(DISH).exclude(lines__day=day or date.today())
        return [row["name"] for row in self.ask(query.values("name").order_by("name"))]


def euros(amount):
    """A filter: an amount as a guest reads it."""
    return f"{amount or 0:.2f} €"


class Restaurant:
    """The page on which the ledger is asked."""

    def __init__(self, db: Database) -> None:
        self.ledger = Ledger(db)
        self.templates = Templates(HERE / "templates", filters={"euros": euros})

    def index(self, request):
        """The orders that were asked for; all of today's while the form is wrong."""
        form = Search(request.query)
        asked = form.data if form.is_valid() else {}
        day = asked.get("day") or date.today()
        with self.ledger.db.queries() as log:
            query = self.ledger.lines(**asked)
            found = {
                "lines": self.ledger.page(query),
                "sums": self.ledger.sums(query),
                "kinds": self.ledger.kinds(query),
                "left": self.ledger.left(day),
            }
        days = [date.today() - timedelta(ago) for ago in range(DAYS)]
        return self.templates.render(
            request,
            "orders.html",
            status=200 if form.is_valid() else 422,
            form=form,
            day=day,
            days=days,
            log=log,
            page=PAGE,
            **found,
        )

    def refused(self, request, error):
        """The page for what can't be done."""
        return self.templates.render(
            request,
            "message.html",
            title=error.phrase,
            text=error.message or "That is not in this restaurant.",
            status=error.status,
        )


def add_policy(request, response):
    """Let the browser load, run and send nothing elsewhere."""
    response.headers["Content-Security-Policy"] = POLICY


def make_app(db: Database) -> App:
    """Return the restaurant as an application that keeps its ledger in a database."""
    restaurant = Restaurant(db)
    app = App()
    app.after_request(add_policy)
    app.error(HTTPError)(restaurant.refused)
    app.get("/", name="orders")(restaurant.index)
    app.mount("/static", StaticFiles(HERE / "static"))
    return app


def file_of_the_ledger() -> Path:
    """Where the ledger is: where `DATABASE` says, or among your temporary files."""
    if "DATABASE" in os.environ:
        return Path(os.environ["DATABASE"])
    folder = Path(tempfile.gettempdir()) / f"bistro-of-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"orders-{date.today()}.db"


def main():
    """Serve the restaurant until Ctrl-C."""
    path = file_of_the_ledger()
    db = connect(f"sqlite:///{path.absolute()}")
    print(f"The ledger is in {path}. Ctrl-C ends it.", flush=True)
    serve(make_app(db), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    db.close()
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

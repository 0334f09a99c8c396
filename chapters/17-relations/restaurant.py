"""Chapter 17: orders with dishes.

Tables order dishes, the kitchen sees what to cook for whom, and each table gets its bill. Every
page says how many queries it took; the same page, asked one by one, takes a query for each row.
"""

from __future__ import annotations

import getpass
import os
import tempfile
from decimal import Decimal
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.forms import ChoiceField, Form, IntegerField
from bistro.orm import fields
from bistro.orm.database import Database, IntegrityError, connect
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, PROTECT, ForeignKey, ManyToManyField
from bistro.response import redirect
from bistro.server import serve
from bistro.static import StaticFiles
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
TABLES = range(1, 13)
"""The tables of the house, by their numbers."""
CARD = {
    "Bread": ("2.00", ["vegan"]),
    "Soup": ("4.50", ["hot", "vegan"]),
    "Steak": ("21.00", ["hot"]),
    "Cake": ("6.00", []),
    "Lemonade": ("3.80", ["new", "vegan"]),
}
FIRST_ORDERS = {
    4: {"Soup": 2, "Bread": 2, "Lemonade": 2},
    7: {"Steak": 1, "Soup": 1},
    9: {"Cake": 3},
}
"""What the house begins with: on each table how many of each dish."""
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"


class Table(Model):
    """A table of the house."""

    number = fields.IntegerField(unique=True)


class Label(Model):
    """What can be said of several dishes."""

    class Meta:
        ordering = ("word",)

    word = fields.CharField(max_length=20, primary_key=True)


class Dish(Model):
    """A dish on the card."""

    class Meta:
        ordering = ("name",)

    name = fields.CharField(max_length=40, unique=True)
    price = fields.DecimalField(max_digits=6, decimal_places=2)
    labels = ManyToManyField(Label, related_name="dishes")


class Order(Model):
    """What a table has ordered until it pays."""

    table = ForeignKey(Table, on_delete=CASCADE, related_name="orders")
    paid = fields.BooleanField(default=False)
    dishes = ManyToManyField(Dish, through="Item", related_name="orders")


class Item(Model):
    """How many of a dish belong to an order, and whether they are cooked."""

    class Meta:
        ordering = ("pk",)

    order = ForeignKey(Order, on_delete=CASCADE, related_name="items")
    dish = ForeignKey(Dish, on_delete=PROTECT, related_name="items")
    count = fields.IntegerField()
    done = fields.BooleanField(default=False)


MODELS = (Table, Label, Dish, Order, Item)


class Wish(Form):
    """A dish for a table."""

    table = ChoiceField([(number, f"Table {number}") for number in TABLES])
    dish = ChoiceField(lambda: [(dish.pk, dish.name) for dish in Dish.objects])
    count = IntegerField(min_value=1, max_value=20, initial=1)


def set_up(db: Database) -> None:
    """Create what is not there; a new house gets tables, a card, and the first guests."""
    db.create_tables(*MODELS)
    with db.transaction():
        if Table.objects.exists():
            return
        Table.objects.bulk_create(Table(number=number) for number in TABLES)
        for word in ("hot", "new", "vegan"):
            Label.objects.create(word=word)
        for name, (price, labels) in CARD.items():
            Dish.objects.create(name=name, price=price).labels.add(*labels)
        for number, wishes in FIRST_ORDERS.items():
            for name, count in wishes.items():
                take(number, Dish.objects.get(name=name), count)


def take(number: int, dish: Dish, count: int) -> None:
    """Put a dish on the open order of a table, which may be a new one."""
    order, _ = Table.objects.get(number=number).orders.get_or_create(paid=False)
    order.items.create(dish=dish, count=count)


def open_orders(one_by_one: bool = False):
    """The orders that are not paid; with all that belongs to them, unless one by one."""
    orders = Order.objects.filter(paid=False).order_by("table__number")
    if one_by_one:
        return orders
    return orders.select_related("table").prefetch_related("items__dish")


def written(order: Order) -> dict:
    """What a page says of an order."""
    lines = [
        {
            "name": item.dish.name,
            "count": item.count,
            "price": item.dish.price,
            "total": item.count * item.dish.price,
        }
        for item in order.items.all()
    ]
    total = sum((line["total"] for line in lines), Decimal(0))
    return {"number": order.table.number, "lines": lines, "total": total}


def to_cook(one_by_one: bool = False) -> list[dict]:
    """What the kitchen has to cook, dish after dish."""
    items = Item.objects.filter(done=False, order__paid=False).order_by("dish__name", "pk")
    if not one_by_one:
        items = items.select_related("order__table").prefetch_related("dish__labels")
    return [
        {
            "key": item.pk,
            "count": item.count,
            "name": item.dish.name,
            "number": item.order.table.number,
            "labels": [label.word for label in item.dish.labels.all()],
        }
        for item in items
    ]


def on_the_card(one_by_one: bool = False) -> list[dict]:
    """The dishes with their labels."""
    dishes = Dish.objects if one_by_one else Dish.objects.prefetch_related("labels")
    return [
        {
            "key": dish.pk,
            "name": dish.name,
            "price": dish.price,
            "labels": [label.word for label in dish.labels.all()],
        }
        for dish in dishes
    ]


def euros(amount):
    """A filter: an amount as a guest reads it."""
    return f"{amount:.2f} €"


class Restaurant:
    """The pages of the house."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.templates = Templates(HERE / "templates", filters={"euros": euros})

    def show(self, request, here, ask, status=200, **values):
        """A page with what `ask` gives under a name, and the queries that this took."""
        one_by_one = "one_by_one" in request.query
        name, question = ask
        with self.db.queries() as log:
            values[name] = question(one_by_one)
        return self.templates.render(
            request,
            f"{here}.html",
            status=status,
            here=here,
            log=log,
            one_by_one=one_by_one,
            **values,
        )

    def room(self, request):
        """Show who has ordered what; or take an order."""
        form = Wish.from_request(request)
        if form.is_valid():
            with self.db.transaction():
                take(form.data["table"], Dish.objects.get(pk=form.data["dish"]), form.data["count"])
            return redirect(request.url_for("room"), 303)
        orders = ("orders", lambda one_by_one: [written(one) for one in open_orders(one_by_one)])
        return self.show(request, "room", orders, 422 if form.is_bound else 200, form=form)

    def bill(self, request, number):
        """Show what a table has to pay."""

        def ask(one_by_one):
            order = open_orders(one_by_one).filter(table__number=number).first()
            return written(order or abort(404, f"Table {number} has ordered nothing."))

        return self.show(request, "bill", ("bill", ask))

    def pay(self, request, number):
        """Close the order of a table."""
        if not Order.objects.filter(paid=False, table__number=number).update(paid=True):
            abort(404, f"Table {number} has ordered nothing.")
        return redirect(request.url_for("room"), 303)

    def kitchen(self, request):
        """Show what is to be cooked, and for whom."""
        return self.show(request, "kitchen", ("items", to_cook))

    def done(self, request, key):
        """The kitchen has cooked something."""
        if not Item.objects.filter(pk=key).update(done=True):
            abort(404, "Nobody has ordered that.")
        return redirect(request.url_for("kitchen"), 303)

    def card(self, request):
        """Show the dishes with their labels."""
        return self.show(request, "card", ("dishes", on_the_card))

    def relabel(self, request, key):
        """Give a dish a label, or take it away."""
        dish = Dish.objects.filter(pk=key).first() or abort(404, "There is no such dish.")
        word = request.form.get("label", "")
        label = Label.objects.filter(pk=word).first() or abort(400, "There is no such label.")
        if dish.labels.filter(pk=word).exists():
            dish.labels.remove(label)
        else:
            dish.labels.add(label)
        return redirect(request.url_for("card"), 303)

    def take_off(self, request, key):
        """Take a dish off the card, unless somebody has ordered it."""
        try:
            if not Dish.objects.filter(pk=key).delete():
                abort(404, "There is no such dish.")
        except IntegrityError:
            abort(409, "Somebody has ordered that dish: it stays.")
        return redirect(request.url_for("card"), 303)

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
    """Return the restaurant as an application that keeps its orders in a database."""
    set_up(db)
    restaurant = Restaurant(db)
    app = App()
    app.after_request(add_policy)
    app.error(HTTPError)(restaurant.refused)
    app.route("/", methods=["GET", "POST"], name="room")(restaurant.room)
    app.get("/tables/<int:number>", name="bill")(restaurant.bill)
    app.post("/tables/<int:number>/pay", name="pay")(restaurant.pay)
    app.get("/kitchen", name="kitchen")(restaurant.kitchen)
    app.post("/kitchen/<int:key>/done", name="done")(restaurant.done)
    app.get("/card", name="card")(restaurant.card)
    app.post("/card/<int:key>/label", name="relabel")(restaurant.relabel)
    app.post("/card/<int:key>/off", name="take_off")(restaurant.take_off)
    app.mount("/static", StaticFiles(HERE / "static"))
    return app


def file_of_the_house() -> Path:
    """Where the orders are: where `DATABASE` says, or among your temporary files."""
    if "DATABASE" in os.environ:
        return Path(os.environ["DATABASE"])
    folder = Path(tempfile.gettempdir()) / f"bistro-of-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "orders.db"


def main():
    """Serve the restaurant until Ctrl-C."""
    path = file_of_the_house()
    db = connect(f"sqlite:///{path.absolute()}")
    app = make_app(db)
    print(f"The orders are in {path}. Ctrl-C ends it.", flush=True)
    serve(app, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    db.close()
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

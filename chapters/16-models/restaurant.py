"""Chapter 16: dishes and bookings.

The card and the bookings are models: forms check what is sent, and instances of it are saved. They
are there after a restart. At the foot of each page stands what the database was asked for it.
"""

from __future__ import annotations

import getpass
import os
import tempfile
import uuid
from datetime import date, timedelta
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.forms import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    EmailField,
    Form,
    IntegerField,
    MultipleChoiceField,
    TextField,
    ValidationError,
)
from bistro.orm import fields as columns  # forms and models both have a CharField
from bistro.orm.database import Database, IntegrityError, connect
from bistro.orm.expressions import Sum
from bistro.orm.models import Model
from bistro.response import redirect
from bistro.server import serve
from bistro.static import StaticFiles
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
COURSES = [(1, "Starters"), (2, "Mains"), (3, "Desserts")]
TIMES = ("18:00", "19:30", "21:00")
WISHES = ["By the window", "In the garden", "High chair"]
SEATS = 30
"""Guests whom the house seats at the same time."""
DAYS_AHEAD = 60
"""How far ahead a table can be booked."""
MAX_DISHES = 100
"""Dishes that the card has room for."""
SHOWN = 50
"""Bookings that the list shows."""
MONDAY = 0
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"


# What is kept


class Dish(Model):
    """A dish on the card."""

    name = columns.CharField(max_length=40, unique=True)
    course = columns.IntegerField(choices=COURSES, default=2)
    price = columns.DecimalField(max_digits=5, decimal_places=2)
    vegetarian = columns.BooleanField(default=False)

    class Meta:
        ordering = ("course", "price", "name")

    def __str__(self):
        return self.name


class Booking(Model):
    """A table for some guests on a day."""

    key = columns.CharField(max_length=32, unique=True, default=lambda: uuid.uuid4().hex)
    name = columns.CharField(max_length=40)
    mail = columns.CharField(max_length=254)
    guests = columns.IntegerField()
    day = columns.DateField()
    time = columns.CharField(max_length=5, choices=[(time, time) for time in TIMES])
    wishes = columns.JSONField(default=list)
    note = columns.TextField(default="")
    made = columns.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("day", "time", "made")
        indexes = (("day", "time"),)


CARD = (
    ("Onion soup", 1, "7.50", True),
    ("Leek vinaigrette", 1, "8.00", True),
    ("Trout with almonds", 2, "19.50", False),
    ("Ratatouille", 2, "14.00", True),
    ("Beef in red wine", 2, "18.50", False),
    ("Crème brûlée", 3, "6.50", True),
)
"""What a new house has on its card."""


# What is filled in


class DishForm(Form):
    """A dish, as the kitchen writes it on the card."""

    name = CharField(max_length=40, autocomplete="off")
    course = ChoiceField(COURSES)
    price = DecimalField(min_value=0, max_value=500, decimal_places=2, label="Price in euros")
    vegetarian = BooleanField(required=False)


class BookingForm(Form):
    """A booking, as a guest asks for it."""

    name = CharField(label="Your name", max_length=40, autocomplete="name")
    mail = EmailField(label="Your mail address", help_text="We write only if something comes up.")
    guests = IntegerField(min_value=1, max_value=12, initial=2)
    day = DateField(
        min_value=date.today,
        max_value=lambda: date.today() + timedelta(DAYS_AHEAD),
        help_text="Not on Mondays.",
    )
    time = ChoiceField(TIMES, widget="radio")
    wishes = MultipleChoiceField(WISHES, required=False)
    note = TextField(label="Your note", max_length=500, required=False)

    def clean_day(self, value):
        """Refuse the day on which the kitchen rests."""
        if value.weekday() == MONDAY:
            raise ValidationError("We are closed on Mondays.")
        return value


# What is shown


class Restaurant:
    """The pages of the house."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.templates = Templates(HERE / "templates", filters={"euros": "{:.2f} €".format})
        db.create_tables(Dish, Booking)
        if not Dish.objects.exists():
            names = ("name", "course", "price", "vegetarian")
            Dish.objects.bulk_create(Dish(**dict(zip(names, dish, strict=True))) for dish in CARD)

    def render(self, request, name, status=200, **values):
        """A page, with what the database was asked for it."""
        return self.templates.render(request, name, status=status, log=request.log, **values)

    def card(self, request):
        """The card."""
        return self.render(request, "card.html", dishes=Dish.objects.all(), courses=COURSES)

    def new_dish(self, request):
        """Write a dish on the card."""
        return self.edit(request, Dish(), DishForm.from_request(request))

    def dish(self, request, id):
        """Change a dish, or take it off the card."""
        dish = find(Dish, id=id)
        if "delete" in request.form:
            dish.delete()
            return redirect(request.url_for("card"), 303)
        written = {name: getattr(dish, name) for name in DishForm.fields}
        return self.edit(request, dish, DishForm.from_request(request, initial=written))

    def edit(self, request, dish, form):
        """Save a dish as the form has it; or show the form."""
        if form.is_valid() and self.saved(dish, form):
            return redirect(request.url_for("card"), 303)
        status = 422 if form.is_bound else 200
        return self.render(request, "dish.html", status, form=form, dish=dish)

    def saved(self, dish, form):
        """Whether there was room for the dish. Only what the form has declared is in its `data`."""
        for name, value in form.data.items():
            setattr(dish, name, value)
        if dish.pk is None and Dish.objects.count() >= MAX_DISHES:
            form.add_error(None, "The card is full.")
            return False
        try:
            dish.save()
        except IntegrityError:
            form.add_error("name", "There is a dish of that name.")
            return False
        return True

    def book(self, request):
        """Show the form; or take a booking and send the guest on."""
        form = BookingForm.from_request(request)
        booking = self.taken(form) if form.is_valid() else None
        if booking:
            return redirect(request.url_for("booked", key=booking.key), 303)
        return self.render(request, "book.html", 422 if form.is_bound else 200, form=form)

    def taken(self, form):
        """Return the booking, or None when the chairs are taken; nobody books in between."""
        with self.db.transaction():
            there = Booking.objects.filter(day=form.data["day"], time=form.data["time"])
            left = SEATS - (there.aggregate(guests=Sum("guests"))["guests"] or 0)
            if form.data["guests"] <= left:
                return Booking.objects.create(**form.data)
        form.add_error("time", f"{left} seats are left at that time.")
        return None

    def booked(self, request, key):
        """A booking, for who knows its address."""
        return self.render(request, "booked.html", booking=find(Booking, key=key))

    def bookings(self, request):
        """The bookings from today on."""
        coming = Booking.objects.filter(day__gte=date.today())
        return self.render(request, "bookings.html", bookings=coming[:SHOWN], count=coming.count())

    def cancel(self, request, key):
        """Give the chairs back."""
        find(Booking, key=key).delete()
        return redirect(request.url_for("bookings"), 303)

    def refused(self, request, error):
        """The page for what can't be done."""
        return self.render(
            request,
            "message.html",
            error.status,
            title=error.phrase,
            text=error.message or "That is not in this restaurant.",
        )


def find(model, **lookups):
    """The instance, or an answer with 404."""
    try:
        return model.objects.get(**lookups)
    except model.DoesNotExist:
        abort(404, f"There is no such {model.__name__.lower()}.")


def add_policy(request, response):
    """Let the browser load, run and send nothing elsewhere."""
    response.headers["Content-Security-Policy"] = POLICY


def make_app(db: Database) -> App:
    """Return the restaurant as an application that keeps what it knows in a database."""
    restaurant = Restaurant(db)
    app = App()

    @app.middleware
    def keep_log(request, call_next):
        with db.queries() as request.log:
            return call_next(request)

    both = ["GET", "POST"]
    app.after_request(add_policy)
    app.error(HTTPError)(restaurant.refused)
    app.get("/", name="card")(restaurant.card)
    app.route("/dishes/new", methods=both, name="new_dish")(restaurant.new_dish)
    app.route("/dishes/<int:id>", methods=both, name="dish")(restaurant.dish)
    app.route("/book", methods=both, name="book")(restaurant.book)
    app.get("/booked/<key>", name="booked")(restaurant.booked)
    app.get("/bookings", name="bookings")(restaurant.bookings)
    app.post("/bookings/<key>/cancel", name="cancel")(restaurant.cancel)
    app.mount("/static", StaticFiles(HERE / "static"))
    return app


def file_of_the_house() -> Path:
    """Where the database is: where `DATABASE` says, or among your temporary files."""
    if "DATABASE" in os.environ:
        return Path(os.environ["DATABASE"])
    folder = Path(tempfile.gettempdir()) / f"bistro-of-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "house.db"


def main():
    """Serve the restaurant until Ctrl-C."""
    path = file_of_the_house()
    db = connect(f"sqlite:///{path.absolute()}")
    print(f"Dishes and bookings are in {path}. Ctrl-C ends it.", flush=True)
    serve(make_app(db), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    db.close()
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

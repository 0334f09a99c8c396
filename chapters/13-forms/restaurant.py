"""Chapter 13: the booking form.

Guests book a table: what is wrong is said beside it and nothing has to be typed twice. The house
sees its bookings, and hangs up a floor plan. Bookings live in memory until Part IV.
"""

from __future__ import annotations

import os
import tempfile
import threading
import uuid
from datetime import date, timedelta
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.forms import (
    CharField,
    ChoiceField,
    DateField,
    EmailField,
    FileField,
    Form,
    IntegerField,
    MultipleChoiceField,
    TextField,
    ValidationError,
)
from bistro.response import redirect
from bistro.server import serve
from bistro.static import StaticFiles, static_url
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
TIMES = ("18:00", "19:30", "21:00")
SEATS = 30
"""Guests whom the house seats at the same time."""
DAYS_AHEAD = 60
"""How far ahead a table can be booked."""
MAX_BOOKINGS = 500
"""Bookings that are kept; the oldest goes first."""
MONDAY = 0
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}
"""How a picture begins, and the ending that its file gets: the guest chooses neither."""
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'"


class Booking(Form):
    """A table for some guests on a day."""

    name = CharField(label="Your name", max_length=40, autocomplete="name")
    mail = EmailField(label="Your mail address", help_text="We write only if something comes up.")
    guests = IntegerField(min_value=1, max_value=12, initial=2)
    day = DateField(
        min_value=date.today,
        max_value=lambda: date.today() + timedelta(DAYS_AHEAD),
        help_text="Not on Mondays.",
    )
    time = ChoiceField(TIMES, widget="radio")
    wishes = MultipleChoiceField(["By the window", "In the garden", "High chair"], required=False)
    note = TextField(label="Your note", max_length=500, required=False)

    def clean_day(self, value):
        """Refuse the day on which the kitchen rests."""
        if value.weekday() == MONDAY:
            raise ValidationError("We are closed on Mondays.")
        return value

    def clean(self):
        """Refuse what does not fit together."""
        if self.data["guests"] > 6 and "By the window" in self.data["wishes"]:
            self.add_error("wishes", "The tables by the window have six chairs.")


class Plan(Form):
    """A picture for the wall."""

    picture = FileField(
        max_size=2_000_000,
        extensions=[".png", ".jpg", ".jpeg", ".gif"],
        help_text="PNG, JPEG or GIF, up to 2 MB.",
    )

    def clean_picture(self, value):
        """Return the upload, and the ending for what its first bytes say it is."""
        start = value.file.read(8)
        for signature, ending in SIGNATURES.items():
            if start.startswith(signature):
                return value, ending
        raise ValidationError("That is no PNG, JPEG or GIF picture.")


class Restaurant:
    """The bookings, the floor plan, and the pages that show them."""

    def __init__(self, pictures: Path) -> None:
        self.pictures = pictures
        self.plan_name = ""
        self.bookings: dict[uuid.UUID, dict] = {}
        self.lock = threading.Lock()  # two guests may want the last chairs at the same moment
        self.templates = Templates(HERE / "templates", [self.see_plan])

    def see_plan(self, request):
        """For all templates: where the floor plan is, if there is one."""
        return {"plan": self.plan_name and static_url(request, self.plan_name, "pictures")}

    def book(self, request):
        """Show the form; or take a booking and send the guest on."""
        form = Booking.from_request(request)
        if form.is_valid():
            with self.lock:
                left = self.seats_left(form.data["day"], form.data["time"])
                if form.data["guests"] <= left:
                    return redirect(request.url_for("booked", key=self.keep(form.data)), 303)
            form.add_error("time", f"{left} seats are left at that time.")
        status = 422 if form.is_bound else 200
        return self.templates.render(request, "book.html", form=form, status=status)

    def seats_left(self, day, time):
        """How many guests can still come."""
        coming = (one for one in self.bookings.values() if (one["day"], one["time"]) == (day, time))
        return SEATS - sum(booking["guests"] for booking in coming)

    def keep(self, booking):
        """Keep a booking, and return its key, which nobody guesses."""
        key = uuid.uuid4()
        self.bookings[key] = booking
        if len(self.bookings) > MAX_BOOKINGS:
            del self.bookings[next(iter(self.bookings))]
        return key

    def booked(self, request, key):
        """A booking, for who knows its address."""
        booking = self.bookings.get(key) or abort(404, "There is no such booking.")
        return self.templates.render(request, "booked.html", booking=booking)

    def overview(self, request):
        """All bookings."""
        bookings = list(self.bookings.values())
        return self.templates.render(request, "bookings.html", bookings=bookings)

    def plan(self, request):
        """Show the floor plan, or hang up another, in one move: nobody is sent half of it."""
        form = Plan.from_request(request)
        if not form.is_valid():
            status = 422 if form.is_bound else 200
            return self.templates.render(request, "plan.html", form=form, status=status)
        upload, ending = form.data["picture"]
        new = self.pictures / f"{uuid.uuid4()}.new"
        upload.save(new)
        upload.close()
        new.replace(self.pictures / f"plan.{ending}")
        self.plan_name = f"plan.{ending}"
        return redirect(request.url_for("plan"), 303)

    def refused(self, request, error):
        """The page for what a guest got wrong."""
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


def make_app(pictures: Path) -> App:
    """Return the restaurant as an application that keeps its floor plan in a folder."""
    restaurant = Restaurant(pictures)
    app = App()
    app.after_request(add_policy)
    app.error(HTTPError)(restaurant.refused)
    app.route("/", methods=["GET", "POST"], name="book")(restaurant.book)
    app.route("/booked/<uuid:key>", name="booked")(restaurant.booked)
    app.route("/bookings", name="bookings")(restaurant.overview)
    app.route("/plan", methods=["GET", "POST"], name="plan")(restaurant.plan)
    app.mount("/static", StaticFiles(HERE / "static"))
    app.mount("/pictures", StaticFiles(pictures))
    return app


def main():
    """Serve the restaurant until Ctrl-C."""
    with tempfile.TemporaryDirectory() as pictures:
        print("Ctrl-C ends it.", flush=True)
        serve(make_app(Path(pictures)), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

"""Chapter 9: the pictures on the wall, and with them the restaurant of Part II.

A small site on the framework so far: a menu, a page for each dish with its picture, which a guest
may replace, a booking form, error pages of the house, a log, a style sheet. Pages are strings; the
templates of Part III put an end to that.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import uuid
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.logs import configure_logging, log_requests
from bistro.response import Response, redirect
from bistro.routing import Router
from bistro.server import serve
from bistro.static import StaticFiles, static_url

STATIC = Path(__file__).parent / "static"
TIMES = ("18:00", "19:30", "21:00")
MAX_PICTURE = 2_000_000
"""Bytes of a guest's picture."""
MAX_BOOKINGS = 500
"""Bookings that are kept; the oldest goes first."""
SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}
"""How a picture begins, and the ending that its file gets: the guest chooses neither."""
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} - Bistro</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="{style}">
<header><a class="name" href="{menu}">Bistro</a>
<nav><a href="{menu}">Menu</a> <a href="{book}">Book a table</a></nav></header>
<main><h1>{title}</h1>
{content}
</main>
"""
CARD = """<li><a href="{url}"><img src="{picture}" alt="" width="240" height="180">
<span>{name}</span> <b>{price} €</b></a></li>"""
DISH = """<img class="large" src="{picture}" alt="{name}"><p>{about}</p><p><b>{price} €</b></p>
<h2>Had it today?</h2>
<form method="post" action="{action}" enctype="multipart/form-data">
<label>Your picture of it <input type="file" name="picture" accept="image/*"></label>
<button>Hang it up</button></form>"""
BOOKING = """<form method="post" action="{action}">{problems}
<label>Your name <input name="name" value="{name}" autocomplete="name"></label>
<label>Guests <input name="guests" value="{guests}" inputmode="numeric"></label>
<label>Time <select name="time">{times}</select></label>
<button>Book</button></form>"""


@dataclass
class Dish:
    """What the kitchen cooks; `picture` is the name of the file that a guest uploaded."""

    name: str
    price: int
    about: str
    picture: str = ""


@dataclass
class Booking:
    """A table for some guests at a time."""

    name: str
    guests: int
    time: str


class Restaurant:
    """The restaurant's dishes, bookings and pictures, and the routes by which guests see them."""

    def __init__(self, pictures: Path) -> None:
        self.pictures = pictures
        self.bookings: dict[uuid.UUID, Booking] = {}
        self.dishes = {
            1: Dish("Chestnut soup", 9, "With cream and a little thyme."),
            2: Dish("Leek tart", 11, "From the oven at six, gone at eight."),
            3: Dish("Trout with almonds", 19, "From the brook behind the house."),
        }
        self.router = router = Router()
        router.get("/", name="menu")(self.menu)
        router.get("/dishes/<int:number>", name="dish")(self.dish)
        router.post("/dishes/<int:number>/picture", name="hang")(self.hang)
        router.get("/booking", name="book")(self.form)
        router.post("/booking", name="book")(self.book)
        router.get("/booking/<uuid:key>", name="booked")(self.booked)
        router.get("/kitchen", name="kitchen")(self.kitchen)

    def menu(self, request):
        """All dishes, with their pictures."""
        cards = (
            CARD.format(
                url=request.url_for("dish", number=number),
                picture=self.picture_url(request, dish),
                name=escape(dish.name),
                price=dish.price,
            )
            for number, dish in self.dishes.items()
        )
        return page(request, "Tonight", f"<ul class='menu'>{''.join(cards)}</ul>")

    def find(self, number):
        """The dish with a number, or 404."""
        return self.dishes.get(number) or abort(404, f"There is no dish {number} on the menu.")

    def picture_url(self, request, dish):
        """Where a dish's picture is: another URL for each picture, so each is fetched once."""
        if not dish.picture:
            return static_url(request, "plate.svg")
        return static_url(request, dish.picture, "pictures")

    def dish(self, request, number):
        """One dish, and a form for a picture of it."""
        dish = self.find(number)
        content = DISH.format(
            picture=self.picture_url(request, dish),
            name=escape(dish.name),
            about=escape(dish.about),
            price=dish.price,
            action=request.url_for("hang", number=number),
        )
        return page(request, escape(dish.name), content)

    def hang(self, request, number):
        """Take a picture, under a name of ours, in one move: nobody is sent half of it."""
        dish = self.find(number)
        upload = request.files.get("picture")
        if not upload:
            abort(400, "No picture was chosen.")
        if upload.size > MAX_PICTURE:
            abort(413, f"A picture has at most {MAX_PICTURE} bytes here.")
        begin = upload.file.read(8)
        endings = [ending for sign, ending in SIGNATURES.items() if begin.startswith(sign)]
        if not endings:
            abort(415, "That is no PNG, JPEG or GIF picture.")
        name = f"dish-{number}.{endings[0]}"
        new = self.pictures / f"{uuid.uuid4()}.new"
        upload.save(new)
        upload.close()
        new.replace(self.pictures / name)
        dish.picture = name
        return redirect(request.url_for("dish", number=number), 303)

    def form(self, request, problems=(), status=200):
        """The booking form, with what the guest typed and what is wrong with it."""
        typed = request.form
        times = "".join(
            f"<option{' selected' if time == typed.get('time') else ''}>{time}</option>"
            for time in TIMES
        )
        content = BOOKING.format(
            action=request.url_for("book"),
            problems="".join(f"<p class='problem' role='alert'>{text}</p>" for text in problems),
            name=escape(typed.get("name", "")),
            guests=escape(typed.get("guests", "2")),
            times=times,
        )
        return page(request, "Book a table", content, status)

    def book(self, request):
        """Take a booking and send the guest on; show a wrong form again, with messages."""
        name = request.form.get("name", "").strip()
        guests = request.form.get("guests", type=int)
        time = request.form.get("time")
        problems = []
        if not 1 <= len(name) <= 40:
            problems.append("Please tell us your name, in 1 to 40 letters.")
        if guests is None or not 1 <= guests <= 12:
            problems.append("We have tables for 1 to 12 guests.")
        if time not in TIMES:
            problems.append(f"Tables are free at {', '.join(TIMES)}.")
        if problems:
            return self.form(request, problems, 422)
        key = uuid.uuid4()  # nobody guesses it, so nobody reads another's booking
        self.bookings[key] = Booking(name, guests, time)
        for old in list(self.bookings)[:-MAX_BOOKINGS]:
            self.bookings.pop(old, None)
        return redirect(request.url_for("booked", key=key), 303)

    def booked(self, request, key):
        """A booking, for who knows its address."""
        booking = self.bookings.get(key) or abort(404, "There is no such booking.")
        text = f"A table for {booking.guests} at {booking.time}, {escape(booking.name)}."
        return page(request, "See you tonight", f"<p>{text}</p>")

    def kitchen(self, request):
        """What guests better don't see."""
        raise RuntimeError("the pan is on fire")


def page(request, title, content, status=200):
    """A page of the house. `title` and `content` are HTML already."""
    html = PAGE.format(
        title=title,
        content=content,
        style=static_url(request, "site.css"),
        menu=request.url_for("menu"),
        book=request.url_for("book"),
    )
    return Response(html, status)


def not_found(request, error):
    """The page for what is not there."""
    text = escape(error.message or "That is not in this restaurant.")
    return page(request, "Not on the menu", f"<p>{text}</p>", 404)


def failed(request, error):
    """The page for our own mistakes: no word of what went wrong, but the number of its log line."""
    text = f"Something went wrong in the kitchen. We know it as {request.id}."
    return page(request, "Our mistake", f"<p>{text}</p>", 500)


def refused(request, error):
    """The page for what a guest got wrong."""
    return page(request, error.phrase, f"<p>{escape(error.message)}</p>", error.status)


def add_policy(request, response):
    """Let the browser run and load nothing that is not ours."""
    response.headers["Content-Security-Policy"] = POLICY


def make_app(pictures: Path) -> App:
    """Return the restaurant as an application that keeps the guests' pictures in a folder."""
    app = App()
    app.middleware(log_requests)
    app.after_request(add_policy)
    app.error(404)(not_found)
    app.error(500)(failed)
    app.error(HTTPError)(refused)
    app.mount("/", Restaurant(pictures).router)
    app.mount("/static", StaticFiles(STATIC))
    app.mount("/pictures", StaticFiles(pictures))
    return app


def main():
    """Serve the restaurant until Ctrl-C, and log each request in a line of JSON."""
    configure_logging(stream=sys.stdout)
    logging.getLogger("bistro.access").setLevel(logging.WARNING)  # `log_requests` says it already
    with tempfile.TemporaryDirectory() as pictures:
        print("Ctrl-C ends it.", flush=True)
        serve(make_app(Path(pictures)), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

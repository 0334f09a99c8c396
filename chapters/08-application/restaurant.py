"""Chapter 8: the house rules.

A small site on an application of ours: pages, a booking form that posts and redirects, the menu as
JSON, a room for the staff that answers for its own errors, and a line of JSON in the log for each
request. What a handler does not say, the house says: the frame of a page, its header fields, what
happens when something is not there or breaks.
"""

from __future__ import annotations

import logging
import os
import sys
from html import escape
from itertools import count
from wsgiref.simple_server import demo_app

from bistro.app import App, View, request_failed
from bistro.errors import abort
from bistro.logs import configure_logging, log_requests
from bistro.response import redirect
from bistro.routing import Router
from bistro.server import serve

DISHES = {
    1: ("Chestnut soup", 9, "with a spoon of crème fraîche"),
    2: ("Leek tart", 11, "warm, with a salad"),
    3: ("Trout with almonds", 19, "from the stream behind the house"),
}
TABLES = 6
"""Guests that a table has chairs for."""
MAX_BOOKINGS = 50
"""Bookings that are kept; the oldest goes first."""
STYLE = """
body { font: 18px/1.6 Georgia, serif; max-width: 38rem; margin: 2rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d; overflow-wrap: break-word }
h1 { color: #8c2f1b; border-bottom: 3px double #8c2f1b }
a { color: #8c2f1b } nav a { margin-right: 1.2rem }
label { display: block; margin: .5rem 0 } input { font: inherit } .wrong { color: #8c2f1b }
button { font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .3rem 1rem }
footer { margin-top: 2rem; font-size: .85rem; opacity: .75 }
"""

bookings = {}
"""Number to name and guests, as the guests sent them."""
numbers = count(1)
failures = []
"""What went wrong in the kitchen tonight."""

app = App(debug=os.environ.get("DEBUG") == "1", config={"MAX_BODY": 10_000})
staff = Router()


# The house: what is the same for all pages.


app.middleware(log_requests)


@app.after_request
def as_it_is(request, response):
    """No browser is to guess that something is a page."""
    response.headers["X-Content-Type-Options"] = "nosniff"


@app.context_processor
def house(request):
    """What every page can say: how many tables are taken, and which links there are."""
    links = {"Menu": "menu", "Book a table": "book", "Staff": "staff.evening"}
    return {
        "taken": len(bookings),
        "links": {title: request.url_for(name) for title, name in links.items()},
    }


def page(request, title, content):
    """A page in the frame of the house; `content` is HTML."""
    links = request.context["links"].items()
    nav = "".join(f'<a href="{escape(url)}">{text}</a>' for text, url in links)
    taken = request.context["taken"]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Bistro: {title}</title>'
        f'<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
        f"<style>{STYLE}</style><nav>{nav}</nav><h1>{title}</h1>{content}"
        f"<footer>{taken} {'table is' if taken == 1 else 'tables are'} taken tonight.</footer>"
    )


@request_failed.connect
def alarm(sender, request, error):
    """Somebody has to see to it. An extension would send a mail."""
    failures.append(f"{request.path}: {type(error).__name__}, reference {request.id}")


@app.error(404)
def not_here(request, error):
    message = escape(error.message or "nothing is served at this address")
    return page(request, "Not on the menu", f"<p>We are sorry: {message}.")


@app.error(500)
def on_fire(request, error):
    return page(request, "Smoke in the kitchen", f"<p>It is us. Reference: {request.id}")


# The guests' pages.


@app.get("/")
def menu(request):
    rows = "".join(
        f'<p><a href="{request.url_for("dish", id=id)}">{name}</a>, {price} €'
        for id, (name, price, _) in DISHES.items()
    )
    return page(request, "Menu", rows)


@app.get("/menu.json", name="menu-json")
def menu_as_json(request):
    return [{"id": id, "name": dish[0], "price": dish[1]} for id, dish in DISHES.items()]


@app.get("/dishes/<int:id>")
def dish(request, id):
    if id not in DISHES:
        abort(404, f"dish {id} is not cooked any more")
    name, price, text = DISHES[id]
    return page(request, name, f"<p>{text}, {price} €")


@app.route("/book", name="book")
class Book(View):
    """The form to book a table, and what becomes of it."""

    def get(self, request, wrong=""):
        name = escape(request.form.get("name", ""))
        form = (
            f'<form method="post"><label>Name <input name="name" value="{name}"></label>'
            '<label>Guests <input name="guests" inputmode="numeric" size="3"></label>'
            "<button>Book</button></form>"
        )
        return page(request, "Book a table", f'<p class="wrong">{wrong}</p>{form}')

    def post(self, request):
        name = request.form.get("name", "").strip()
        guests = request.form.get("guests", 0, type=int)
        if not 1 <= len(name) <= 40:
            return self.get(request, "Under which name, of at most 40 letters?"), 400
        if not 1 <= guests <= TABLES:
            return self.get(request, f"A table has 1 to {TABLES} chairs."), 400
        number = next(numbers)
        bookings[number] = (name, guests)
        bookings.pop(number - MAX_BOOKINGS, None)
        return redirect(request.url_for("booking", number=number), 303)


@app.get("/bookings/<int:number>")
def booking(request, number):
    if number not in bookings:
        abort(404, "there is no such booking")
    name, guests = bookings[number]
    return page(request, f"Table {number}", f"<p>For {escape(name)}, {guests} guests. Welcome!")


@app.get("/flambe")
def flambe(request):
    """A dish that goes wrong, to see what the house makes of it."""
    recipe = "the secret recipe"
    return recipe["brandy"]


# The staff's room: a router with its own rules. Who may come in is for a later chapter.


@staff.middleware
def not_to_be_kept(request, next):
    response = next(request)
    response.headers["Cache-Control"] = "no-store"
    return response


@staff.get("/", name="evening")
def evening(request):
    lines = [f"Table {number}: {escape(name)}, {n}" for number, (name, n) in bookings.items()]
    lines += [f"Failed: {escape(failure)}" for failure in failures[-5:]]
    return page(request, "Tonight", "<p>" + "<br>".join(lines or ["No bookings yet."]))


@staff.get("/wine/<int:shelf>", name="wine")
def wine(request, shelf):
    abort(404, f"shelf {shelf} is empty")


@staff.error(404)
def not_in_here(request, error):
    return {"staff": "ask the chef", "detail": error.message}


@staff.error(405)
def not_like_this(request, error):
    return {"staff": "look, do not touch", "allowed": error.allowed}


app.mount("/staff", staff, name="staff")
app.mount("/neighbour", demo_app, name="neighbour")


def main():
    """Serve the restaurant until Ctrl-C; `DEBUG=1` shows tracebacks in the browser."""
    configure_logging(stream=sys.stdout)
    logging.getLogger("bistro.access").setLevel(logging.WARNING)  # we have lines of our own
    print("Ctrl-C ends it.", flush=True)
    serve(app, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

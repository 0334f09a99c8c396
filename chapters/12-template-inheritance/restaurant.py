"""Chapter 12: one layout, many cards.

Every page of the house out of templates: a layout, cards that extend it, dishes that are included,
macros for what comes again and again. The cellar is long, and is sent while it is read. One page
has a mistake in a template, and says in which.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bistro.app import App
from bistro.errors import HTTPError, abort
from bistro.request import Request
from bistro.response import Response
from bistro.server import serve
from bistro.static import StaticFiles
from bistro.templates.rendering import Templates

HERE = Path(__file__).parent
BOTTLES = 2000
"""How many wines are in the cellar."""
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"


@dataclass
class Dish:
    """What the kitchen cooks; `marks` are words such as `vegetarian`."""

    number: int
    name: str
    price: float
    about: str
    marks: tuple[str, ...] = ()


@dataclass
class Wine:
    """A bottle, and what those who tasted it gave it in all."""

    name: str
    year: int
    price: float
    points: int = 0
    judges: int = 0


SOUP = Dish(1, "Chestnut soup", 9, "With cream and a little thyme.", ("vegetarian",))
TART = Dish(2, "Leek tart", 11, "From the oven at six, gone at eight.", ("vegetarian",))
TROUT = Dish(3, "Trout with almonds", 19, "From the brook behind the house.")
BREAD = Dish(4, "Bread & <proper> butter", 3.5, "The bread is ours, the butter our neighbour's.")
PEARS = Dish(5, "Pears in red wine", 8, "Warm, with the cellar's worst wine.", ("vegan",))
DISHES = {dish.number: dish for dish in (SOUP, TART, TROUT, BREAD, PEARS)}
CARDS = {
    "lunch": {"To begin": [SOUP, BREAD], "To go on": [TART]},
    "dinner": {"To begin": [SOUP, BREAD], "To go on": [TART, TROUT], "To end": [PEARS]},
    "children": {"To go on": [SOUP, TART], "To end": [PEARS]},
}


def wines() -> Iterator[Wine]:
    """The bottles of the cellar, one after the other: nobody knows them all by heart."""
    places = itertools.product(("Hill", "Brook", "Castle", "Abbey"), ("red", "white", "rosé"))
    kinds = [f"{place} {colour}" for place, colour in places]
    for number in range(BOTTLES):
        yield Wine(kinds[number % len(kinds)], 2023 - number % 37, 18 + number * 7 % 90)


def known_everywhere(request: Request) -> dict[str, object]:
    """What the layout needs on each page."""
    return {"house": "Bistro", "cards": CARDS, "day": date.today().strftime("%A")}


templates = Templates(HERE / "templates", [known_everywhere])


def house(request: Request) -> Response:
    """The first page."""
    return templates.render(request, "house.html")


def card(request: Request, name: str) -> Response:
    """One of the cards: its template is in `cards/`."""
    if name not in CARDS:
        abort(404, f"There is no card for {name}.")
    return templates.render(request, f"cards/{name}.html", name=name, courses=CARDS[name])


def dish(request: Request, number: int) -> Response:
    """One dish."""
    found = DISHES.get(number) or abort(404, f"There is no dish {number}.")
    return templates.render(request, "dish.html", dish=found)


def cellar(request: Request) -> Response:
    """All wines: a long page, whose begin is sent before its end is known."""
    return templates.stream(request, "cellar.html", wines=wines())


def tasting(request: Request) -> Response:
    """What the wines got: nobody has tasted the last one, and the template divides by nobody."""
    tasted = [Wine("Hill red", 2019, 24, points=270, judges=3), Wine("Abbey white", 2023, 31)]
    return templates.render(request, "tasting.html", wines=tasted)


def refused(request: Request, error: HTTPError) -> Response:
    """The page for what goes wrong, in the layout as all others."""
    text = error.message or "That is not in this house."
    return templates.render(
        request,
        "error.html",
        status=error.status,
        headers=error.headers,
        title=error.phrase,
        text=text,
    )


def failed(request: Request, error: Exception) -> Response:
    """The page for our own mistakes, where guests must not see the traceback."""
    text = f"Something went wrong in the kitchen. We know it as {request.id}."
    return templates.render(request, "error.html", status=500, title="Our mistake", text=text)


def add_policy(request: Request, response: Response) -> None:
    """Let the browser run and load nothing that is not ours."""
    if response.status == 500 and request.app.debug:
        return  # the developer's page brings its style along
    response.headers.setdefault("Content-Security-Policy", POLICY)


def make_app(*, debug: bool = False) -> App:
    """Return the restaurant as an application."""
    app = App(debug=debug)
    app.after_request(add_policy)
    app.error(HTTPError)(refused)
    app.error(500)(failed)
    app.get("/", name="house")(house)
    app.get("/cards/<name>", name="card")(card)
    app.get("/dishes/<int:number>", name="dish")(dish)
    app.get("/cellar", name="cellar")(cellar)
    app.get("/tasting", name="tasting")(tasting)
    app.mount("/static", StaticFiles(HERE / "static"))
    return app


def main() -> None:
    """Serve the restaurant until Ctrl-C, with tracebacks for the developer."""
    print("Ctrl-C ends it.", flush=True)
    serve(make_app(debug=True), "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

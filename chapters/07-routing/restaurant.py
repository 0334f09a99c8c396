"""Chapter 7: which table, which dish.

Every table and every dish has a path. A small WSGI function asks a router for the handler, calls it
with the parameters of the path, and knows what to say when there is none. The bar is a router of
its own, mounted in the restaurant's; so is somebody else's application.
"""

from __future__ import annotations

import logging
import os
import sys
from html import escape
from urllib.parse import quote
from wsgiref.simple_server import demo_app
from wsgiref.util import shift_path_info

from bistro.converters import Converter
from bistro.errors import HTTPError
from bistro.request import Request
from bistro.response import Response, redirect
from bistro.routing import MethodNotAllowed, Router, SlashMissing
from bistro.server import serve

DISHES = {"chestnut-soup": 9, "leek-tart": 11, "trout-with-almonds": 19}
DRINKS = {"cider": 4, "chablis": 7}
TABLES = 12
MAX_ORDERS = 20
"""What a table may have ordered at a time."""
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Bistro: {title}</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>
body {{ font: 18px/1.6 Georgia, serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d }}
h1 {{ color: #8c2f1b; border-bottom: 3px double #8c2f1b }}
a {{ color: #8c2f1b }}  nav a {{ margin-right: 1.2rem }}
td, th {{ padding: .2rem 1.2rem .2rem 0; text-align: left }}
td:nth-child(2) {{ overflow-wrap: anywhere }}
.tables {{ display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1rem }}
.tables a {{ display: block; padding: 1rem 0; text-align: center; text-decoration: none;
            border: 2px solid #8c2f1b; border-radius: 50% / 35%; background: #fff }}
.tables .taken {{ background: #8c2f1b; color: #fff }}
button {{ font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .2rem .8rem }}
form {{ display: inline }}  .row {{ display: flex; flex-wrap: wrap; gap: .6rem 1.2rem; padding: 0;
       list-style: none }}
</style>
<nav>{links}</nav>
<h1>{title}</h1>
"""

orders = {table: [] for table in range(1, TABLES + 1)}
"""Table to the dishes and drinks that it has ordered, with their prices."""


class Dish(Converter):
    """`dish`: a dish of the card; all else is refused, which makes it a 404."""

    pattern = "[a-z-]+"
    rank = 60

    def to_python(self, text):
        """Return the dish's name and price."""
        if text not in DISHES:
            raise ValueError(f"{text} is not on the card")
        return text, DISHES[text]

    def to_text(self, dish):
        """Return the dish's name, which is what stands in a path."""
        return dish[0]


house = Router(converters={"dish": Dish})
bar = Router()


def page(title, body):
    """A page of the house."""
    links = [("Room", "room"), ("Card", "card"), ("Bar", "bar.counter"), ("Routes", "all_routes")]
    shown = "".join(f'<a href="{house.url_for(name)}">{text}</a>' for text, name in links)
    shown += f'<a href="{house.url_for("demo", path="café")}">Demo</a>'
    return Response(PAGE.format(title=title, links=shown) + body)


def title_of(name):
    """A dish's name as it stands on the card."""
    return name.replace("-", " ").capitalize()


def order_button(name, table, price, **parameters):
    """A form of one button, which orders something for a table."""
    action = house.url_for(name, table=table, **parameters)
    return f'<form method="post" action="{action}"><button>{price} €</button></form>'


def take(table, name, price):
    """Write an order down, and send the guest back to the table."""
    if len(orders[table]) >= MAX_ORDERS:
        raise HTTPError(409, f"table {table} has {MAX_ORDERS} orders; pay them first")
    orders[table].append((name, price))
    return redirect(house.url_for("table_page", table=table), 303)


@house.get("/")
def room(request):
    """The room with its tables."""
    tables = "".join(
        f'<a href="{house.url_for("table_page", table=table)}"'
        f"{' class=taken' if ordered else ''}>Table {table}</a>"
        for table, ordered in orders.items()
    )
    return page("The room", f'<p class="tables">{tables}')


@house.get("/dishes/")
def card(request):
    """The card: a link for each dish."""
    dishes = "".join(
        f'<li><a href="{house.url_for("dish_page", dish=dish)}">{title_of(dish[0])}</a>'
        for dish in DISHES.items()
    )
    return page("The card", f"<ul>{dishes}</ul>")


@house.get("/dishes/<dish:dish>")
def dish_page(request, dish):
    """A dish, to be ordered for any table."""
    name, price = dish
    buttons = "".join(
        f"<li>Table {table} {order_button('order_dish', table, price, dish=dish)}"
        for table in orders
    )
    return page(title_of(name), f'<ul class="row">{buttons}</ul>')


@house.get(f"/tables/<int(min=1, max={TABLES}):table>/")
def table_page(request, table):
    """A table with its orders, and what else it may order."""
    rows = "".join(f"<tr><td>{title_of(name)}<td>{price} €" for name, price in orders[table])
    dishes = "".join(
        f"<li>{title_of(dish[0])} {order_button('order_dish', table, dish[1], dish=dish)}"
        for dish in DISHES.items()
    )
    bill = house.url_for("bill", table=table)
    return page(
        f"Table {table}",
        f'<table>{rows}</table><p><a href="{bill}">The bill</a></p><ul>{dishes}</ul>',
    )


@house.delete(f"/tables/<int(min=1, max={TABLES}):table>/")
def clear_table(request, table):
    """The guests have paid and gone."""
    orders[table].clear()
    return Response(status=204)


@house.post(f"/tables/<int(min=1, max={TABLES}):table>/orders/<dish:dish>")
def order_dish(request, table, dish):
    """Takes an order for a dish."""
    return take(table, *dish)


@house.get(f"/bill-<int(min=1, max={TABLES}):table>.txt")
def bill(request, table):
    """A table's bill, as text."""
    lines = [f"{title_of(name):30} {price:4}" for name, price in orders[table]]
    lines.append(f"{'':30} {sum(price for _, price in orders[table]):4}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@house.get("/routes")
def all_routes(request):
    """Every route of the house, with the place where it was registered."""
    rows = "".join(
        f"<tr><td>{' '.join(route.methods)}<td>{escape(route.path)}<td>{route.name}"
        for route in house.routes()
    )
    return page("Routes", f"<table><tr><th>Methods<th>Path<th>Name{rows}</table>")


# The bar knows nothing of the house but how to write an order down.


@bar.get("/")
def counter(request):
    """The bar's page."""
    rows = "".join(
        f'<h2>{title_of(drink)}</h2><ul class="row">'
        + "".join(
            f"<li>{table} {order_button('bar.pour', table, price, drink=drink)}" for table in orders
        )
        + "</ul>"
        for drink, price in DRINKS.items()
    )
    return page("The bar", f"<p>For which table?</p>{rows}")


@bar.post(f"/<any({','.join(DRINKS)}):drink>/<int(min=1, max={TABLES}):table>")
def pour(request, drink, table):
    """Takes an order for a drink."""
    return take(table, drink, DRINKS[drink])


house.mount("/bar", bar, name="bar")
house.mount("/demo", demo_app, name="demo")


def answer(request):
    """Find the handler for a request, and return its response."""
    try:
        route, parameters = house.match(request.method, request.path)
    except SlashMissing:
        query = request.environ["QUERY_STRING"]
        return redirect(quote(request.path) + "/" + (f"?{query}" if query else ""), 308)
    except MethodNotAllowed as error:
        if request.method == "OPTIONS":
            return Response(status=204, headers=error.headers)
        raise
    if route.is_mount:
        shift_path_info(request.environ)  # the prefix goes from PATH_INFO to SCRIPT_NAME
        return route.handler
    return route.handler(request, **parameters)


def restaurant(environ, start_response):
    """The application: a request comes in, a handler's response goes out."""
    request = Request(environ)
    try:
        response = answer(request)
    except HTTPError as error:
        response = page(f"{error.status} {error.phrase}", f"<p>{escape(error.message)}")
        response.status = error.status
        response.headers.update(error.headers)
    return response(environ, start_response)


def main():
    """Serve the restaurant until Ctrl-C."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout)
    print("Ctrl-C ends it.", flush=True)
    serve(restaurant, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

"""Chapter 6: the order slip and the plate.

One WSGI application: a menu with an order form that takes a picture, too, slips to read as a page
or as JSON, the evening's bill. It looks at nothing but requests, and answers with responses. Which
page belongs to which path says a dict; the next chapter ends that.
"""

from __future__ import annotations

import logging
import os
import sys
from datetime import datetime
from html import escape
from itertools import count
from urllib.parse import quote

from bistro.errors import HTTPError, abort
from bistro.request import ProxyFix, Request
from bistro.response import JSON, Response, conditional, redirect
from bistro.server import serve

DISHES = {"Chestnut soup": 9, "Leek tart": 11, "Trout with almonds": 19}
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MAX_PICTURE = 2_000_000
"""Bytes of a guest's picture."""
MAX_SLIPS = 50
"""Slips that are kept; the oldest goes first."""
PLAIN = "text/plain; charset=utf-8"
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Bistro: {title}</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>
body {{ font: 18px/1.6 Georgia, serif; max-width: 38rem; margin: 2rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d }}
h1 {{ color: #8c2f1b; border-bottom: 3px double #8c2f1b }}
a {{ color: #8c2f1b }}  nav a {{ margin-right: 1.2rem }}  img {{ max-height: 11rem }}
td, th {{ padding: .2rem 1.5rem .2rem 0; text-align: left; vertical-align: top }}
td {{ overflow-wrap: anywhere }}
label {{ display: block; margin: .5rem 0 }}  input, select {{ font: inherit }}
button {{ font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .3rem 1rem }}
.slip {{ background: #fff; padding: .5rem 1.5rem; box-shadow: 0 2px 8px #0003 }}
</style>
<nav><a href="/">Menu</a><a href="/bill">The bill</a></nav>
<h1>{title}</h1>
"""

slips = {}
"""Number to slip; each is a dict. What the guests sent is in it as they sent it."""
numbers = count(1)


def menu(request):
    """The menu with its form. It knows the name of who was here before."""
    dishes = "".join(f"<option value='{name}'>{name}, {DISHES[name]} €" for name in DISHES)
    guest = escape(request.cookies.get("guest", ""))
    return Response(
        f"""{PAGE.format(title="Menu")}
<form method="post" action="/order" enctype="multipart/form-data">
<label>Dish <select name="dish">{dishes}</select></label>
<label>Your name <input name="guest" value="{guest}" maxlength="40" required></label>
<label>A picture of your last plate <input type="file" name="picture" accept="image/*"></label>
<button>Order</button></form>"""
    )


def order(request):
    """Takes an order, from a form or as JSON, and sends the guest to the slip."""
    if request.content_type == "application/json":
        wanted, picture = request.json(), None
        if not isinstance(wanted, dict):
            abort(400, "an order is an object with dish and guest")
    else:
        wanted, picture = request.form, request.files.get("picture")
    if picture is not None:
        picture = take_picture(picture) if picture.size else None
    slip = write_slip(request, wanted.get("dish"), wanted.get("guest"), picture)
    for old in list(slips)[:-MAX_SLIPS]:
        slips.pop(old, None)
    location = f"/slip?number={slip['number']}"
    if request.content_type == "application/json":
        return JSON(shown(slip), 201, {"Location": location})
    response = redirect(location, 303)
    response.set_cookie("guest", slip["guest"], max_age=86_400)
    return response


def write_slip(request, dish, guest, picture):
    """A new slip in `slips`, or 400 for what nobody can cook."""
    if dish not in list(DISHES):
        abort(400, f"there is no such dish today; we have {', '.join(DISHES)}")
    if not isinstance(guest, str) or not guest.strip() or len(guest) > 40:
        abort(400, "a guest has a name of 1 to 40 characters")
    slip = {
        "number": next(numbers),
        "dish": dish,
        "price": DISHES[dish],
        "guest": guest,
        "from": request.remote_addr,
        "by": request.headers.get("User-Agent", "somebody"),
        "taken": datetime.now().replace(microsecond=0),
        "picture": picture,
    }
    slips[slip["number"]] = slip
    return slip


def take_picture(upload):
    """A picture's name, type and bytes. A page would be shown as one of ours, so no pages."""
    if upload.content_type not in PICTURES:
        abort(415, f"a picture is one of {', '.join(PICTURES)}")
    if upload.size > MAX_PICTURE:
        abort(413, f"a picture has at most {MAX_PICTURE} bytes")
    return upload.filename, upload.content_type, upload.file.read()


def shown(slip):
    """What others may see of a slip: all but the picture's bytes."""
    picture = f"/picture?number={slip['number']}" if slip["picture"] else None
    return {**slip, "picture": picture}


def find_slip(request):
    """The slip whose number the query has, or 404."""
    slip = slips.get(request.query.get("number", type=int))
    if slip is None:
        abort(404, "there is no such slip; perhaps it is an old one")
    return slip


def show_slip(request):
    """A slip, as whichever the client likes better: a page or JSON."""
    slip = shown(find_slip(request))
    kind = request.accepts("text/html", "application/json")
    if kind is None:
        abort(406, "a slip is text/html or application/json")
    if kind == "application/json":
        return JSON(slip, headers={"Vary": "Accept"})
    title = f"Order slip {slip.pop('number')}"
    picture = slip.pop("picture")
    rows = "".join(
        f"<tr><th>{escape(name.title())}<td>{escape(str(value))}" for name, value in slip.items()
    )
    image = (
        f"<p><img src='{picture}' alt='The picture that came with the order'>" if picture else ""
    )
    page = f"{PAGE.format(title=title)}<div class=slip><table>{rows}</table>{image}</div>"
    return Response(page, headers={"Vary": "Accept"})


def show_picture(request):
    """The picture of a slip; 304 for a browser that has it."""
    picture = find_slip(request)["picture"]
    if picture is None:
        abort(404, "no picture came with this order")
    filename, content_type, data = picture
    headers = {
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(filename, safe='')}",
        "Cache-Control": "no-cache",  # which means: keep it, and ask each time
        "X-Content-Type-Options": "nosniff",
    }
    return conditional(request, Response(data, 200, headers, content_type))


def bill(request):
    """The evening's bill, streamed line by line."""

    def lines():
        total = 0
        for slip in list(slips.values()):
            total += slip["price"]
            yield f"{slip['number']:>4}  {slip['dish']:<20}{slip['price']:>4} €\n"
        yield f"      {'Total':<20}{total:>4} €\n"

    return Response(lines(), content_type=PLAIN)


def careless(request):
    """Puts what a guest says into a field, to see what comes of it."""
    return Response("Welcome!\n", headers={"X-Guest": request.query["guest"]}, content_type=PLAIN)


PAGES = {
    "/": {"GET": menu},
    "/order": {"POST": order},
    "/slip": {"GET": show_slip},
    "/picture": {"GET": show_picture},
    "/bill": {"GET": bill},
    "/careless": {"GET": careless},
}


def answer(request):
    """Finds the page that a request is for, and has it answer."""
    methods = PAGES.get(request.path)
    if methods is None:
        abort(404, "nothing is served here")
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        allowed = ", ".join([*methods, "HEAD"] if "GET" in methods else methods)
        raise HTTPError(405, f"this page is for {allowed}", {"Allow": allowed})
    return methods[method](request)


def apologise(request, error):
    """The response for an error, in the form that the client likes better."""
    if request.accepts("text/html", "application/json") == "application/json":
        return JSON({"error": error.message}, error.status, error.headers)
    page = f"{PAGE.format(title=f'{error.status} {error.phrase}')}<p>{escape(error.message)}."
    return Response(page, error.status, error.headers)


def restaurant(environ, start_response):
    """The application: a request comes in, a response goes out."""
    request = Request(environ)
    try:
        response = answer(request)
    except HTTPError as error:
        response = apologise(request, error)
    return response(environ, start_response)


def main():
    """Serve the restaurant until Ctrl-C; `PROXIES` is how many proxies stand in front of it."""
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stdout)
    proxies = int(os.environ.get("PROXIES", "0"))
    app = ProxyFix(restaurant, proxies) if proxies else restaurant
    print("Ctrl-C ends it.", flush=True)
    serve(app, "127.0.0.1", int(os.environ.get("PORT", "8000")))
    print("The restaurant is closed.")


if __name__ == "__main__":
    main()

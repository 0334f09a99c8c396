"""Chapter 5: what guests hand over.

A WSGI application on our own server. It searches its menu by the query, takes orders from a form,
knows its guests again by a cookie, and hangs the pictures that they upload on the wall. What is
not a proper form is answered with its status.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

from bistro.cookies import format_cookie, parse_cookies
from bistro.http import ProtocolError
from bistro.multidict import MultiDict
from bistro.multipart import Upload, parse_multipart
from bistro.server import serve
from bistro.urlencoded import MAX_SIZE, parse_urlencoded

Answer = tuple[str, str, str, list[tuple[str, str]]]
"""A status, a page's title and content, and more fields for the head of the response."""

DISHES = {"Onion soup": 7, "Leek tart": 11, "Mushroom risotto": 14, "Trout with almonds": 19}
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png", b"GIF8": "image/gif"}
"""How a picture begins, and its type: what the guest says about it proves nothing."""
MAX_PICTURE = 2_097_152
"""Bytes of a form with a picture. More are 413."""
MAX_ON_THE_WALL = 8

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bistro: {title}</title><link rel="icon" href="data:,">
<style>
body {{ font: 17px/1.5 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33241a; overflow-wrap: break-word }}
h1, h2, a {{ color: #8c2f1b }}  label {{ display: inline-block }}
nav {{ display: flex; justify-content: space-between; gap: 1rem }}  nav * {{ min-width: 4.5rem }}
button {{ font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .2rem 1rem }}
input {{ font: inherit; max-width: 12rem }}  .wall img {{ height: 7rem; margin: 0 .5rem .5rem 0;
       border: 4px solid #fff; box-shadow: 0 1px 4px #0006 }}
.columns {{ display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem }}
</style>
<nav><a href="/">The menu</a><span>{greeting}</span></nav>
<h1>{title}</h1>
{content}
"""
HOME = """<form><input name="q" value="{q}" aria-label="Search the menu" placeholder="soup">
<button>Search</button></form>
<form method="post" action="/order"><p>{dishes}</p>
<p><label>Guests <input name="guests" type="number" min="1" max="12" value="2"></label>
<label>Your name <input name="name" value="{name}" required></label> <button>Order</button></p>
</form>
<h2>On the wall</h2><p class="wall">{wall}</p>
<form method="post" action="/wall" enctype="multipart/form-data">
<p><label>A picture of your dish <input name="photo" type="file" accept="image/*"></label>
<label>Title <input name="title"></label> <button>Hang it up</button></p></form>
"""


class Wall:
    """The pictures that hang there, each in a file whose name is ours; the oldest makes room."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures: dict[int, tuple[str, str]] = {}  # number: type, title
        self.lock = Lock()
        self.next = 1

    def hang(self, upload: Upload, title: str) -> None:
        """Save a picture; `ProtocolError` 400 when it is none."""
        begin = upload.file.read(6)
        kinds = [kind for mark, kind in PICTURES.items() if begin.startswith(mark)]
        if not kinds:
            raise ProtocolError(400, "that is not a JPEG, PNG or GIF picture")
        with self.lock:
            upload.save(self.folder / str(self.next))
            self.pictures[self.next] = kinds[0], title or upload.filename
            self.next += 1
            if len(self.pictures) > MAX_ON_THE_WALL:
                oldest = min(self.pictures)
                del self.pictures[oldest]
                (self.folder / str(oldest)).unlink()

    def take(self, number: str) -> tuple[str, bytes] | None:
        """Return the type and the bytes of a picture, None if it does not hang there."""
        with self.lock:
            known = {str(known): kind for known, (kind, _) in self.pictures.items()}
            if number not in known:
                return None
            return known[number], (self.folder / number).read_bytes()


def read_form(environ: dict[str, Any]) -> tuple[MultiDict[str], MultiDict[Upload]]:
    """Return the fields and files of a form, whichever way it is encoded."""
    kind, _, parameters = environ.get("CONTENT_TYPE", "").partition(";")
    length = int(environ["CONTENT_LENGTH"]) if environ.get("CONTENT_LENGTH") else None
    if kind.strip().lower() == "multipart/form-data":
        boundary = parameters.partition("boundary=")[2].strip('"')
        return parse_multipart(environ["wsgi.input"], boundary, length, max_size=MAX_PICTURE)
    return parse_urlencoded(environ["wsgi.input"].read(MAX_SIZE + 1)), MultiDict()


def home(environ: dict[str, Any], wall: Wall) -> Answer:
    """The menu, as far as it fits the query `q`, the order form, and the wall."""
    wanted = parse_urlencoded(environ["QUERY_STRING"].encode("latin-1")).get("q", "")
    dishes = "".join(
        f'<label><input type="checkbox" name="dish" value="{dish}"> {dish}, {price} €</label><br>\n'
        for dish, price in DISHES.items()
        if wanted.lower() in dish.lower()
    )
    pictures = "".join(
        f'<img src="/wall/{number}" alt="{escape(title)}" title="{escape(title)}">'
        for number, (_, title) in list(wall.pictures.items())
    )
    content = HOME.format(
        q=escape(wanted),
        dishes=dishes or f"Nothing here is called {escape(wanted)}.",
        name=escape(guest_of(environ)),
        wall=pictures or "No picture yet.",
    )
    return "200 OK", "Tonight", content, []


def order(environ: dict[str, Any], wall: Wall) -> Answer:
    """Take an order: several dishes, a number of guests, a name that is remembered for a month."""
    form, _ = read_form(environ)
    dishes = [dish for dish in form.getlist("dish") if dish in DISHES]
    guests = form.get("guests", type=int)
    name = form.get("name", "").strip()[:100]
    if not dishes or guests is None or not 1 <= guests <= 12 or not name:
        raise ProtocolError(400, "an order has one dish or more, 1 to 12 guests, and a name")
    bill = sum(DISHES[dish] for dish in dishes) * guests
    content = f"<p>{guests} times {' and '.join(dishes)}: {bill} €.</p>"
    cookie = format_cookie("guest", name, max_age=30 * 24 * 3600)
    return "200 OK", f"Thank you, {name}", content, [("Set-Cookie", cookie)]


def hang(environ: dict[str, Any], wall: Wall) -> Answer:
    """Hang a picture on the wall, and show the wall."""
    form, files = read_form(environ)
    upload = files.get("photo")
    if not upload:
        raise ProtocolError(400, "no picture was chosen")
    wall.hang(upload, form.get("title", "")[:100])
    upload.close()
    return "303 See Other", "On the wall", "", [("Location", "/")]


def guest_of(environ: dict[str, Any]) -> str:
    """Return the name that the guest's cookie gives, `""` for a stranger."""
    return parse_cookies(environ.get("HTTP_COOKIE", "")).get("guest", "")


HANDLERS: dict[tuple[str, str], Callable[[dict[str, Any], Wall], Answer]] = {
    ("GET", "/"): home,
    ("POST", "/order"): order,
    ("POST", "/wall"): hang,
}


def make_restaurant(folder: Path) -> Callable[..., list[bytes]]:
    """Return the restaurant as a WSGI application that keeps its pictures in `folder`."""
    wall = Wall(folder)

    def restaurant(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        method = "GET" if method == "HEAD" else method  # the server leaves the body out
        if method == "GET" and path.startswith("/wall/"):
            picture = wall.take(path.removeprefix("/wall/"))
            if picture:
                start_response("200 OK", [("Content-Type", picture[0])])
                return [picture[1]]
        handler = HANDLERS.get((method, path))
        try:
            if handler is None:
                raise ProtocolError(404, "that is not in this restaurant")
            status, title, content, fields = handler(environ, wall)
        except ProtocolError as error:
            status, _, reason = str(error).partition(": ")
            title, content, fields = status, f"<p>{escape(reason)}.</p>", []
        name = guest_of(environ)
        greeting = f"Good to see you again, {escape(name)}." if name else "Good evening, stranger."
        page = PAGE.format(title=escape(title), greeting=greeting, content=content)
        start_response(status, [("Content-Type", "text/html; charset=utf-8"), *fields])
        return [page.encode()]

    return restaurant


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        port = int(os.environ.get("PORT", "8000"))
        print("Ctrl-C ends it.", flush=True)
        serve(make_restaurant(Path(folder)), "127.0.0.1", port)

"""Chapter 3: any kitchen can be plugged in.

One server, which knows nothing of dishes, and several WSGI applications, which know nothing of
sockets: ours, the demo of Python's standard library, and a Django site where Django is installed.
The server answers one connection at a time; the next chapter ends that.
"""

from __future__ import annotations

import html
import io
import os
import socket
import time
from urllib.parse import parse_qs
from wsgiref.simple_server import demo_app
from wsgiref.util import shift_path_info

from bistro.http import (
    CHUNKED,
    MAX_HEAD,
    ChunkedDecoder,
    ProtocolError,
    body_length,
    error_response,
    parse_request_head,
)
from bistro.sockets import Connection, DeadlinePassed, Disconnected, TooLong, accept, listen
from bistro.wsgi import ResponseWriter, base_environ, build_environ, run

REQUEST_SECONDS = 2.0
"""How long a guest may take to say what they want; everybody else is waiting meanwhile."""
ANSWER_SECONDS = 30.0
"""How long a guest may take to accept the answer."""
MAX_BODY = 1_000_000
"""Bytes of a request's body."""

DISHES = {"Leek tart": 11, "Trout with almonds": 19, "Chestnut soup": 9}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Bistro: {title}</title>
<style>
body {{ font: 18px/1.6 Georgia, serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem;
       background: #fbf7ef; color: #33261d }}
h1 {{ color: #8c2f1b; border-bottom: 3px double #8c2f1b }}
a {{ color: #8c2f1b }}  nav a {{ margin-right: 1.2rem }}
td, th {{ padding: .2rem 1.5rem .2rem 0; text-align: left; overflow-wrap: anywhere }}
button {{ font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .3rem 1rem }}
</style>
<nav><a href="/">Menu</a><a href="/kitchen">The kitchen, live</a>
<a href="/slip?table=7">Order slip</a><a href="/demo/caf%C3%A9">Demo kitchen</a>
<a href="/django/">Django kitchen</a></nav>
<h1>{title}</h1>
"""


# The kitchen: applications. Nothing below this line knows what a socket is.


def menu(environ, start_response):
    """The menu with its order form: a list of bytes, sent with its length."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    rows = "".join(
        f"<tr><td><label><input type=radio name=dish value='{dish}' required> {dish}</label>"
        f"<td>{price} €"
        for dish, price in DISHES.items()
    )
    form = f"<form method=post action=/order><table>{rows}</table><p><button>Order</button></form>"
    return [PAGE.format(title="Menu").encode(), form.encode()]


def order(environ, start_response):
    """Takes an order: a form in the request's body, read from `wsgi.input`."""
    form = parse_qs(environ["wsgi.input"].read().decode("latin-1"))
    dish = form.get("dish", [""])[0]
    if dish not in DISHES:
        start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"The kitchen does not know that dish.\n"]
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    text = f"<p>{html.escape(dish)}, {DISHES[dish]} €. <a href=/kitchen>Watch it being made.</a>"
    return [PAGE.format(title="Ordered").encode(), text.encode()]


def kitchen(environ, start_response):
    """The kitchen at work: a generator, each of its pieces sent as soon as it is there."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    yield PAGE.format(title="The kitchen, live").encode()
    for number, work in enumerate(["The pan is hot.", "The trout is in.", "Almonds.", "Served."]):
        if number:
            time.sleep(0.4)
        yield f"<p>{work}</p>\n".encode()


def slip(environ, start_response):
    """The order slip: everything the server says about a request."""
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    rows = "".join(
        f"<tr><th>{html.escape(key)}<td>{html.escape(str(value))}"
        for key, value in sorted(environ.items())
    )
    return [PAGE.format(title="Order slip").encode(), f"<table>{rows}</table>".encode()]


def broken(environ, start_response):
    """A kitchen that keeps no rule, to see what a server makes of it."""
    path = environ["PATH_INFO"].removeprefix("/broken")
    if path == "/long":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"soup\n", b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nPOISON\n"]
    start_response("302 Found", [("Location", path)])
    return []


def no_kitchen(environ, start_response):
    """What is not there."""
    start_response("404 Not Found", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"No kitchen cooks that here.\n"]


def django_kitchen():
    """Django's own WSGI application for a site of one page; `no_kitchen` without Django."""
    try:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application
        from django.http import HttpResponse
        from django.urls import path
    except ImportError:
        return no_kitchen

    def dish_of_the_day(request):
        page = PAGE.format(title="Django cooks")
        return HttpResponse(f"{page}<p>Served by Django, at {html.escape(request.path)}.")

    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost"], ROOT_URLCONF=(path("", dish_of_the_day),)
    )
    return get_wsgi_application()


KITCHENS = {
    "": menu,
    "order": order,
    "kitchen": kitchen,
    "slip": slip,
    "broken": broken,
    "demo": demo_app,
    "django": django_kitchen(),
}


def restaurant(environ, start_response):
    """Hands the request to the kitchen that the first segment of its path names.

    Called as an application, it calls one as a server does: WSGI can be put between the two. The
    segment moves from PATH_INFO to SCRIPT_NAME, so that the kitchen sees only its own paths.
    """
    app = KITCHENS.get(environ["PATH_INFO"][1:].partition("/")[0], no_kitchen)
    if app in (demo_app, KITCHENS["django"]):
        shift_path_info(environ)
    return app(environ, start_response)


# The waiter: a server. Nothing below this line knows what a dish is.


def read_request(connection: Connection):
    """Return the next request's head, its whole body, and the body's length."""
    head = parse_request_head(connection.read_until(b"\r\n\r\n", MAX_HEAD))
    length = body_length(head.version, head.fields)
    if length != CHUNKED:
        if length > MAX_BODY:
            raise ProtocolError(413, f"a body may have {MAX_BODY} bytes here")
        body = connection.read_exactly(length)
    else:
        body = read_chunks(connection)
    return head, io.BytesIO(body), len(body)


def read_chunks(connection: Connection) -> bytes:
    """Return a whole body that comes in chunks."""
    decoder = ChunkedDecoder()
    body = b""
    while not decoder.done:
        data = connection.read_some(65_536)
        if not data:
            raise Disconnected("the stream ended inside of the body")
        body += decoder.decode(data)
        if len(body) > MAX_BODY:
            raise ProtocolError(413, f"a body may have {MAX_BODY} bytes here")
    connection.buffer[:0] = decoder.rest
    return body


def serve_request(app, base, connection: Connection) -> bool:
    """Answer one request; return whether the connection can carry another."""
    connection.deadline = time.monotonic() + REQUEST_SECONDS
    head, body, length = read_request(connection)
    writer = ResponseWriter(head, connection.send)
    connection.deadline = time.monotonic() + ANSWER_SECONDS
    run(app, build_environ(base, head, body, length, connection.peer), writer)
    print(f"{connection.peer} {head.method} {head.target} {writer.status}, {writer.size} bytes")
    if writer.cut:
        connection.abort()
    return writer.keep_alive


def serve_connection(app, base, connection: Connection) -> None:
    """Answer all requests of one connection."""
    try:
        while serve_request(app, base, connection):
            pass
    except (ProtocolError, TooLong) as error:
        status = error.status if isinstance(error, ProtocolError) else 431
        connection.send(error_response(status, str(error)))
    finally:
        connection.close()


def serve(app, listener: socket.socket) -> None:
    """Answer one connection after the other, for ever."""
    base = base_environ(*listener.getsockname()[:2])
    while True:
        try:
            serve_connection(app, base, accept(listener))
        except (Disconnected, DeadlinePassed):
            continue


if __name__ == "__main__":
    with listen("127.0.0.1", int(os.environ.get("PORT", "8000"))) as door:
        print(f"http://127.0.0.1:{door.getsockname()[1]}/", flush=True)
        try:
            serve(restaurant, door)
        except KeyboardInterrupt:
            print("\nThe restaurant is closed.")

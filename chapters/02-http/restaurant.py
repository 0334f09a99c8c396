"""Chapter 2: the waiter understands what a guest says.

A server for one guest at a time. It reads a request, answers a few paths with pages, and shows on
each page what it has understood. Whoever it does not understand is told so, and shown the door.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from html import escape

from bistro.http import (
    CHUNKED,
    CONTINUE,
    MAX_HEAD,
    ChunkedDecoder,
    ProtocolError,
    RequestHead,
    body_length,
    error_response,
    format_date,
    may_have_body,
    parse_request_head,
    response_head,
)
from bistro.sockets import Connection, DeadlinePassed, Disconnected, TooLong, accept, listen

PATIENCE = 2.0
"""Seconds that a guest may take to say what they want; the others wait as long."""
MAX_BODY = 65_536
"""Bytes of a request's body."""

DISHES = {"onion soup": 7, "mushroom risotto": 14, "apple tart": 6}

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Bistro: {title}</title>
<link rel="icon" href="data:,">
<style>
  body {{ font: 17px/1.5 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
         background: #fbf7ef; color: #33241a }}
  h1 {{ color: #8c2f1b }} a {{ color: #8c2f1b }} nav a {{ margin-right: 1rem }}
  table {{ border-collapse: collapse; width: 100%; font: 14px/1.5 monospace; background: #fff }}
  td, th {{ border: 1px solid #e3d8c5; padding: .2rem .5rem; text-align: left;
           overflow-wrap: anywhere; vertical-align: top }}
  th {{ width: 11rem; font-weight: normal; color: #6b5a48 }}
  button {{ font: inherit; background: #8c2f1b; color: #fff; border: 0; padding: .3rem 1rem }}
</style>
<nav><a href="/">The menu</a> <a href="/table?number=4&amp;view=garden">A table</a>
<a href="/cellar">The cellar</a></nav>
<h1>{title}</h1>
{content}
<h2>What the waiter understood</h2>
<table>{rows}</table>
"""


def serve(port: int) -> None:
    """Serve one guest after the other, until Ctrl-C."""
    with listen("127.0.0.1", port) as listener:
        listener.settimeout(1)  # Windows notices Ctrl-C only between two waits
        print(f"http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
        while True:
            try:
                connection = accept(listener)
            except TimeoutError:
                continue
            # A guest who has left, or does not listen, is no reason to shut the restaurant.
            with suppress(Disconnected, DeadlinePassed):
                attend(connection)
            connection.close()


def attend(connection: Connection) -> None:
    """Read one request and answer it."""
    connection.deadline = time.monotonic() + PATIENCE
    try:
        head = parse_request_head(connection.read_until(b"\r\n\r\n", MAX_HEAD))
        body, trailers = read_body(connection, head)
    except ProtocolError as error:
        connection.send(error_response(error.status, error.message))
    except TooLong as error:
        connection.send(error_response(431, str(error)))
    except DeadlinePassed:
        connection.send(error_response(408, "the waiter could not wait any longer"))
    else:
        connection.send(answer(head, body, trailers))


def read_body(connection: Connection, head: RequestHead) -> tuple[bytes, dict[str, str]]:
    """Return the body of a request, and the trailers behind it."""
    length = body_length(head.version, head.fields)
    if length > MAX_BODY:
        raise ProtocolError(413, f"the waiter remembers {MAX_BODY} bytes at the most")
    if length and head.fields.get("expect", "").lower() == "100-continue":
        connection.send(CONTINUE)
    if length != CHUNKED:
        return connection.read_exactly(length), {}
    decoder = ChunkedDecoder()
    body = b""
    while not decoder.done:
        data = connection.read_some(MAX_BODY)
        if not data:
            raise Disconnected("the guest left in the middle of a body")
        body += decoder.decode(data)
        if len(body) > MAX_BODY:
            raise ProtocolError(413, f"the waiter remembers {MAX_BODY} bytes at the most")
    return body, decoder.trailers


def answer(head: RequestHead, body: bytes, trailers: dict[str, str]) -> bytes:
    """Return the whole response to a request."""
    status, title, content = choose(head, body)
    said = [("method", head.method), ("target", head.target), ("version", head.version)]
    said += [*head.fields.items(), *trailers.items()]
    if body:
        said.append(("body", body.decode("utf-8", "replace")))
    rows = "\n".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in said)
    page = PAGE.format(title=title, content=content, rows=rows).encode()
    fields = [
        ("Date", format_date(time.time())),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(page))),
        ("Connection", "close"),
    ]
    if not may_have_body(head.method, int(status[:3])):
        page = b""
    return response_head(status, fields) + page


def choose(head: RequestHead, body: bytes) -> tuple[str, str, str]:
    """Return the status, the title and the content of the page for a request."""
    path, _, query = head.target.partition("?")
    if path == "/order" and head.method == "POST":
        return "200 OK", "Thank you", f"<p>The kitchen has read {len(body)} bytes.</p>"
    if path == "/order":
        return "405 Method Not Allowed", "Use POST", "<p>Order from <a href='/'>the menu</a>.</p>"
    if path == "/table":
        return "200 OK", "Your table", f"<p>You asked for <b>{escape(query)}</b>.</p>"
    if path != "/":
        return "404 Not Found", "Not here", f"<p>There is no {escape(path)} in this bistro.</p>"
    dishes = "".join(
        f"<p><label><input type='radio' name='dish' value='{name}' required> {name}, "
        f"{price} €</label>"
        for name, price in DISHES.items()
    )
    form = f"<form method='post' action='/order'>{dishes}<p><button>Order</button></form>"
    return "200 OK", "The menu", form


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        serve(int(os.environ.get("PORT", "8000")))

"""How long the head of a request takes to parse: one that a browser sends, with nine fields."""

from __future__ import annotations

import io
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

import h11
from gunicorn.config import Config
from gunicorn.http import RequestParser
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from benchmarks.table import Target, interleave, microseconds, show, show_versions
from bistro.http import parse_request_head

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = (
    b"GET /menu?day=monday&guests=4 HTTP/1.1\r\n"
    b"Host: localhost:8000\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    b"Accept-Language: en-US,en;q=0.5\r\n"
    b"Accept-Encoding: gzip, deflate, br, zstd\r\n"
    b"Connection: keep-alive\r\n"
    b"Referer: http://localhost:8000/\r\n"
    b"Cookie: session=4f1c2ab9d0e84f6c8f6d0b1a7c3e5f90; theme=dark\r\n"
    b"Upgrade-Insecure-Requests: 1\r\n"
    b"\r\n"
)
CALLS = 4000


class StandardLibrary(BaseHTTPRequestHandler):
    """The parser of http.server without its socket."""

    def __init__(self) -> None:
        self.rfile = io.BytesIO(HEAD)
        self.raw_requestline = self.rfile.readline()

    def parse(self) -> bool:
        return self.parse_request()


def with_waitress(adjustments: Any = Adjustments()) -> object:  # noqa: B008 - made once, as it does
    return HTTPRequestParser(adjustments).received(HEAD)


def with_h11() -> object:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(HEAD)
    return connection.next_event()


def with_gunicorn(config: Any = Config()) -> object:  # noqa: B008 - made once, as it does
    return next(RequestParser(config, [HEAD], ("127.0.0.1", 50_000)))


def run(rounds: int) -> None:
    """Measure all parsers and print the table."""
    parsers: dict[str, Callable[[], object]] = {
        "bistro": lambda: parse_request_head(HEAD),
        "waitress": with_waitress,
        "h11": with_h11,
        "gunicorn": with_gunicorn,
        "http.server": lambda: StandardLibrary().parse(),
    }
    subjects = {name: partial(microseconds, parse, CALLS) for name, parse in parsers.items()}
    show_versions("waitress", "h11", "gunicorn")
    show(
        f"request head, {len(HEAD)} bytes, 9 fields",
        "µs",
        interleave(subjects, rounds),
        more_is_better=False,
        target=Target("waitress", 0.4),
    )

"""The page that a developer sees for an error: the traceback with its source lines.

For `App(debug=True)` alone. It runs nothing and shows no variable; of the request's fields it shows
those that can carry no secret. Builds on nothing but the standard library.
"""

from __future__ import annotations

import linecache
from html import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

AROUND = 4
"""Lines shown before and after the one that failed."""
MAX_CALLS = 40
"""Calls shown of a traceback: those nearest to the error."""
MAX_ERRORS = 10
"""Errors shown: the one that was raised, and those that led to it."""
HARMLESS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "connection",
     "content-length", "content-type", "host", "if-modified-since", "if-none-match", "origin",
     "range", "user-agent"}
)  # fmt: skip
"""Fields whose values are shown. A list of secret ones would always lack one."""
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
       color: #222; background: #fff; overflow-wrap: anywhere }
h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 1.5rem 0 0 }
pre { background: #f4f4f4; padding: .5rem; overflow-x: auto; margin: .25rem 0 }
mark { background: #ffe08a; color: inherit; display: block }
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #1c1c1c }
  pre { background: #2a2a2a }
  mark { background: #6b4e00 } }
"""


def debug_page(request: Any, error: BaseException) -> bytes:
    """Return the page for an error, in HTML, with the errors that led to it."""
    title = escape(describe(error))
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{STYLE}</style><h1>{title}</h1>",
        f"<p>{escape(repr(request))}, reference {request.id}</p>",
        *calls(error.__traceback__),
    ]
    for cause in causes(error):
        parts.append(f"<h1>because of {escape(describe(cause))}</h1>")
        parts += calls(cause.__traceback__)
    fields = "".join(
        f"{escape(name)}: {escape(value) if name.lower() in HARMLESS else '(not shown)'}\n"
        for name, value in request.headers.items()
    )
    parts.append(f"<h2>Header fields</h2><pre>{fields}</pre>")
    return "".join(parts).encode(errors="backslashreplace")


def describe(error: BaseException) -> str:
    """Return the class of an error and what it says, which its own `__str__` may fail to do."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - it may raise anything
        text = "(it can't be shown)"
    return f"{type(error).__name__}: {text}"


def causes(error: BaseException) -> list[BaseException]:
    """Return the errors that led to one, as Python's own traceback does: the nearest first.

    They may lead round in a circle; each is there once.
    """
    found = [error]
    while len(found) < MAX_ERRORS:
        hidden = error.__suppress_context__
        cause = error.__cause__ or (None if hidden else error.__context__)
        if cause is None or any(cause is one for one in found):
            break
        found.append(cause)
        error = cause
    return found[1:]


def calls(traceback: TracebackType | None) -> list[str]:
    """Return the calls of a traceback in HTML, the last one first, each with its source lines."""
    places = []
    while traceback is not None:
        places.append((traceback.tb_frame.f_code, traceback.tb_lineno))
        traceback = traceback.tb_next
    shown = []
    for code, number in places[: -MAX_CALLS - 1 : -1]:
        place = f"{code.co_filename}, line {number}, in {code.co_qualname}"
        shown.append(f"<h2>{escape(place)}</h2><pre>{source(code.co_filename, number)}</pre>")
    if len(places) > MAX_CALLS:
        shown.append(f"<p>and {len(places) - MAX_CALLS} calls before these</p>")
    return shown


def source(filename: str, number: int) -> str:
    """Return the lines around one, which is marked, in HTML; none where the file has none."""
    lines = []
    for other in range(max(1, number - AROUND), number + AROUND + 1):
        line = linecache.getline(filename, other)
        if not line:  # a line that is there has a line end
            continue
        text = escape(f"{other:5}  {line.rstrip()}")
        lines.append(f"<mark>{text}</mark>" if other == number else f"{text}\n")
    return "".join(lines)

"""The page that a developer sees for an error: the traceback with its source lines.

For `App(debug=True)` alone. It runs nothing, shows no value of a variable, and hides the fields
that carry secrets. Builds on nothing but the standard library.
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
SECRET = ("auth", "cookie", "csrf", "key", "pass", "secret", "session", "token")
"""What stands in the names of fields whose values are not shown."""
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
       color: #222; background: #fff }
h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 1.5rem 0 0 }
pre { background: #f4f4f4; padding: .5rem; overflow-x: auto; margin: .25rem 0 }
mark { background: #ffe08a; color: inherit; display: block }
@media (prefers-color-scheme: dark) {
  body { color: #eee; background: #1c1c1c }
  pre { background: #2a2a2a }
  mark { background: #6b4e00 } }
"""


def debug_page(request: Any, error: BaseException) -> str:
    """Return the page for an error, in HTML, with the errors that led to it."""
    title = escape(f"{type(error).__name__}: {error}")
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>',
        f"<style>{STYLE}</style><h1>{title}</h1>",
        f"<p>{escape(request.method)} {escape(request.path)}</p>",
    ]
    shown: BaseException | None = error
    while shown is not None:
        parts += frames(shown.__traceback__)
        cause = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
        if cause is not None:
            parts.append(
                f"<h1>because of {escape(type(cause).__name__)}: {escape(str(cause))}</h1>"
            )
        shown = cause
    fields = "".join(
        f"{escape(name)}: {escape(hide(name, value))}\n" for name, value in request.headers.items()
    )
    parts.append(f"<h2>Header fields</h2><pre>{fields}</pre>")
    return "".join(parts)


def frames(traceback: TracebackType | None) -> list[str]:
    """Return the calls of a traceback, the last one first, each with its lines of source."""
    shown = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        number = traceback.tb_lineno
        place = f"{code.co_filename}, line {number}, in {code.co_name}"
        shown.append(f"<h2>{escape(place)}</h2><pre>{source(code.co_filename, number)}</pre>")
        traceback = traceback.tb_next
    return shown[::-1]


def source(filename: str, number: int) -> str:
    """Return the lines around one, which is marked."""
    lines = []
    for other in range(max(1, number - AROUND), number + AROUND + 1):
        text = escape(f"{other:5}  {linecache.getline(filename, other).rstrip()}")
        lines.append(f"<mark>{text}</mark>" if other == number else f"{text}\n")
    return "".join(lines)


def hide(name: str, value: str) -> str:
    """Return a field's value; stars where the name says that it is secret."""
    return "*****" if any(word in name.lower() for word in SECRET) else value

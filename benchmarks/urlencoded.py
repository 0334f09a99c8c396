"""How long a plain form takes to read: ten fields, each with an accent and spaces."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import falcon.uri

from benchmarks.table import interleave, microseconds, show, show_versions
from bistro.urlencoded import parse_field_by_field, parse_urlencoded

if TYPE_CHECKING:
    from collections.abc import Callable

FORM = b"&".join(b"field%d=cr%%C3%%A8me+number+%d" % (number, number) for number in range(10))
CALLS = 4000


def run(rounds: int) -> None:
    """Measure all parsers and print the table."""
    parsers: dict[str, Callable[[], object]] = {
        "bistro": lambda: parse_urlencoded(FORM),
        "bistro, field by field": lambda: parse_field_by_field(FORM.replace(b"+", b" ")),
        "urllib.parse.parse_qsl": lambda: parse_qsl(FORM.decode(), keep_blank_values=True),
        "falcon (C)": lambda: falcon.uri.parse_query_string(FORM.decode(), keep_blank=True),
    }
    subjects = {name: partial(microseconds, parse, CALLS) for name, parse in parsers.items()}
    show_versions("falcon")
    show(
        f"urlencoded form, {len(FORM)} bytes, 10 fields",
        "µs",
        interleave(subjects, rounds),
        more_is_better=False,
    )

"""Logs that a machine can search: a line of JSON a record, each with its request's id.

`log_requests` is middleware; `configure_logging` sets up the standard library's logging. Builds on
request, for how a path is written, and is itself used by nobody but your program.
"""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from urllib.parse import quote

from bistro.request import PATH_SAFE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

    from bistro.response import Response

request_log = logging.getLogger("bistro.requests")
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being handled here, for what is logged meanwhile."""


def log_requests(request: Any, next: Callable[[Any], Response]) -> Response:
    """Log each request in one record, and tell the client its id; middleware.

    While `next(request)` makes the response, `request_id` is the request's `id`, and after that
    what it was before, also where `next` raises. Then one record goes to `request_log` at level
    INFO, still with that `request_id`. Its message is method, path and status, as in
    `"GET /caf%C3%A9 200"`: `request.path`, so without the query, quoted (`PATH_SAFE`), so that no
    path can begin a line of its own. Its attribute `fields` is a dict of `method`, `path` (quoted
    as well), `status`, `milliseconds` (how long `next` took, with one decimal, by a clock that
    nobody sets) and `client` (`remote_addr`). The response gets a header `X-Request-ID`, the only
    one of the name.
    """
    raise NotImplementedError("step 8.7: write log_requests")


class JSONFormatter(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as an object of JSON in one line, in ASCII.

        Its members are, in this order: `time` (`record.created` in UTC, to the millisecond:
        `"2026-03-01T18:30:00.250Z"`), `level` in lower case, `logger` (its name), `message`;
        `request`, the current `request_id` unless that is empty; those of the dict
        `record.fields`, if it has one, as `extra={"fields": {...}}` sets it, made `plain`; and
        `traceback` (`formatException`), where the record has an error in `exc_info`, which may be
        three times `None`.
        """
        raise NotImplementedError("step 8.7: write JSONFormatter.format")


def plain(value: Any) -> str | int | float | None:
    """Return a value that JSON can write, for any value that somebody logs."""
    if isinstance(value, (str, int, type(None))):
        return value
    if isinstance(value, float) and abs(value) < float("inf"):  # which NaN is not either
        return value
    return str(value)


def configure_logging(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Log all records from `level` on as lines of JSON, to `stream`, by default standard error."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)

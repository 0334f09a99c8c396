"""Logs that a machine can search: a line of JSON a record, each with its request's id.

`log_requests` is middleware; `configure_logging` sets up the standard library's logging. Builds on
response alone.
"""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar

from bistro.response import Response, encode_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TextIO

request_log = logging.getLogger("bistro.requests")
request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request that is being handled here, for what is logged meanwhile."""


def log_requests(request: Any, next: Callable[[Any], Response]) -> Response:  # noqa: A002
    """Log each request in one record, and tell the client its id in `X-Request-ID`; middleware.

    What is logged while it is handled carries the same id.
    """
    token = request_id.set(request.id)
    began = time.perf_counter()
    try:
        response = next(request)
        fields = {
            "method": request.method,
            "path": request.path,
            "status": response.status,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            "client": request.remote_addr,
        }
        message = f"{request.method} {request.path} {response.status}"
        request_log.info(message, extra={"fields": fields})
        response.headers["X-Request-ID"] = request.id
        return response
    finally:
        request_id.reset(token)


class JSONFormatter(logging.Formatter):
    """Formats a record as a line of JSON: when, level, logger, message, the request's id.

    Fields of its own come by `extra={"fields": {...}}`; a traceback stands in `"traceback"`.
    """

    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            values["request"] = request_id.get()
        values.update(getattr(record, "fields", {}))
        if record.exc_info:
            values["traceback"] = self.formatException(record.exc_info)
        return encode_json({name: plain(value) for name, value in values.items()})


def plain(value: Any) -> Any:
    """Return a value that JSON can write, for any value that somebody logs."""
    return value if isinstance(value, (str, int, bool, type(None))) else str(value)


def configure_logging(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Log all records from `level` on as lines of JSON, to `stream`, by default standard error."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)

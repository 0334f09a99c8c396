"""Answers that are not what the client hoped for: exceptions that carry an HTTP status.

A handler raises one, or calls `abort`, however deep it is in its own functions; the application
turns it into a response. Builds on http; request, response and everything above raise it.
"""

from __future__ import annotations

from http import HTTPStatus

from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

PHRASES = {status.value: status.phrase for status in HTTPStatus} | {
    # As RFC 9110 has them; before 3.13 Python has what they were called earlier.
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""The reason phrase of each registered status: RFC 9110 section 15 and the IANA registry."""


class HTTPError(BistroError):
    """The request is to be answered with `status`, an error from 400 to 599.

    `message` tells the client what was wrong, in a sentence; `headers` go into the response. Its
    text is what to log: `"404 Not Found: no such dish"`. Raises `ValueError` for another status.
    """

    def __init__(
        self, status: int, message: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        if not 400 <= status <= 599:
            raise ValueError(f"an error has a status from 400 to 599, not {status}")
        self.status = status
        self.phrase = PHRASES.get(status, "Error")
        self.message = message
        self.headers = headers or {}
        super().__init__(f"{status} {self.phrase}" + (f": {message}" if message else ""))


def abort(status: int, message: str = "") -> NoReturn:
    """Raise `HTTPError`: end the request here, answered with `status` and `message`.

    Raises `ValueError` where `HTTPError` does.
    """
    raise HTTPError(status, message)

"""WSGI: from a parsed request to a call of the application, and from what it returns to bytes.

WSGI (PEP 3333) is the contract between any server and any application: the server calls
`application(environ, start_response)` and sends what the result yields. This file keeps the
server's half of it. It knows requests (http.py), and of the connection only a function that sends.
"""

from __future__ import annotations

import logging
import sys
import time
from urllib.parse import unquote_to_bytes

from bistro.http import (
    ABSOLUTE,
    LAST_CHUNK,
    LENGTH,
    RequestHead,
    encode_chunk,
    error_response,
    format_date,
    keeps_alive,
    may_have_body,
    response_head,
)
from bistro.sockets import BistroError, DeadlinePassed, Disconnected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Any, BinaryIO, TypeAlias

    ExcInfo: TypeAlias = (
        tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    )
    Write: TypeAlias = Callable[[bytes], object]
    Application: TypeAlias = Callable[..., Iterable[bytes]]

log = logging.getLogger("bistro.wsgi")

FILE_BLOCK = 65_536
"""Bytes that `FileWrapper` reads at a time when the application names no size."""
MAX_VARIABLES = 1000
"""Names that `VARIABLES` holds at most, however many a client can think of."""

# About one connection, not about the message: the server's business. RFC 9110 section 7.6.1.
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding "
    "upgrade".split()
)
# Field names and their variables. Here at first: those whose variable is not HTTP_ and the name,
# and those that no application may see as one, because HTTP_PROXY is a setting of many HTTP clients
# (CVE-2016-5385) and the chunks of a body are taken apart before the application sees it.
VARIABLES = {
    "content-type": "CONTENT_TYPE",
    "content-length": "CONTENT_LENGTH",
    "proxy": "",
    "transfer-encoding": "",
}


class ApplicationError(BistroError):
    """The application broke the WSGI contract; the message says which rule."""


def variable(name: str) -> str:
    """Return the environ key of a field name in lower case, `""` when it has none.

    `"user-agent"` gives `"HTTP_USER_AGENT"`; `content-type` and `content-length` have no prefix. A
    name with `_` has no variable, because it would pass for the same name with `-`; nor have
    `proxy` and `transfer-encoding`. A new variable is put into `VARIABLES`, as long as that holds
    no more than `MAX_VARIABLES` then.
    Source: PEP 3333 "environ Variables", RFC 3875 section 4.1.18.
    """
    raise NotImplementedError("step 3.1: write variable")


def split_target(target: str) -> tuple[str, str, str]:
    """Return the path, the query and the host of a request target.

    The path has its percent-encoding undone, once, its bytes as latin-1 characters, as WSGI wants
    them: `"/caf%C3%A9?a=%20"` gives `("/cafÃ©", "a=%20", "")`. A `%` without two hexadecimal digits
    stays as it is, and so does all else (`;`, `/../`). The query, what follows the first `?`, stays
    as it was sent. The host is `""` unless the target is a URL: `"http://bistro.example/menu"`
    gives `("/menu", "", "bistro.example")`; a URL without a path has the path `"/"`. `"//menu"` is
    a path. `"*"` gives the path `""`.
    Source: RFC 9112 section 3.2, PEP 3333 "URL Reconstruction" and "Unicode Issues".
    """
    raise NotImplementedError("step 3.1: write split_target")


def base_environ(host: str, port: int, *, threads: bool = False, processes: bool = False) -> Any:
    """Return the part of the environ that all requests to a server on `host` and `port` share.

    `threads` and `processes` tell whether the application may be called again, at the same time,
    in this process and in another. Source: PEP 3333 "environ Variables".
    """
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": threads,
        "wsgi.multiprocess": processes,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": FileWrapper,
    }


def build_environ(
    base: dict[str, Any], head: RequestHead, body: BinaryIO, length: int, peer: str
) -> dict[str, Any]:
    """Return the environ for one request: `base`, and on top what the request says.

    `body` is the request's body, `length` its size in bytes, `peer` the client's address. The
    environ is a new dict each time, which the application may change. On top of `base`:

    - `REQUEST_METHOD`, `SERVER_PROTOCOL`: as in the head;
    - `PATH_INFO`, `QUERY_STRING`: path and query of the target, as `split_target` gives them;
    - `REMOTE_ADDR`: `peer`; `wsgi.input`: `body` itself, which ends where the request's body ends;
    - for each field that has a `variable`, its value, even if that is empty;
    - `CONTENT_LENGTH`: `length` as a `str`, unless it is 0; the field's value, if there is one,
      stands then;
    - `HTTP_HOST`: the host of a target that is a URL, whatever the Host field says.

    Source: PEP 3333 "environ Variables"; RFC 9112 section 3.2.2.
    """
    raise NotImplementedError("step 3.2: write build_environ")


class FileWrapper:
    """`wsgi.file_wrapper`: yields a file's bytes in blocks, and closes it with the response.

    Source: PEP 3333 "Optional Platform-Specific File Handling".
    """

    def __init__(self, file: BinaryIO, size: int = FILE_BLOCK) -> None:
        self.file = file
        self.size = size

    def __iter__(self) -> Iterator[bytes]:
        while block := self.file.read(self.size):
            yield block

    def close(self) -> None:
        if hasattr(self.file, "close"):
            self.file.close()


class ResponseWriter:
    """Writes one response as the application hands it over.

    `send` takes bytes for the client. `keep_alive` tells, when all is over, whether the connection
    can carry another request; with `closing` it never can. `cut` tells that the client can know
    only from a reset that the response is not whole. `status` is the code that was sent, 0 before
    `start_response`; `size` the bytes of the application's body sent, framing not counted.
    """

    __slots__ = (
        "bodiless", "chunked", "cut", "dated", "head", "head_sent", "keep_alive", "remaining",
        "request", "send", "size", "status",
    )  # fmt: skip

    def __init__(self, request: RequestHead, send: Write, *, closing: bool = False) -> None:
        self.request = request
        self.send = send
        self.keep_alive = not closing and keeps_alive(request.version, request.fields)
        self.cut = False
        self.status = 0
        self.size = 0
        self.head = b""  # what start_response gave, as bytes; the server's own fields come after
        self.head_sent = False
        self.dated = False  # the application has a Date of its own
        self.bodiless = False  # no body may be sent: HEAD, 204, 304
        self.chunked = False
        self.remaining: int | None = None  # bytes of body still to come; None: not known

    def start_response(
        self, status: str, fields: list[tuple[str, str]], exc_info: ExcInfo | None = None
    ) -> Write:
        """Take the response's status and fields from the application; return `write`.

        `status` is a code and a phrase (`"200 OK"`), `fields` a list of (name, value). Nothing is
        sent yet; kept are: `head`, the status line, fields and empty line as bytes; `status`, the
        code as a number; `bodiless`; `dated`; `remaining`, the `Content-Length` or `None`. A 204
        loses its `Content-Length`, which RFC 9110 section 8.6 forbids.

        A second call needs `exc_info`, the error that made the application change its mind: what
        it gives replaces what the first one gave, as long as the head was not sent; after that,
        the error in `exc_info` is raised again. An `exc_info` without an error in it, as
        `sys.exc_info()` returns where nothing went wrong, counts as none.

        Raises `ApplicationError` for a second call without `exc_info` and as `check_fields` does,
        and `ValueError` for what `response_head` refuses; what was kept before stays then.
        Source: PEP 3333 "The start_response() Callable", "Error Handling".
        """
        raise NotImplementedError("step 3.3: write ResponseWriter.start_response")

    def begin(self, length: int | None) -> bytes:
        """Return the final head; settle how the client will know where the body ends.

        It is what `start_response` kept, with the server's own fields behind, in any order.
        `length` is the body's size in bytes where it is known, else `None`. A response that can
        have a body is framed by the first of these that fits:

        - the application's own `Content-Length`, which is in the head already;
        - `length`: it becomes `remaining`, and a `Content-Length`;
        - a request in HTTP/1.1: `chunked`, and `Transfer-Encoding: chunked`;
        - else the connection's end: `keep_alive` is over.

        Adds `Date` where the application gave none; `Connection: close` when `keep_alive` is over,
        `Connection: keep-alive` when it is not and the request is in HTTP/1.0. Sets `head_sent`.
        Raises `ApplicationError` when `start_response` was not called.
        Source: RFC 9112 sections 6.3 and 9.3, RFC 9110 section 6.6.1.
        """
        raise NotImplementedError("step 3.4: write ResponseWriter.begin")

    def frame(self, data: bytes) -> bytes:
        """Return `data` as it goes out: nothing, a chunk, or the bytes that were still declared.

        Nothing where the response is `bodiless`, a chunk where it is `chunked`. Bytes beyond
        `remaining` are dropped, and a warning is logged: the client would read them as the next
        response. Counts in `remaining` and `size` what is left of `data`.
        """
        raise NotImplementedError("step 3.4: write ResponseWriter.frame")

    def write(self, data: bytes) -> None:
        """Send a piece of the body, before it the head if that is still to go.

        `begin` is told no length, because more may follow. Head and piece go out in one `send`. An
        empty piece sends nothing, not even the head; nor is `send` called with nothing.
        Raises `ApplicationError` when `data` is not `bytes`, and as `begin` does; what `send`
        raises. Source: PEP 3333 "Buffering and Streaming", "The write() Callable".
        """
        raise NotImplementedError("step 3.5: write ResponseWriter.write")

    def finish(self, body: bytes = b"") -> None:
        """Send `body`, the rest of the body or all of it, and whatever ends it.

        When the head is still to go, the size of `body` is the size of the whole, and `begin` is
        told so. All goes out in one `send`: head, body, and `LAST_CHUNK` where the body is
        `chunked`; `send` is not called with nothing. A body shorter than declared ends
        `keep_alive`, and a warning is logged: the client must not read the next response as the
        rest of this one. After the end `remaining` is 0, so that nothing goes out that an
        application writes later, from a thread of its own perhaps.
        Raises `ApplicationError` as `begin` does; what `send` raises.
        """
        raise NotImplementedError("step 3.5: write ResponseWriter.finish")

    def fail(self) -> None:
        """Answer for an application that failed: 500 if the head was not sent, else break off.

        Ends `keep_alive` in either case, and is the end as `finish` is: `remaining` is 0 then, and
        `head_sent` true. The answer is an `error_response`, which tells nothing of the error; for a
        HEAD request without its body. `status` becomes 500. After the head there is no way to say
        500, and nothing is sent: a length or chunks let the client see that the body is not whole;
        where only the connection's end would end it, `cut` is set. Raises what `send` raises.
        """
        raise NotImplementedError("step 3.6: write ResponseWriter.fail")


def check_fields(status: str, fields: list[tuple[str, str]]) -> tuple[int | None, bool]:
    """Return the `Content-Length` among `fields`, or `None`, and whether there is a `Date`.

    Names are compared without regard to case. Raises `ApplicationError` for a status that is not a
    `str` or begins with 1 (only the server sends those, before the final one); for fields that are
    not a `list`; a name or value that is not a `str`; a name in `HOP_BY_HOP`; a `Content-Length`
    that is not just ASCII digits, or stands there twice. Source: PEP 3333 "The start_response()
    Callable", "Other HTTP Features"; RFC 9110 section 8.6.
    """
    raise NotImplementedError("step 3.3: write check_fields")


_date = (0, b"")


def current_date() -> bytes:
    """Return the `Date` field line for now, made anew once a second. RFC 9110 section 6.6.1."""
    global _date
    now = int(time.time())
    second, line = _date
    if second != now:
        line = f"Date: {format_date(now)}\r\n".encode()
        _date = (now, line)  # one assignment, so that other threads see a pair that fits
    return line


def run(app: Application, environ: dict[str, Any], writer: ResponseWriter) -> None:
    """Call `app` with `environ`, send its response through `writer`, and call its `close()`.

    A list or tuple is sent whole, by one `finish`; any other iterable piece by piece as it comes,
    by `write`, before the next piece is asked for. An application that fails, with any `Exception`
    or a `SystemExit`, is logged with its traceback, and `answer_for_failure` is called. When the
    client has left or takes too long (`Disconnected`, `DeadlinePassed`), `writer.keep_alive` ends,
    and no error is logged. Whatever happens, what the application returned is passed to `close` at
    the end if it has a `close()`. Source: PEP 3333 "Specification Details", "Error Handling".
    """
    raise NotImplementedError("step 3.6: write run")


def answer_for_failure(writer: ResponseWriter) -> None:
    """Let `writer` answer for a failed application, unless the client has left as well."""
    try:
        writer.fail()
    except (Disconnected, DeadlinePassed):
        return


def close(result: Any) -> None:
    """Call the `close()` of what an application returned; log an error in it."""
    try:
        result.close()
    except (Exception, SystemExit):  # the response is out, nobody waits for this
        log.exception("closing the response failed")

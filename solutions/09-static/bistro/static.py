"""Static files: a directory served as it is, and nothing beside it.

`StaticFiles` is a WSGI application that is mounted; it knows what a client has already, sends
parts of a file, and prefers a file that was compressed beforehand. Builds on request and response.
"""

from __future__ import annotations

import os
import re
import stat
import time

from bistro.errors import HTTPError
from bistro.http import format_date
from bistro.request import Request, parse_accept
from bistro.response import ENTITY_TAG, STATUS_LINES, Response, is_fresh, parse_date
from bistro.routing import RoutingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO

    Environ = dict[str, Any]
    Piece = tuple[bytes, int, int]  # what goes before it; where it begins and ends in the file

BLOCK = 131_072
"""Bytes read from a file at a time."""
MAX_RANGES = 100
"""Ranges in one request; with more, the field is ignored, and the whole file is sent."""
FOREVER = 31_536_000
"""Seconds that a client keeps a file whose URL changes with its content: a year."""
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings, the better first, and what their files end in: RFC 9110 section 8.4.1."""
TYPES = {
    "avif": "image/avif", "bmp": "image/bmp", "css": "text/css", "csv": "text/csv",
    "gif": "image/gif", "gz": "application/gzip", "htm": "text/html", "html": "text/html",
    "ico": "image/x-icon", "jpeg": "image/jpeg", "jpg": "image/jpeg", "js": "text/javascript",
    "json": "application/json", "map": "application/json", "md": "text/markdown",
    "mjs": "text/javascript", "mp3": "audio/mpeg", "mp4": "video/mp4", "ogg": "audio/ogg",
    "otf": "font/otf", "pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml",
    "tar": "application/x-tar", "ttf": "font/ttf", "txt": "text/plain", "vtt": "text/vtt",
    "wasm": "application/wasm", "wav": "audio/wav", "webm": "video/webm",
    "webmanifest": "application/manifest+json", "webp": "image/webp", "woff": "font/woff",
    "woff2": "font/woff2", "xml": "application/xml", "zip": "application/zip",
}  # fmt: skip
"""Media types by a file name's ending. A table of our own, so that every machine says the same."""
FORBIDDEN = frozenset("\0\\:")
"""NUL ends a name in C; backslash and colon separate what Windows takes for folders and drives."""
DEVICE = re.compile(
    r" *(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\xb9\xb2\xb3])(?:[ .]|\Z)", re.IGNORECASE
)
"""What Windows takes for a device in any directory, whatever stands behind a dot or a space."""
RANGE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")
"""A first and a last byte, or only one of them: RFC 9110 section 14.1.2."""


class Representation:
    """A file as it is sent: open, with its size, its validators, and how it is encoded.

    `varies` tells that the same URL gives another encoding to another client.
    """

    __slots__ = ("encoding", "etag", "file", "modified", "size", "varies")

    def __init__(self, path: str, encoding: str = "", *, varies: bool = False) -> None:
        """Open the file at `path`, and read off it what the client is told.

        - `file`: open for reading bytes;
        - `size`: its bytes;
        - `modified`: when it was modified last, in whole seconds since 1970, rounded down; never
          later than now (RFC 9110 section 8.8.2.1);
        - `etag`: an entity tag in quotes, a strong one: another one after each modification, to the
          nanosecond, for another size and for another encoding (section 8.8.3). Each process of a
          server gives a file the same one.

        All this is of the file that was opened, even if another one stands at `path` meanwhile.
        Raises `OSError` where it can't be opened.
        """
        self.file: BinaryIO = open(path, "rb")  # noqa: SIM115 - the response closes it
        status = os.fstat(self.file.fileno())
        self.size = status.st_size
        self.modified = min(status.st_mtime_ns // 1_000_000_000, int(time.time()))
        self.etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}{encoding}"'
        self.encoding = encoding
        self.varies = varies


class StaticFiles:
    """Serves the files of a directory, as a WSGI application: `app.mount("/static", …)`.

    `max_age` is how many seconds a client may use a file without asking again; by default it asks
    each time, and is mostly told 304. A URL of `static_url` is good for ever. `index`, such as
    `"index.html"`, is the name that a path with a slash at its end stands for.

    Raises `ValueError` for what is no directory.
    """

    def __init__(
        self, directory: str | os.PathLike[str], *, max_age: int = 0, index: str | None = None
    ) -> None:
        self.root = os.path.realpath(directory)
        if not os.path.isdir(self.root):
            raise ValueError(f"not a directory: {os.fspath(directory)!r}")
        self.max_age = max_age
        self.index = index
        self.fingerprints: dict[str, tuple[tuple[int, int], str]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request. Source: PEP 3333."""
        try:
            response = self.respond(Request(environ))
        except HTTPError as error:
            if environ.get("bistro.mounted"):
                raise  # the application that we are mounted in has a page for it
            plain = "text/plain; charset=utf-8"
            response = Response(f"{error}\n", error.status, error.headers, plain)
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Return the response to a request.

        Raises `HTTPError` 405 for other methods than GET, HEAD and OPTIONS, and as `locate`,
        `negotiate` and `answer` do.
        """
        allow = {"Allow": "GET, HEAD, OPTIONS"}
        if request.method == "OPTIONS":
            return Response(b"", 204, allow)
        if request.method not in ("GET", "HEAD"):
            raise HTTPError(405, headers=allow)
        name = decode(request.environ.get("PATH_INFO", ""))
        if self.index and name.endswith("/"):
            name += self.index
        path = self.locate(name.removeprefix("/"))
        found = self.negotiate(request, path)
        try:
            return self.answer(request, path, found)
        except BaseException:
            found.file.close()
            raise

    def locate(self, name: str) -> str:
        """Return the real path of a file in the directory, by its name relative to that.

        The name's parts are separated by `/`. Raises `HTTPError` 404

        - for a part that is empty, or has nothing but dots and spaces, such as `..`;
        - for a part with a character in `FORBIDDEN`, or that begins as `DEVICE` has it;
        - where symbolic links in it lead out of the directory; those within it are followed;
        - for what is not there, or no regular file, or can't be a name here.
        """
        parts = name.split("/")
        for part in parts:
            if not part.strip(". ") or not FORBIDDEN.isdisjoint(part) or DEVICE.match(part):
                raise HTTPError(404)
        try:
            path = os.path.realpath(os.path.join(self.root, *parts))
            # Not `startswith`: /srv/static-secret begins with /srv/static, too.
            if os.path.commonpath([self.root, path]) == self.root and os.path.isfile(path):
                return path
        except ValueError:  # a character that has no bytes here; on Windows, another drive
            pass
        raise HTTPError(404)

    def negotiate(self, request: Request, path: str) -> Representation:
        """Open what suits the client best: the file at `path`, or one compressed beforehand.

        Beside `site.css` may lie `site.css.br` and `site.css.gz`: all in `ENCODINGS` for which
        `stands_for` holds. Of these the client gets the one to which `Accept-Encoding` gives the
        highest quality, the first in `ENCODINGS` of two that are equal; a coding that is not listed
        has the quality of `*`. None is taken that has quality 0, or a lower one than `identity`,
        which is the file itself, if that is listed; one that can't be opened is passed over.
        `varies` is whether there is any. Raises `HTTPError` 404 where the file itself can't be
        opened.
        Source: RFC 9110 section 12.5.3.
        """
        qualities = dict(parse_accept(request.headers.get("Accept-Encoding") or ""))

        def quality(encoding: str) -> float:
            return qualities.get(encoding, qualities.get("*", 0))

        there = [name for name in ENCODINGS if stands_for(path + ENCODINGS[name], path)]
        least = qualities.get("identity", 0)
        fitting = [name for name in there if quality(name) > 0 and quality(name) >= least]
        for encoding in [*sorted(fitting, key=quality, reverse=True), ""]:
            try:
                ending = ENCODINGS.get(encoding, "")
                return Representation(path + ending, encoding, varies=bool(there))
            except OSError:
                continue
        raise HTTPError(404)

    def answer(self, request: Request, path: str, found: Representation) -> Response:
        """Return the response for the file at `path` that was found.

        In this order, which RFC 9110 section 13.2.2 gives:

        - raises `HTTPError` 412 where `is_outdated` holds;
        - 304 where `is_fresh` holds, with `ETag`, `Last-Modified`, `Cache-Control` as
          `cache_control` has it, and `Vary: Accept-Encoding` if the file `varies`; the file is
          closed;
        - otherwise a `FileResponse` that has these fields and `Content-Type`,
          `Accept-Ranges: bytes`, `X-Content-Type-Options: nosniff`, and `Content-Encoding` for a
          file that is encoded: 200 with the whole file if `wanted_ranges` gives `None`;
        - raises `HTTPError` 416 for no ranges, with `Content-Range: bytes */` and the file's size;
        - 206 for one range, with `Content-Range: bytes first-last/size`, where the last byte is
          counted in (section 14.4);
        - 206 for several, made by `multipart_response`.
        """
        if is_outdated(request, found):
            raise HTTPError(412)
        headers = {
            "ETag": found.etag,
            "Last-Modified": format_date(found.modified),
            "Cache-Control": self.cache_control(request, path),
        }
        if found.varies:
            headers["Vary"] = "Accept-Encoding"
        if is_fresh(request, found.etag, found.modified):
            found.file.close()
            return Response(b"", 304, headers)
        headers |= {"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
        if found.encoding:
            headers["Content-Encoding"] = found.encoding
        type_ = content_type(path)
        ranges = wanted_ranges(request, found)
        if ranges is None:
            return FileResponse(found.file, [(b"", 0, found.size)], 200, headers, type_)
        if not ranges:
            raise HTTPError(416, headers={"Content-Range": f"bytes */{found.size}"})
        if len(ranges) > 1:
            return multipart_response(found, ranges, headers, type_)
        start, end = ranges[0]
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
        return FileResponse(found.file, [(b"", start, end)], 206, headers, type_)

    def cache_control(self, request: Request, path: str) -> str:
        """Return the field `Cache-Control` for the file at `path`, as `locate` gives it.

        `public, max-age=31536000, immutable` (`FOREVER`; RFC 8246) where the query's `v` is the
        file's fingerprint now. Otherwise, and for an old `v`, `public, max-age=` and our `max_age`,
        or `no-cache`, which means to ask each time, if that is 0. A file whose `v` nobody sent is
        not read. Source: RFC 9111 section 5.2.2.
        """
        version = request.query.get("v")
        if version and version == self.fingerprint(path):
            return f"public, max-age={FOREVER}, immutable"
        return f"public, max-age={self.max_age}" if self.max_age else "no-cache"

    def fingerprint(self, path: str) -> str:
        """Return 16 hexadecimal digits for the content of the file at `path`, by BLAKE2b.

        The same for the same content, wherever and however old it is; another for another. The file
        is read in blocks, closed, and read again only when its size or `st_mtime_ns` has changed,
        even if that was while we read. `fingerprints` has one entry for a path: size and time as
        they were before, and the digits.
        """
        import hashlib

        status = os.stat(path)
        now = (status.st_mtime_ns, status.st_size)
        then, digits = self.fingerprints.get(path, (None, ""))
        if then != now:
            digest = hashlib.blake2b(digest_size=8)
            with open(path, "rb") as file:
                while block := file.read(BLOCK):
                    digest.update(block)
            digits = digest.hexdigest()
            self.fingerprints[path] = (now, digits)
        return digits

    def version(self, name: str) -> str:
        """Return a file's fingerprint by its name in the directory. Raises as `locate` does."""
        return self.fingerprint(self.locate(name))


def static_url(request: Any, path: str, name: str = "static") -> str:
    """Return the URL of a static file that changes with its content, so that it can be kept.

    `request` is one of an application in which `StaticFiles` is mounted as `name`, `path` a file's
    name in that directory: `/static/site.css?v=` and its `version`. The application's `names` has
    the routes of each name, whose `handler` is what was mounted; for another handler the URL has
    no version. Raises `RoutingError` where there is no such file, which it names, and as
    `request.url_for` does.
    """
    routes = request.app.names.get(name)
    files = routes[0].handler if routes else None
    version = None
    if isinstance(files, StaticFiles):
        try:
            version = files.version(path)
        except HTTPError:
            raise RoutingError(f"static_url: there is no file {path!r} in {files.root}") from None
    url: str = request.url_for(name, path=path, v=version)
    return url


class FileResponse(Response):
    """A response whose body is `Pieces` of an open file, which is closed with it."""

    __slots__ = ()

    def __init__(
        self,
        file: BinaryIO,
        pieces: list[Piece],
        status: int,
        headers: dict[str, str],
        content_type: str,
        last: bytes = b"",
    ) -> None:
        size = sum(len(before) + end - start for before, start, end in pieces) + len(last)
        headers = {**headers, "Content-Length": str(size)}
        super().__init__(Pieces(file, pieces, last), status, headers, content_type)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Send the response, as `Response` does; but a whole file by the server, if it can.

        That is, return what the server's `wsgi.file_wrapper` makes of the file and `BLOCK`, for a
        200 to another method than HEAD, where there is such a function and `body` is still the
        `Pieces`. Source: PEP 3333 "Optional Platform-Specific File Handling".
        """
        wrapper = environ.get("wsgi.file_wrapper")
        whole = self.status == 200 and environ["REQUEST_METHOD"] != "HEAD"
        if wrapper is None or not whole or not isinstance(self.body, Pieces):
            return super().__call__(environ, start_response)
        start_response(STATUS_LINES[self.status], list(self.fields))
        wrapped: Iterable[bytes] = wrapper(self.body.file, BLOCK)
        return wrapped


class Pieces:
    """Pieces of an open file, read as they are sent: each with bytes that go before it.

    `last` goes behind them all.
    """

    __slots__ = ("file", "last", "pieces")

    def __init__(self, file: BinaryIO, pieces: list[Piece], last: bytes = b"") -> None:
        self.file = file
        self.pieces = pieces
        self.last = last

    def __iter__(self) -> Iterator[bytes]:
        """Go through the bytes, at most `BLOCK` of the file at a time, never an empty block.

        A piece ends before the byte at its end, and no more of the file is read. Where the file has
        become shorter meanwhile, that is all: the server sees that less came than was declared.
        """
        for before, start, end in self.pieces:
            if before:
                yield before
            self.file.seek(start)
            while start < end:
                block = self.file.read(min(BLOCK, end - start))
                if not block:
                    return
                start += len(block)
                yield block
        if self.last:
            yield self.last

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def decode(name: str) -> str:
    """Return a path of the environ as text. Raises `HTTPError` 404 where it is not UTF-8."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeError:
        raise HTTPError(404) from None


def stands_for(other: str, path: str) -> bool:
    """Return whether `other` is a regular file, no link, and not older than the one at `path`.

    In whole seconds, because many tools that copy a file's time copy no more.
    """
    try:
        status = os.lstat(other)
        return stat.S_ISREG(status.st_mode) and int(status.st_mtime) >= int(os.path.getmtime(path))
    except OSError:
        return False


def content_type(path: str) -> str:
    """Return the media type that `TYPES` has for what stands behind a file name's last dot.

    Upper and lower case are the same; `application/octet-stream` for what is not there, or for a
    name without an ending; that `.css` begins with a dot makes it none. `; charset=utf-8` goes
    behind a `text/` type.
    """
    type_ = TYPES.get(os.path.splitext(path)[1][1:].lower(), "application/octet-stream")
    return f"{type_}; charset=utf-8" if type_.startswith("text/") else type_


def wanted_ranges(request: Request, found: Representation) -> list[tuple[int, int]] | None:
    """Return where the pieces that the client asks for begin and end; `None` for the whole file.

    An end is the byte behind the last. `bytes=0-3` are the first four bytes, `bytes=4-` all from
    the fifth on, `bytes=-4` the last four; a list has commas, and perhaps spaces and tabs, between.
    What reaches beyond the file is cut at its end, and what has nothing in it is left out, so an
    empty list means that none can be sent.

    `None` where there is no `Range` or `range_applies` does not hold; for another unit than `bytes`
    in any case, more than `MAX_RANGES` ranges, none at all, one that is not as `RANGE` has it, is
    `-` or ends before it begins; for an empty file; and for several that add up to more than the
    file. Empty elements of the list do not count. Source: RFC 9110 sections 14.1 and 14.2.
    """
    unit, _, text = (request.headers.get("Range") or "").partition("=")
    specs = [spec for spec in (part.strip(" \t") for part in text.split(",")) if spec]
    if unit.lower() != "bytes" or not 0 < len(specs) <= MAX_RANGES or not found.size:
        return None
    ranges = []
    for spec in specs:
        match = RANGE.fullmatch(spec)
        if match is None or spec == "-":
            return None
        first, last = match.groups()
        if first and last and int(last) < int(first):
            return None
        start = int(first) if first else max(0, found.size - int(last))
        end = min(int(last) + 1, found.size) if first and last else found.size
        if start < end:
            ranges.append((start, end))
    if sum(end - start for start, end in ranges) > found.size:
        return None
    return ranges if range_applies(request, found) else None


def range_applies(request: Request, found: Representation) -> bool:
    """Return whether the client's part is of the file that we have, by `If-Range`.

    True without that field. An entity tag has to be the file's by the strong comparison, by which a
    weak one is like no other; a date has to be the second at which the file was modified. Anything
    else is False. Source: RFC 9110 section 13.1.5.
    """
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if ENTITY_TAG.fullmatch(condition):
        return condition == found.etag
    return parse_date(condition) == found.modified


def is_outdated(request: Request, found: Representation) -> bool:
    """Return whether the client wants the file only as it was, and it is so no longer.

    `If-Match`, if it is there, decides alone: it is `*`, or lists entity tags, one of which has to
    be the file's by the strong comparison. Else `If-Unmodified-Since` does: the file was modified
    after that date. What is no date is ignored. Source: RFC 9110 sections 13.1.1 and 13.1.4.
    """
    wanted = request.headers.get("If-Match")
    if wanted is not None:
        return wanted.strip(" \t") != "*" and found.etag not in ENTITY_TAG.findall(wanted)
    date = parse_date(request.headers.get("If-Unmodified-Since") or "")
    return date is not None and found.modified > date


def multipart_response(
    found: Representation,
    ranges: list[tuple[int, int]],
    headers: dict[str, str],
    type_: str,
) -> FileResponse:
    """Return a response with several pieces of a file, as RFC 9110 section 14.6 has it."""
    import secrets

    boundary = secrets.token_hex(16)
    pieces = []
    for start, end in ranges:
        before = (
            f"\r\n--{boundary}\r\nContent-Type: {type_}\r\n"
            f"Content-Range: bytes {start}-{end - 1}/{found.size}\r\n\r\n"
        )
        pieces.append((before.encode(), start, end))
    kind = f"multipart/byteranges; boundary={boundary}"
    return FileResponse(found.file, pieces, 206, headers, kind, f"\r\n--{boundary}--\r\n".encode())

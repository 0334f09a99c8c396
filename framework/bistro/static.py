"""Static files: a directory served as it is, and nothing beside it.

`StaticFiles` is a WSGI application that is mounted; it knows what a client has already, sends
parts of a file, and prefers a file that was compressed beforehand. Builds on request and response.
"""

from __future__ import annotations

import os
import re
import stat

from bistro.errors import HTTPError
from bistro.http import format_date
from bistro.request import Request, parse_accept
from bistro.response import STATUS_LINES, Response, is_fresh, parse_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO

    Environ = dict[str, Any]

BLOCK = 131_072
"""Bytes read from a file at a time."""
MAX_RANGES = 100
"""Ranges in one request; more are ignored, and the whole file is sent."""
FOREVER = 31_536_000
"""Seconds that a client keeps a file whose URL changes with its content: a year. RFC 9111 5.2.2."""
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings, the better first, and what their files end in: RFC 9110 section 8.4.1."""
TYPES = {
    "avif": "image/avif", "bmp": "image/bmp", "css": "text/css", "csv": "text/csv",
    "gif": "image/gif", "gz": "application/gzip", "htm": "text/html", "html": "text/html",
    "ico": "image/x-icon", "jpeg": "image/jpeg", "jpg": "image/jpeg", "js": "text/javascript",
    "json": "application/json", "map": "application/json", "md": "text/markdown",
    "mjs": "text/javascript", "mp3": "audio/mpeg", "mp4": "video/mp4", "ogg": "audio/ogg",
    "otf": "font/otf", "pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml",
    "tar": "application/x-tar", "ttf": "font/ttf", "txt": "text/plain", "wasm": "application/wasm",
    "wav": "audio/wav", "webm": "video/webm", "webmanifest": "application/manifest+json",
    "webp": "image/webp", "woff": "font/woff", "woff2": "font/woff2", "xml": "text/xml",
    "zip": "application/zip",
}  # fmt: skip
"""Media types by a file name's ending. A table of our own, so that every machine says the same."""
# What Windows takes for a device in any directory, whatever stands behind a dot.
DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\xb9\xb2\xb3]|lpt[0-9\xb9\xb2\xb3])(?:[ .].*)?", re.IGNORECASE
)
RANGE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")  # RFC 9110 section 14.1.2


class Representation:
    """A file as it is sent: open, with its size, its validators, and how it is encoded."""

    __slots__ = ("encoding", "etag", "file", "modified", "size")

    def __init__(self, path: str, encoding: str = "") -> None:
        """Open the file at `path`. Raises `OSError` for what is no regular file."""
        self.file: BinaryIO = open(path, "rb")  # noqa: SIM115 - the response closes it
        status = os.fstat(self.file.fileno())
        if not stat.S_ISREG(status.st_mode):
            self.file.close()
            raise IsADirectoryError(path)
        self.size = status.st_size
        self.modified = status.st_mtime
        self.encoding = encoding
        self.etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}{encoding}"'


class StaticFiles:
    """Serves the files of a directory, as a WSGI application: `app.mount("/static", …)`.

    `max_age` is how many seconds a client may use a file without asking again; by default it asks
    each time, and is mostly told 304. A URL of `static_url` is good for ever. `index`, such as
    `"index.html"`, is what a path that ends with a slash stands for.

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
        self.versions: dict[str, tuple[int, int, str]] = {}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request. Source: PEP 3333."""
        try:
            response = self.respond(Request(environ))
        except HTTPError as error:
            if environ.get("bistro.mounted"):
                raise  # the application that we are mounted in has a page for it
            response = Response(f"{error}\n", error.status, error.headers, "text/plain")
        return response(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Return the response to a request: 200, 206, 304.

        Raises `HTTPError`: 404; 405 for other methods than GET and HEAD; 416 for a range that the
        file has not. Source: RFC 9110 sections 13.2 and 14.2.
        """
        if request.method not in ("GET", "HEAD"):
            raise HTTPError(405, headers={"Allow": "GET, HEAD"})
        name = request.environ.get("PATH_INFO", "").lstrip("/")
        if self.index and (not name or name.endswith("/")):
            name += self.index
        path = self.locate(decode(name))
        found = self.negotiate(request, path)
        try:
            response = self.answer(request, path, found)
        except BaseException:
            found.file.close()
            raise
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def locate(self, name: str) -> str:
        """Return the file's real path for a name relative to the directory.

        Raises `HTTPError` 404 for a name that leads out of the directory, by `..`, by being
        absolute or by a symbolic link; for NUL, a backslash, a colon, an empty part and the names
        of devices of Windows; and for a file that is not there.
        """
        parts = name.split("/")
        for part in parts:
            if part in ("", ".", "..") or set(part) & set("\0\\:") or DEVICE.fullmatch(part):
                raise HTTPError(404)
        path = os.path.realpath(os.path.join(self.root, *parts))
        # Not `startswith`: /srv/static-secret begins with /srv/static, too.
        if os.path.commonpath([self.root, path]) != self.root or not os.path.isfile(path):
            raise HTTPError(404)
        return path

    def negotiate(self, request: Request, path: str) -> Representation:
        """Open the file that suits the client: `path`, or what it was compressed to beforehand.

        `site.css.br` and `site.css.gz` stand for `site.css` where the client accepts that coding
        and they are not older. Source: RFC 9110 section 12.5.3.
        """
        accepted = request.headers.get("Accept-Encoding") or ""
        qualities = dict(parse_accept(accepted))
        for encoding, ending in ENCODINGS.items():
            if qualities.get(encoding, qualities.get("*", 0)) <= 0:
                continue
            try:
                if os.stat(path + ending).st_mtime >= os.stat(path).st_mtime:
                    return Representation(path + ending, encoding)
            except OSError:
                continue
        try:
            return Representation(path)
        except OSError:
            raise HTTPError(404) from None

    def answer(self, request: Request, path: str, found: Representation) -> Response:
        """Return the response for a file that was found. Raises as `respond` does."""
        headers = {
            "ETag": found.etag,
            "Last-Modified": format_date(found.modified),
            "Cache-Control": self.cache_control(request, path),
            "Accept-Ranges": "bytes",
        }
        if any(os.path.exists(path + ending) for ending in ENCODINGS.values()):
            headers["Vary"] = "Accept-Encoding"
        if found.encoding:
            headers["Content-Encoding"] = found.encoding
        if is_fresh(request, found.etag, found.modified):
            found.file.close()
            return Response(b"", 304, headers)
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
        """Return how long the client may use the file: for ever, if its URL names this content."""
        if request.query.get("v") == self.version(os.path.relpath(path, self.root)):
            return f"public, max-age={FOREVER}, immutable"
        return f"public, max-age={self.max_age}" if self.max_age else "no-cache"

    def version(self, name: str) -> str:
        """Return a name for the content of a file: 16 hexadecimal digits, other for other content.

        `name` is relative to the directory. Reads the file once, and again when it has changed.
        Raises `HTTPError` 404 as `locate` does.
        """
        import hashlib

        path = self.locate(name.replace(os.sep, "/"))
        status = os.stat(path)
        known = self.versions.get(path)
        if known is not None and known[:2] == (status.st_mtime_ns, status.st_size):
            return known[2]
        with open(path, "rb") as file:
            digest = hashlib.blake2b(digest_size=8)
            while block := file.read(BLOCK):
                digest.update(block)
        self.versions[path] = (status.st_mtime_ns, status.st_size, digest.hexdigest())
        return digest.hexdigest()


def static_url(request: Any, path: str, name: str = "static") -> str:
    """Return the URL of a static file that changes with its content, so that it can be kept.

    `request` is one of an application in which `StaticFiles` is mounted as `name`. Raises
    `HTTPError` 404 where there is no such file, and `RoutingError` for another name.
    """
    files = request.app.names[name][0].handler if name in request.app.names else None
    version = files.version(path) if isinstance(files, StaticFiles) else None
    url: str = request.url_for(name, path=path, v=version)
    return url


class FileResponse(Response):
    """A response whose body is made of pieces of an open file, which is closed at its end.

    `pieces` are the bytes that go before a piece, and where it begins and ends in the file; `last`
    goes behind them all.
    """

    __slots__ = ("file", "last", "pieces")

    def __init__(
        self,
        file: BinaryIO,
        pieces: list[tuple[bytes, int, int]],
        status: int,
        headers: dict[str, str],
        content_type: str,
        last: bytes = b"",
    ) -> None:
        size = sum(len(before) + end - start for before, start, end in pieces) + len(last)
        headers = {**headers, "Content-Length": str(size)}
        super().__init__(b"", status, headers, content_type)
        self.file = file
        self.pieces = pieces
        self.last = last

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Send the pieces; a whole file by the server's `wsgi.file_wrapper`, if it has one."""
        start_response(STATUS_LINES[self.status], self.fields)
        if environ["REQUEST_METHOD"] == "HEAD":
            self.file.close()
            return []
        wrapper = environ.get("wsgi.file_wrapper")
        if wrapper is not None and self.status == 200:
            whole: Iterable[bytes] = wrapper(self.file, BLOCK)
            return whole
        return Pieces(self)


class Pieces:
    """The body of a `FileResponse`, read as it is sent."""

    __slots__ = ("response",)

    def __init__(self, response: FileResponse) -> None:
        self.response = response

    def __iter__(self) -> Iterator[bytes]:
        file = self.response.file
        for before, start, end in self.response.pieces:
            if before:
                yield before
            file.seek(start)
            while start < end and (block := file.read(min(BLOCK, end - start))):
                start += len(block)
                yield block
        if self.response.last:
            yield self.response.last

    def close(self) -> None:
        """Close the file."""
        self.response.file.close()


def decode(name: str) -> str:
    """Return a path of the environ as text. Raises `HTTPError` 404 where it is not UTF-8."""
    try:
        return name.encode("latin-1").decode()
    except UnicodeDecodeError:
        raise HTTPError(404) from None


def content_type(path: str) -> str:
    """Return the media type for a file's name, with a charset for text."""
    type_ = TYPES.get(os.path.splitext(path)[1][1:].lower(), "application/octet-stream")
    return f"{type_}; charset=utf-8" if type_.startswith("text/") else type_


def wanted_ranges(request: Request, found: Representation) -> list[tuple[int, int]] | None:
    """Return where the pieces that the client asks for begin and end; `None` for the whole file.

    An end is the byte behind the last. Those that begin behind the file's end are left out, so that
    an empty list means that none can be sent. A `Range` field that breaks the grammar is ignored,
    and so are more than `MAX_RANGES` of them, and those that add up to more than the file. Source:
    RFC 9110 sections 14.1 and 14.2.
    """
    unit, _, text = (request.headers.get("Range") or "").partition("=")
    if unit.strip(" \t").lower() != "bytes" or not range_applies(request, found):
        return None
    specs = text.split(",")
    if len(specs) > MAX_RANGES:
        return None
    ranges = []
    for spec in specs:
        match = RANGE.fullmatch(spec.strip(" \t"))
        if match is None or match[0] == "-":
            return None
        first, last = match.groups()
        if not first:
            start, end = max(0, found.size - int(last)), found.size
        else:
            start, end = int(first), min(int(last) + 1 if last else found.size, found.size)
            if last and int(last) < start:
                return None
        if start < end:
            ranges.append((start, end))
    if len(ranges) > 1 and sum(end - start for start, end in ranges) > found.size:
        return None
    return ranges


def range_applies(request: Request, found: Representation) -> bool:
    """Return whether the client's part is of the file that we have, by `If-Range`.

    An entity tag is compared strongly, a date has to be the same second. Source: RFC 9110
    section 13.1.5.
    """
    condition = request.headers.get("If-Range")
    if condition is None:
        return True
    if condition.endswith('"'):
        return condition == found.etag
    return parse_date(condition) == int(found.modified)


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

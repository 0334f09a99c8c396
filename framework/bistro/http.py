"""HTTP/1.1 messages: requests parsed and responses written, as functions from bytes to values.

No I/O here: the same bytes give the same answer whether they came in one piece or one by one.
Whatever the grammar of RFC 9112 does not allow is refused with a status, never guessed at.
"""

from __future__ import annotations

import re
import time
from http import HTTPStatus

from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_REQUEST_LINE = 4094
"""Bytes in a request line, without its CRLF. A longer one is 414."""
MAX_FIELDS = 100
"""Fields in one head. More are 431."""
MAX_FIELD_LINE = 8190
"""Bytes in one field line, name and value, without its CRLF. A longer one is 431."""
MAX_HEAD = 65_536
"""Bytes in a whole head, with the empty line that ends it. A longer one is 431."""
MAX_CHUNK_LINE = 256
"""Bytes in the line that gives a chunk's size and extensions, without its CRLF. Longer: 400."""
CHUNKED = -1
"""What `body_length` returns for a body in chunks, whose length only its end tells."""

# Every byte that may stand in a head: tab, CR, LF, and all that is printable or above ASCII
# (field-vchar and obs-text in RFC 9110 section 5.5). What is left are NUL and the other controls.
HEAD_BYTES = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F), *range(0x80, 0x100)])

# The grammar, one pattern a rule, used with fullmatch. `$` would allow a final LF, and `\d` takes
# the digits of every script.
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 section 5.6.2
VERSION = re.compile(r"HTTP/[0-9]\.[0-9]")  # RFC 9112 section 2.3
TARGET = re.compile(r"[!\"$-~]+")  # visible ASCII without '#': RFC 9112 section 3.2
NAME = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)"  # a host's name or IP address
PORT = r"(?::[0-9]{0,5})?"
HOST = re.compile(f"(?:{NAME}{PORT})?")  # RFC 9110 section 7.2, RFC 3986 section 3.2.2
ABSOLUTE = re.compile(  # RFC 9112 section 3.2.2: an http URL, as its host and the rest
    f"[Hh][Tt][Tt][Pp][Ss]?://({NAME}{PORT})((?:[/?].*)?)"
)
STATUS = re.compile(r"[1-9][0-9][0-9] ")  # RFC 9112 section 4
LENGTH = re.compile(r"[0-9]+")  # RFC 9110 section 8.6
CHUNK_LINE = re.compile(  # RFC 9112 section 7.1; 15 hexadecimal digits are a pebibyte and more
    rb"([0-9A-Fa-f]{1,15})(?:;[\t\x20-\x7e\x80-\xff]*)?"
)

# The names clients send all the time, each to its lower-case form; others are checked as they come.
FIELD_NAMES = {
    spelling: name.lower()
    for name in (
        "Host Connection Content-Length Content-Type Transfer-Encoding Expect User-Agent Accept "
        "Accept-Encoding Accept-Language Accept-Charset Authorization Cache-Control Cookie Date "
        "DNT If-Match If-Modified-Since If-None-Match If-Range If-Unmodified-Since Origin Pragma "
        "Priority Range Referer Sec-CH-UA Sec-CH-UA-Mobile Sec-CH-UA-Platform Sec-Fetch-Dest "
        "Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User Server Set-Cookie Upgrade "
        "Upgrade-Insecure-Requests Via X-CSRF-Token X-Forwarded-For X-Forwarded-Proto "
        "X-Requested-With Allow ETag Last-Modified Location Retry-After Vary"
    ).split()
    for spelling in (name, name.lower(), name.title())
}
# A second field of one of these has no meaning, only victims: RFC 9112 sections 3.2 and 6.3.
SINGLE_FIELDS = frozenset({"host", "content-length"})
# What a trailer may not say any more, after the body was framed and routed: RFC 9110 section 6.5.1.
NOT_IN_TRAILERS = frozenset({"content-length", "transfer-encoding", "host", "trailer"})

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"


class ProtocolError(BistroError):
    """What the client sent is not HTTP as we speak it; `status` is what to answer, 400 to 505."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {HTTPStatus(status).phrase}: {message}")
        self.status = status
        self.message = message


class RequestHead:
    """The head of a request.

    `method` as sent, `target` as sent (`/menu?day=mon`), `version` (`"HTTP/1.1"`), and `fields`:
    each name in lower case with its value, a repeated one's values joined by `", "`.
    """

    __slots__ = ("fields", "method", "target", "version")

    def __init__(self, method: str, target: str, version: str, fields: dict[str, str]) -> None:
        self.method = method
        self.target = target
        self.version = version
        self.fields = fields

    def __repr__(self) -> str:
        return f"RequestHead({self.method!r}, {self.target!r}, {self.version!r}, {self.fields!r})"


def parse_request_line(line: str) -> tuple[str, str, str]:
    """Return the method, target and version of a request line given without its CRLF.

    `"GET /menu HTTP/1.1"` gives `("GET", "/menu", "HTTP/1.1")`. The parts are separated by exactly
    one space. The method is a token. The target is visible ASCII without `#`, and it is a path
    (`/menu?day=mon`, also `//menu`), an http or https URL with a host (`ABSOLUTE`), or `*` if the
    method is OPTIONS. All three are returned as they were sent.

    Raises `ProtocolError`: 414 when the line is longer than `MAX_REQUEST_LINE`; 505 for a
    well-formed version other than HTTP/1.0 and HTTP/1.1; 501 for the method CONNECT, whatever its
    target is; 400 for the rest. Source: RFC 9112 section 3.
    """
    if len(line) > MAX_REQUEST_LINE:
        raise ProtocolError(414, f"the request line has more than {MAX_REQUEST_LINE} bytes")
    parts = line.split(" ")
    if len(parts) != 3:
        raise ProtocolError(400, "a request line is method, target and version, one space between")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        if VERSION.fullmatch(version):
            raise ProtocolError(505, f"{version} is not spoken here, HTTP/1.1 is")
        raise ProtocolError(400, "the request line does not end in a version such as HTTP/1.1")
    if not TOKEN.fullmatch(method):
        raise ProtocolError(400, "the method is not a token")
    if method == "CONNECT":
        raise ProtocolError(501, "CONNECT is for proxies")
    if not TARGET.fullmatch(target):
        raise ProtocolError(400, "the target has a character that must be percent-encoded")
    if target[0] == "/" or ABSOLUTE.fullmatch(target) or (target == "*" and method == "OPTIONS"):
        return method, target, version
    raise ProtocolError(400, "the target is neither a path nor an http URL")


def parse_fields(lines: list[str]) -> dict[str, str]:
    """Return the fields of a head or trailer, given its lines without their CRLFs.

    Names become lower case; spaces and tabs around a value are dropped. The values of a repeated
    name are joined in order by `", "`, those of `cookie` by `"; "`. Takes time linear in the length
    of all lines.

    Raises `ProtocolError`: 431 for more than `MAX_FIELDS` lines or a line longer than
    `MAX_FIELD_LINE`; 400 for a line without a colon, a name that is not a token (so also for white
    space before the colon and for a folded line), and a second `Host` or `Content-Length`.
    Source: RFC 9112 section 5, RFC 9110 section 5.3, RFC 9113 section 8.2.3 (cookies).
    """
    if len(lines) > MAX_FIELDS:
        raise ProtocolError(431, f"there are more than {MAX_FIELDS} fields")
    fields: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    for line in lines:
        if len(line) > MAX_FIELD_LINE:
            raise ProtocolError(431, f"a field has more than {MAX_FIELD_LINE} bytes")
        spelling, colon, value = line.partition(":")
        name = FIELD_NAMES.get(spelling)
        if name is None:
            if not TOKEN.fullmatch(spelling):
                raise ProtocolError(400, f"not a field name: {spelling!r:.40}")
            name = spelling.lower()
        if not colon:
            raise ProtocolError(400, f"the field {spelling!r:.40} has no colon")
        value = value.strip(" \t")
        if name not in fields:
            fields[name] = value
        elif name in SINGLE_FIELDS:
            raise ProtocolError(400, f"there is more than one {spelling} field")
        else:
            repeated.setdefault(name, [fields[name]]).append(value)
    for name, values in repeated.items():
        fields[name] = ("; " if name == "cookie" else ", ").join(values)
    return fields


def parse_request_head(head: bytes) -> RequestHead:
    r"""Parse one request head from bytes: the request line, the fields and the final empty line.

    `head` ends with `b"\r\n\r\n"`, which stands nowhere else in it. Every rule is checked here:
    after this, what is in the result is safe to use.

    Raises `ProtocolError` as `parse_request_line` and `parse_fields` do, and 400 for: a CR or an LF
    that is not part of a CRLF, NUL or another control character but tab, no `Host` in HTTP/1.1, a
    `Host` that is not a host with an optional port. Source: RFC 9112 sections 2.2, 3.2 and 5.5.
    """
    if head.translate(None, HEAD_BYTES):
        raise ProtocolError(400, "the head has a control character")
    ends = head.count(b"\r\n")
    if head.count(b"\n") != ends or head.count(b"\r") != ends:
        raise ProtocolError(400, "the head has a CR or an LF alone")
    line, *lines = head[:-4].decode("latin-1").split("\r\n")
    method, target, version = parse_request_line(line)
    fields = parse_fields(lines)
    host = fields.get("host")
    if host is None:
        if version == "HTTP/1.1":
            raise ProtocolError(400, "an HTTP/1.1 request needs a Host field")
    elif not HOST.fullmatch(host):
        raise ProtocolError(400, "the Host field is not a host with an optional port")
    return RequestHead(method, target, version, fields)


def body_length(version: str, fields: dict[str, str]) -> int:
    """Return how many bytes of body follow a request head, or `CHUNKED` when chunks do.

    Without `Transfer-Encoding` and `Content-Length` there is no body: 0.

    Raises `ProtocolError`: 400 for both fields at once and for `Transfer-Encoding` in HTTP/1.0,
    whatever they say; 400 for a `Transfer-Encoding` that is empty or a list of nothing but
    `chunked`, in upper or lower case, and empty elements (`chunked, chunked` or `chunked,`), 501
    when anything else stands in the list; 400 for a `Content-Length` that is not just ASCII digits,
    413 for one of more than 18 digits.
    Source: RFC 9112 section 6.3, whose steps it follows.
    """
    coding = fields.get("transfer-encoding")
    length = fields.get("content-length")
    if coding is not None:
        if version == "HTTP/1.0":
            raise ProtocolError(400, "HTTP/1.0 has no Transfer-Encoding")
        if length is not None:
            raise ProtocolError(400, "both Transfer-Encoding and Content-Length are given")
        names = [name.strip(" \t").lower() for name in coding.split(",")]
        if names == ["chunked"]:
            return CHUNKED
        if set(names) <= {"chunked", ""}:
            raise ProtocolError(400, "Transfer-Encoding is chunked once, or is not there")
        raise ProtocolError(501, "the only transfer coding spoken here is chunked")
    if length is None:
        return 0
    if not LENGTH.fullmatch(length):
        raise ProtocolError(400, "Content-Length is not a number")
    if len(length) > 18:
        raise ProtocolError(413, "Content-Length is out of all reason")
    return int(length)


def keeps_alive(version: str, fields: dict[str, str]) -> bool:
    """Return whether the client expects the connection to stay open after the answer.

    In HTTP/1.1 unless `Connection` lists `close`; in HTTP/1.0 only when it lists `keep-alive`, and
    not `close`. The options of `Connection` are compared without regard to case.
    Source: RFC 9112 section 9.3.
    """
    connection = fields.get("connection")
    if connection is None:
        return version == "HTTP/1.1"
    options = {option.strip(" \t").lower() for option in connection.split(",")}
    return "close" not in options and (version == "HTTP/1.1" or "keep-alive" in options)


def may_have_body(method: str, status: int) -> bool:
    """Return whether the answer to `method` with `status` may carry a body at all.

    Not to HEAD, and not with 1xx, 204 and 304. Source: RFC 9112 section 6.3, item 1.
    """
    return method != "HEAD" and status >= 200 and status not in (204, 304)


def parse_chunk_size(line: bytes) -> int:
    """Return the size in bytes of the chunk that `line`, given without its CRLF, announces.

    The line is a hexadecimal number, and perhaps `;` and extensions, which are ignored.
    `b"1a"` and `b"1A;name=value"` give 26.

    Raises `ProtocolError` 400 for anything else (a sign, `0x`, white space around the number, a CR,
    an LF or another control character in the extensions), for more than 15 digits, and for a line
    longer than `MAX_CHUNK_LINE`. Source: RFC 9112 section 7.1.
    """
    if len(line) > MAX_CHUNK_LINE:
        raise ProtocolError(400, f"a chunk-size line has more than {MAX_CHUNK_LINE} bytes")
    match = CHUNK_LINE.fullmatch(line)
    if match is None:
        raise ProtocolError(400, f"not a chunk size: {line!r:.40}")
    return int(match[1], 16)


def parse_trailers(lines: list[bytes]) -> dict[str, str]:
    """Return the fields of a trailer section, given its lines without their CRLFs.

    Raises `ProtocolError` as `parse_fields` does, and 400 for a control character other than tab
    and for a name in `NOT_IN_TRAILERS`, which would change how the message was read.
    Source: RFC 9110 section 6.5.1.
    """
    for line in lines:
        if line.translate(None, HEAD_BYTES) or b"\r" in line or b"\n" in line:
            raise ProtocolError(400, "a trailer has a control character")
    fields = parse_fields([line.decode("latin-1") for line in lines])
    for name in fields:
        if name in NOT_IN_TRAILERS:
            raise ProtocolError(400, f"{name} may not stand in a trailer")
    return fields


class ChunkedDecoder:
    """Decodes a body in chunks, fed in pieces of any size. Source: RFC 9112 section 7.1.

    `done` tells that the body has ended; `rest` is then what came behind it, the beginning of the
    next request, and `trailers` are the fields after the last chunk. They are kept apart from the
    head's fields, which were acted on long before.
    """

    __slots__ = ("at_data_end", "done", "held", "missing", "rest", "trailer_lines", "trailers")

    def __init__(self) -> None:
        self.held = b""  # received and not yet decoded: the beginning of a line
        self.missing = 0  # bytes of data still to come in this chunk
        self.at_data_end = False  # the next two bytes are the CRLF after a chunk's data
        self.trailer_lines: list[bytes] | None = None  # None before the last chunk
        self.trailers: dict[str, str] = {}
        self.done = False
        self.rest = b""

    def decode(self, data: bytes) -> bytes:
        """Take in `data`, the next bytes of the body, and return what they decode to.

        The result may be empty. The results of all pieces, joined, are the body; it does not
        matter where the pieces were cut, for errors neither. The time is linear in the length of
        `data`. When the body's end is among them, sets `done`, `trailers` and `rest`; it is not
        called again then.

        Raises `ProtocolError`: 400 when a chunk's data is not followed by CRLF, told by the first
        byte that differs; and as `check_length`, `parse_chunk_size` and `parse_trailers` do.
        """
        data = self.held + data
        decoded = []
        at = 0
        while not self.done and at < len(data):
            if self.missing:
                piece = data[at : at + self.missing]
                decoded.append(piece)
                at += len(piece)
                self.missing -= len(piece)
                self.at_data_end = not self.missing
                continue
            if self.at_data_end:
                crlf = data[at : at + 2]
                if not b"\r\n".startswith(crlf):
                    raise ProtocolError(400, "a chunk's data is not followed by CRLF")
                if len(crlf) < 2:
                    break
                at += 2
                self.at_data_end = False
                continue
            end = data.find(b"\r\n", at)
            if end < 0:
                self.check_length(len(data) - at - 1)  # the last byte may be a CR, not of the line
                break
            self.check_length(end - at)
            self.take_line(data[at:end])
            at = end + 2
        self.held = data[at:]
        if self.done:
            self.held, self.rest = b"", self.held
        return b"".join(decoded)

    def check_length(self, size: int) -> None:
        """Refuse a line of `size` bytes so far, without its CRLF, if that is too long.

        Raises `ProtocolError`: before the last chunk 400 for more than `MAX_CHUNK_LINE` bytes;
        after it, in the trailers, 431 for more than `MAX_FIELD_LINE`.
        """
        if self.trailer_lines is None and size > MAX_CHUNK_LINE:
            raise ProtocolError(400, f"a chunk-size line has more than {MAX_CHUNK_LINE} bytes")
        if size > MAX_FIELD_LINE:
            raise ProtocolError(431, f"a trailer has more than {MAX_FIELD_LINE} bytes")

    def take_line(self, line: bytes) -> None:
        """Act on one whole line, given without its CRLF.

        Before the last chunk it is a chunk's size; 0 is the last chunk's. After it, it is a trailer
        or the empty line that ends the body.

        Raises `ProtocolError`: 431 for more than `MAX_FIELDS` trailers; and as `parse_chunk_size`
        and `parse_trailers` do.
        """
        if self.trailer_lines is None:
            self.missing = parse_chunk_size(line)
            if not self.missing:
                self.trailer_lines = []
        elif line:
            self.trailer_lines.append(line)
            if len(self.trailer_lines) > MAX_FIELDS:
                raise ProtocolError(431, f"there are more than {MAX_FIELDS} trailers")
        else:
            self.trailers = parse_trailers(self.trailer_lines)
            self.done = True


def encode_chunk(data: bytes) -> bytes:
    """Return `data` as one chunk; `b""` for no data, because an empty chunk would end the body.

    The body ends with `LAST_CHUNK`. Source: RFC 9112 section 7.1.
    """
    if not data:
        return b""
    return b"%x\r\n%b\r\n" % (len(data), data)


def format_date(timestamp: float) -> str:
    """Return a time, in seconds since 1970 in UTC, as HTTP writes it.

    `format_date(784111777)` is `"Sun, 06 Nov 1994 08:49:37 GMT"`, in English whatever the locale.
    Source: RFC 9110 section 5.6.7 (IMF-fixdate).
    """
    year, month, day, hour, minute, second, weekday, *_ = time.gmtime(timestamp)
    return (
        f"{DAYS[weekday]}, {day:02} {MONTHS[month - 1]} {year:04} "
        f"{hour:02}:{minute:02}:{second:02} GMT"
    )


def response_head(status: str, fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Return the head of a response: status line, fields and empty line.

    `status` is the code and the reason phrase (`"200 OK"`), `fields` are names with their values,
    written in the order given, with repeated names on lines of their own.

    Raises `ValueError` when the head would not say what was meant: a status that is not three
    digits, the first no 0, a space and a phrase, which may be empty; a name that is not a token;
    CR, LF or another control character but tab in a phrase or value; a character outside of
    latin-1.
    Source: RFC 9112 sections 4 and 5, RFC 9110 section 5.5.
    """
    if not STATUS.match(status):
        raise ValueError(f"not a status such as '200 OK': {status!r}")
    lines = [f"HTTP/1.1 {status}\r\n"]
    for name, value in fields:
        if name not in FIELD_NAMES and not TOKEN.fullmatch(name):
            raise ValueError(f"not a field name: {name!r}")
        lines.append(f"{name}: {value}\r\n")
    lines.append("\r\n")
    head = "".join(lines).encode("latin-1")
    # One scan for all: each line has one CRLF, ours, so any other CR or LF came with a value.
    if (
        head.translate(None, HEAD_BYTES)
        or head.count(b"\n") != len(lines)
        or head.count(b"\r") != len(lines)
    ):
        raise ValueError(f"a control character in the status or a field: {head!r}")
    return head


def error_response(status: int, message: str) -> bytes:
    """Return a whole response in plain text that says what was wrong and closes the connection."""
    phrase = HTTPStatus(status).phrase
    body = f"{status} {phrase}: {message}\n".encode()
    fields = [
        ("Date", format_date(time.time())),
        ("Connection", "close"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    return response_head(f"{status} {phrase}", fields) + body

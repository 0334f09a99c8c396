"""The response as a handler wants to make it; itself a WSGI application.

A body that is text or bytes is sent whole, with its length; any other iterable is streamed. Builds
on cookies and errors, and on request for what a client has already.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from bistro.cookies import format_cookie
from bistro.errors import PHRASES
from bistro.http import MONTHS, TOKEN, format_date

TYPE_CHECKING = False
if TYPE_CHECKING:
    import json
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from bistro.request import Request

    Body = str | bytes | Iterable[str] | Iterable[bytes]
    Fields = list[tuple[str, str]]
    Environ = dict[str, Any]

STATUS_LINES = {status: f"{status} {PHRASES[status]}" for status in PHRASES if status >= 200}
SAFE_TYPES = frozenset(
    {"text/html; charset=utf-8", "text/plain; charset=utf-8", "application/json"}
)
"""Content types that need no check."""
BODILESS = frozenset({204, 304})
"""Statuses whose response has no body: RFC 9110 sections 15.3.5 and 15.4.5."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
IN_304 = frozenset(
    {"cache-control", "content-location", "date", "etag", "expires", "last-modified", "set-cookie",
     "vary"}
)  # fmt: skip
"""Fields that a 304 keeps of the response it stands for: RFC 9110 section 15.4.5; and cookies."""
# What may stand in a field's value: tab and all of latin-1 but the controls: RFC 9110 section 5.5.
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
LOCATION_SAFE = "/!#$%&'()*+,;=:?@[]~"
"""What stands in a Location as it is, so that what is quoted already is not quoted again."""
ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')  # RFC 9110 section 8.8.3

UNITS = ("day", "hour", "minute", "second")
MONTH = r"(?P<month>[A-Z][a-z]{2})"
TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
DATES = (  # RFC 9110 section 5.6.7: the form of today, and the two of old
    re.compile(rf"[A-Z][a-z]{{2}}, (?P<day>[0-9]{{2}}) {MONTH} (?P<year>[0-9]{{4}}) {TIME} GMT"),
    re.compile(rf"[A-Z][a-z]+, (?P<day>[0-9]{{2}})-{MONTH}-(?P<year>[0-9]{{2}}) {TIME} GMT"),
    re.compile(rf"[A-Z][a-z]{{2}} {MONTH} (?P<day>[ 0-9][0-9]) {TIME} (?P<year>[0-9]{{4}})"),
)


def check_field(name: str, value: str) -> None:
    """Raise `ValueError` for a field that could be read as more than one, or could not be sent.

    A name is a token, a value has no CR, LF or other control character but tab, and only what
    latin-1 has. Raises `TypeError` when one of them is no `str`.
    Source: RFC 9110 sections 5.1 and 5.5.
    """
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError(f"name and value of a field are str, not {name!r} and {value!r:.80}")
    if not TOKEN.fullmatch(name):
        raise ValueError(f"not a field name: {name!r}")
    if not VALUE.fullmatch(value):
        raise ValueError(f"{name}: a control character or one outside of latin-1 in {value!r:.80}")


class Headers:
    """The header fields of a response, in order; names are compared without regard to case.

    `headers[name]` is the first value, `KeyError` where there is none. What is put in is checked by
    `check_field`; what is refused changes nothing. `fields` is the list behind it.
    """

    __slots__ = ("fields",)

    def __init__(self, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> None:
        self.fields: Fields = []
        if fields:
            self.update(fields)

    @classmethod
    def over(cls, fields: Fields) -> Headers:
        """Return a view on `fields`, a list that was checked."""
        headers = cls()
        headers.fields = fields
        return headers

    def update(self, fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
        """Put fields at the end, in the place of all that have one of their names.

        `fields` is a mapping, known by its `items`, or pairs of names and values, among which a
        name may repeat. The list behind is changed, not replaced; its pairs are tuples.
        """
        pairs = fields.items() if hasattr(fields, "items") else fields
        new = [(name, value) for name, value in pairs]
        for name, value in new:
            check_field(name, value)
        names = {name.lower() for name, _ in new}
        self.fields[:] = [*without(self.fields, names), *new]

    def add(self, name: str, value: str) -> None:
        """Add a field, behind others of its name."""
        check_field(name, value)
        self.fields.append((name, value))

    def getlist(self, name: str) -> list[str]:
        """Return all values of a name."""
        lower = name.lower()
        return [value for other, value in self.fields if other.lower() == lower]

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a name, else `default`."""
        values = self.getlist(name)
        return values[0] if values else default

    def setdefault(self, name: str, value: str) -> str:
        """Set a field unless it is there; return its value."""
        if name not in self:
            self.add(name, value)
        return self[name]

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        """Put a field in the place of all of its name; it stands at the end then."""
        check_field(name, value)
        self.fields[:] = [*without(self.fields, (name.lower(),)), (name, value)]

    def __delitem__(self, name: str) -> None:
        self.fields[:] = without(self.fields, (name.lower(),))

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self.fields])

    def __len__(self) -> int:
        return len(self.fields)

    def items(self) -> Fields:
        """Return the fields: names with their values, in order."""
        return list(self.fields)

    def __repr__(self) -> str:
        return f"Headers({self.fields!r})"


class Response:
    """A response: `status`, `headers` and `body`.

    `body` is `str`, sent in UTF-8, or `bytes`, or an iterable of either, which is streamed: sent
    piece by piece without a length, and closed at the end if it has a `close()`. `headers` are
    checked as `Headers` does; a `Content-Type` among them stands instead of `content_type`.
    `status` is a number from 200 to 999, else `ValueError`.
    """

    __slots__ = ("__dict__", "body", "fields", "status")

    def __init__(
        self,
        body: Body = "",
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
        content_type: str = "text/html; charset=utf-8",
    ) -> None:
        self.body = body
        self.status = status
        self.fields = [("Content-Type", content_type)]
        if status != 200 and status not in STATUS_LINES:
            status_line(status)
        if content_type not in SAFE_TYPES:
            check_field("Content-Type", content_type)
        if headers:
            self.headers.update(headers)

    @property
    def headers(self) -> Headers:
        """The header fields."""
        return Headers.over(self.fields)

    @property
    def content_type(self) -> str:
        """The value of the field `Content-Type`."""
        return self.headers.get("Content-Type") or ""

    @content_type.setter
    def content_type(self, value: str) -> None:
        self.headers["Content-Type"] = value

    def set_cookie(
        self,
        name: str,
        value: str,
        max_age: int | None = None,
        path: str = "/",
        secure: bool = False,
        httponly: bool = True,
        samesite: str | None = "Lax",
        *,
        expires: float | None = None,
        domain: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Have the client keep a cookie, for `max_age` seconds or until it ends.

        Raises `ValueError` as `format_cookie` does, where the parameters are described.
        """
        cookie = format_cookie(
            name, value, max_age=max_age, expires=expires, path=path, domain=domain,
            secure=secure, httponly=httponly, samesite=samesite, partitioned=partitioned,
        )  # fmt: skip
        self.headers.add("Set-Cookie", cookie)

    def delete_cookie(
        self,
        name: str,
        path: str = "/",
        secure: bool = False,
        httponly: bool = True,
        samesite: str | None = "Lax",
        *,
        domain: str | None = None,
        partitioned: bool = False,
    ) -> None:
        """Have the client forget a cookie, one that was set with the same attributes."""
        self.set_cookie(
            name, "", 0, path, secure, httponly, samesite,
            expires=0, domain=domain, partitioned=partitioned,
        )  # fmt: skip

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Send the response, as a WSGI application does.

        A body that is `str`, sent in UTF-8, or `bytes` is returned in a list, and has its true
        `Content-Length` behind the other fields, whatever they say; any other body is returned as
        a `Stream`, with the fields as they are. A body is not sent for HEAD, where the fields are
        the same as for GET, nor for a status in `BODILESS`, which has neither `Content-Type` nor
        `Content-Length`: it is closed, and the list is empty. `start_response` gets a new list.
        """
        status = self.status
        line = STATUS_LINES.get(status) or status_line(status)
        fields = self.fields
        body = self.body
        if isinstance(body, str):
            body = body.encode()
        if status in BODILESS:
            start_response(line, without(fields, ("content-type", "content-length")))
            return discard(body)
        if not isinstance(body, bytes):
            start_response(line, list(fields))
            return discard(body) if environ["REQUEST_METHOD"] == "HEAD" else Stream(body)
        if len(fields) != 1 or fields[0][0] != "Content-Type":
            fields = without(fields, ("content-length",))
        start_response(line, [*fields, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def status_line(status: int) -> str:
    """Return a status that nobody has registered, and a phrase that says so.

    Raises `ValueError` for what is not a number from 200 to 999.
    """
    if not isinstance(status, int) or not 200 <= status <= 999:
        raise ValueError(f"a status is a number such as 200, not {status!r}")
    return f"{int(status)} Unknown"


def without(fields: Fields, names: Iterable[str]) -> Fields:
    """Return the fields that have none of `names`, which are in lower case."""
    return [field for field in fields if field[0].lower() not in names]


def discard(body: Any) -> list[bytes]:
    """Close a body that is not sent, and return the one that is: none."""
    if hasattr(body, "close"):
        body.close()
    return []


class Stream:
    """An iterable body for a WSGI server: its `str` pieces in UTF-8; closed with the response."""

    __slots__ = ("body",)

    def __init__(self, body: Any) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        """Go through the pieces, one at a time as they are asked for."""
        for piece in self.body:
            yield piece.encode() if isinstance(piece, str) else piece

    def close(self) -> None:
        """Close the body, if it can be closed."""
        discard(self.body)


class JSON(Response):
    """A response whose body is a value in JSON, as RFC 8259 has it.

    What JSON has no form for is written as `to_json` does. Raises `ValueError` for NaN and the
    infinities, `TypeError` for what `to_json` does not know.
    """

    __slots__ = ()

    def __init__(
        self,
        value: Any,
        status: int = 200,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    ) -> None:
        super().__init__(encode_json(value).encode(), status, headers, "application/json")


_encoder: json.JSONEncoder | None = None


def encode_json(value: Any) -> str:
    """Return a value in JSON, compact, in Unicode. Raises as `JSON` does."""
    global _encoder
    if _encoder is None:
        import json

        # Made once: `json.dumps` with options makes a new encoder for each call.
        _encoder = json.JSONEncoder(
            ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=to_json
        )
    return _encoder.encode(value)


def to_json(value: Any) -> Any:
    """Return what JSON can write for a value of another type.

    Dates and times in ISO 8601; `Decimal` and `UUID` as text, so that no digit is lost; sets as
    lists; an object with a method `to_json` as that says. Raises `TypeError` for others.
    """
    if hasattr(value, "to_json"):
        return value.to_json()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return list(value)
    if type(value).__name__ in ("Decimal", "UUID"):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON; give it a method to_json")


def redirect(location: str, status: int = 302) -> Response:
    """Return a response that sends the client to `location`.

    302 and 303 make it a GET, 307 and 308 keep the method; 301 and 308 are for ever. What is
    neither a letter or digit of ASCII, `-._` nor in `LOCATION_SAFE` is quoted. The body says where,
    quoted as well, in `text/plain; charset=utf-8`. Raises `ValueError` for an empty location, for
    one with CR, LF or another control character of ASCII, and for a status that is not in
    `REDIRECTS`.
    Source: RFC 9110 sections 10.2.2 and 15.4.
    """
    if status not in REDIRECTS:
        raise ValueError(f"a redirect is one of {sorted(REDIRECTS)}, not {status}")
    if not location or any(character < " " or character == "\x7f" for character in location):
        raise ValueError(f"not a location: {location!r:.80}")
    location = quote(location, safe=LOCATION_SAFE)
    return Response(
        f"See {location}\n", status, {"Location": location}, "text/plain; charset=utf-8"
    )


def make_etag(data: bytes) -> str:
    """Return an entity tag for a body: another body has another one. RFC 9110 section 8.8.3."""
    import hashlib

    return f'"{hashlib.blake2b(data, digest_size=16).hexdigest()}"'


def conditional(
    request: Request,
    response: Response,
    *,
    etag: str | None = None,
    last_modified: float | None = None,
) -> Response:
    """Return `response` with its validators; 304 without a body if the client has it already.

    `etag` is an entity tag with its quotes (`'"v1"'`, `'W/"v1"'`), by default `make_etag` of a body
    that is not streamed; `last_modified` is in seconds since 1970. Only a 200 to GET or HEAD
    can become a 304. Raises `ValueError` for what is no entity tag.
    Source: RFC 9110 sections 13.1 and 15.4.5.
    """
    if etag is None and isinstance(response.body, (str, bytes)):
        body = response.body
        etag = make_etag(body.encode() if isinstance(body, str) else body)
    if etag is not None:
        if not ENTITY_TAG.fullmatch(etag):
            raise ValueError(f"an entity tag stands in quotes: {etag!r}")
        response.headers["ETag"] = etag
    if last_modified is not None:
        response.headers["Last-Modified"] = format_date(last_modified)
    if response.status != 200 or not is_fresh(request, etag, last_modified):
        return response
    discard(response.body)
    response.body = b""
    response.status = 304
    response.fields[:] = [field for field in response.fields if field[0].lower() in IN_304]
    return response


def is_fresh(request: Request, etag: str | None, last_modified: float | None) -> bool:
    """Return whether what the client has is what it would get.

    `If-None-Match`, if it is there, even empty, decides alone: it lists entity tags, of which one
    is `etag` by the weak comparison, or is `*` and nothing else. Else `If-Modified-Since` does: a
    date that is not before `last_modified`, in whole seconds. Only for GET and HEAD.
    Source: RFC 9110 section 13.
    """
    if request.method not in ("GET", "HEAD"):
        return False
    known = request.headers.get("If-None-Match")
    if known is not None:
        return known.strip(" \t") == "*" or (etag is not None and has_etag(known, etag))
    since = request.headers.get("If-Modified-Since")
    if since is None or last_modified is None:
        return False
    date = parse_date(since)
    return date is not None and int(last_modified) <= date


def has_etag(field: str, etag: str) -> bool:
    """Return whether a list of entity tags has `etag`, weak ones compared as if they were strong.

    Source: RFC 9110 section 8.8.3.2.
    """
    opaque = etag.removeprefix("W/")
    return any(tag.removeprefix("W/") == opaque for tag in ENTITY_TAG.findall(field))


def parse_date(value: str) -> float | None:
    """Return a date as HTTP writes it in seconds since 1970; `None` for what is no date.

    Takes the two forms of old as well: `Sunday, 06-Nov-94 08:49:37 GMT` and
    `Sun Nov  6 08:49:37 1994`. Source: RFC 9110 section 5.6.7.
    """
    from datetime import UTC, datetime

    for form in DATES:
        if match := form.fullmatch(value):
            break
    else:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:  # 1970 to 2069
        year += 2000 if year < 70 else 1900
    try:
        month = MONTHS.index(match["month"]) + 1
        day, hour, minute, second = (int(match[unit]) for unit in UNITS)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None

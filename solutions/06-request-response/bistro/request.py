"""The request as a handler wants to see it: names and values instead of an environ.

Nothing is parsed before it is asked for, and nothing twice. What the client got wrong raises
`HTTPError` with the status to answer. Builds on multidict, urlencoded, cookies and multipart.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from urllib.parse import quote

from bistro.cookies import parse_cookies
from bistro.errors import HTTPError
from bistro.http import HOST, LENGTH, ProtocolError
from bistro.multidict import MultiDict
from bistro.multipart import parse_multipart
from bistro.urlencoded import parse_urlencoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from functools import cached_property as lazy  # which knows the types that ours does not
    from typing import Any, BinaryIO

    from bistro.multipart import Upload

    Form = tuple[MultiDict[str], MultiDict[Upload]]
    Environ = dict[str, Any]
    Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

MAX_BODY = 16_777_216
"""Bytes of a body that `Request.body` reads into memory. More is 413."""
MAX_FIELDS = 1000
"""Fields in a query or a form. More are 413."""
PARAMETER = re.compile(  # RFC 9110 section 5.6.6
    r""";[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))"""
)
PAIR = re.compile(r"\\(.)")  # a quoted-pair: RFC 9110 section 5.6.4
QUALITY = re.compile(r"0(?:\.[0-9]*)?|1(?:\.0*)?")  # RFC 9110 section 12.4.2, of any precision
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
"""Charsets that `Request.text` reads. Python has others, some of them slow, some no charsets."""
PATH_SAFE = "/!$&'()*+,;=:@~"
"""What stands in a path as it is, besides letters, digits and `-._`: RFC 3986 section 3.3."""


class lazy:  # type: ignore[no-redef]  # noqa: N801 - spelled like property
    """A method that is called at the first look at the attribute, and never again.

    Source: Python's "Descriptor Guide".
    """

    def __init__(self, method: Callable[[Any], Any]) -> None:
        self.method = method
        self.name = method.__name__
        self.__doc__ = method.__doc__

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Return the method's value for `instance`; on the class, where that is None, `self`.

        The value goes into the instance's `__dict__` under the method's name, where Python finds it
        before it asks a descriptor without `__set__`. Nothing is kept of a method that raises.
        """
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.method(instance)
        return value


class EnvironHeaders(Mapping[str, str]):
    """The request's header fields, as a mapping that looks into the environ.

    Names are compared without regard to case, `-` and `_` are the same.
    Source: PEP 3333 "environ Variables".
    """

    __slots__ = ("environ",)

    def __init__(self, environ: Environ) -> None:
        self.environ = environ

    def __getitem__(self, name: str) -> str:
        """Return the value of the field `name`.

        The variable is `CONTENT_TYPE` or `CONTENT_LENGTH`, else `HTTP_` and the name. Raises
        `KeyError` with the name for a field that the request has not; an empty `CONTENT_TYPE` or
        `CONTENT_LENGTH` is none, because some servers put it where the client sent nothing.
        """
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            value: str | None = self.environ.get(key) or None
        else:
            value = self.environ.get("HTTP_" + key)
        if value is None:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        for key, value in self.environ.items():
            if key[:5] == "HTTP_":
                yield key[5:].replace("_", "-").title()
            elif key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value:
                yield key.replace("_", "-").title()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"EnvironHeaders({dict(self)!r})"


class Request:
    """One request. Middleware may set attributes of its own, such as `session` and `user`.

    `environ` is the WSGI environ. `max_body` and `max_fields` are limits; a subclass may set
    others.
    """

    max_body = MAX_BODY
    max_fields = MAX_FIELDS

    def __init__(self, environ: Environ) -> None:
        self.environ = environ

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path!r}>"

    @lazy
    def method(self) -> str:
        """The method as sent: `"GET"`."""
        method: str = self.environ["REQUEST_METHOD"]
        return method

    @lazy
    def path(self) -> str:
        """The path below the place where the application is mounted, decoded: `"/menü"`.

        Bytes that are not UTF-8 become U+FFFD. It begins with a slash.
        """
        return decode_path(self.environ.get("PATH_INFO", "")) or "/"

    @lazy
    def root_path(self) -> str:
        """The path at which the application is mounted, `""` for the top: `SCRIPT_NAME`."""
        return decode_path(self.environ.get("SCRIPT_NAME", "")).rstrip("/")

    @lazy
    def query(self) -> MultiDict[str]:
        """The query string's fields. More than `max_fields` are `HTTPError` 413."""
        try:
            query = self.environ.get("QUERY_STRING", "").encode("latin-1")
            return parse_urlencoded(query, max_fields=self.max_fields)
        except ProtocolError as error:
            raise HTTPError(error.status, error.message) from error

    @lazy
    def headers(self) -> EnvironHeaders:
        """The header fields, a mapping without regard to case: `request.headers["User-Agent"]`."""
        return EnvironHeaders(self.environ)

    @lazy
    def cookies(self) -> dict[str, str]:
        """The cookies: names with their values."""
        return parse_cookies(self.environ.get("HTTP_COOKIE", ""))

    @lazy
    def scheme(self) -> str:
        """`"http"` or `"https"`."""
        scheme: str = self.environ["wsgi.url_scheme"]
        return scheme

    @lazy
    def host(self) -> str:
        """The host and, unless it is the scheme's own, the port: `"bistro.example:8000"`.

        It is what the client says, not a fact: never build a link for a mail from it unchecked.
        Raises `HTTPError` 400 for what is no host. Source: RFC 9110 section 7.2.
        """
        host: str = self.environ.get("HTTP_HOST", "")
        if not host:
            name = self.environ["SERVER_NAME"]
            name = f"[{name}]" if ":" in name else name  # an IPv6 address
            host = f"{name}:{self.environ['SERVER_PORT']}"
        if not HOST.fullmatch(host):
            raise HTTPError(400, "the Host field is not a host with an optional port")
        return host.removesuffix(":443" if self.scheme == "https" else ":80")

    @lazy
    def url(self) -> str:
        """The whole URL: scheme, host, path and query. Raises as `host` does."""
        path = self.environ.get("SCRIPT_NAME", "").rstrip("/") + self.environ.get("PATH_INFO", "")
        path = quote(path or "/", safe=PATH_SAFE, encoding="latin-1")
        query = self.environ.get("QUERY_STRING", "")
        return f"{self.scheme}://{self.host}{path}" + (f"?{query}" if query else "")

    @lazy
    def remote_addr(self) -> str:
        """The IP address of who sent the request: the client, or the last proxy on the way."""
        address: str = self.environ.get("REMOTE_ADDR", "")
        return address

    @lazy
    def content_type(self) -> str:
        """The media type of the body, in lower case and without parameters; `""` for none."""
        value: str = self.environ.get("CONTENT_TYPE", "")
        return value.partition(";")[0].strip(" \t").lower()

    @lazy
    def content_length(self) -> int | None:
        """The body's size in bytes as declared; `None` where it is not.

        Raises `HTTPError` 400 when it is not a number, and 413 when it has more than 18 digits.
        Source: RFC 9110 section 8.6.
        """
        value: str = self.environ.get("CONTENT_LENGTH", "")
        if not value:
            return None
        if not LENGTH.fullmatch(value):
            raise HTTPError(400, "Content-Length is not a number")
        if len(value) > 18:
            raise HTTPError(413, "Content-Length is out of all reason")
        return int(value)

    @lazy
    def body(self) -> bytes:
        """The body: as many bytes of `wsgi.input` as `Content-Length` declares, never more.

        Without that field the server has to mark the end by a true `wsgi.input_terminated`: then it
        is all there is; otherwise nothing is read, and it is empty. Raises `HTTPError` 413 for more
        than `max_body` bytes, without reading where the length tells, else after one byte too many;
        400 for fewer bytes than declared; and as `content_length` does. Raises `RuntimeError` after
        `form` or `files` have read a multipart body from `wsgi.input`.
        """
        if "files" in self.__dict__ and self.content_type == "multipart/form-data":
            raise RuntimeError("the body went into form and files already; ask for it before them")
        stream = self.environ["wsgi.input"]
        length = self.content_length
        if length is None:
            terminated = self.environ.get("wsgi.input_terminated")
            data: bytes = stream.read(self.max_body + 1) if terminated else b""
            length = len(data)
        elif length <= self.max_body:
            data = stream.read(length)
        if length > self.max_body:
            raise HTTPError(413, f"a body has at most {self.max_body} bytes here")
        if len(data) < length:
            raise HTTPError(400, f"the body ends after {len(data)} of {length} bytes")
        return data

    @lazy
    def text(self) -> str:
        """The body as text, in the charset that `Content-Type` names, else in UTF-8.

        Raises `HTTPError` 415 for a charset that is not in `CHARSETS`, 400 where the body is not
        text in that charset, and as `body` does.
        """
        charset = parameter(self.environ.get("CONTENT_TYPE", ""), "charset") or "utf-8"
        if charset.lower() not in CHARSETS:
            raise HTTPError(415, f"the charset {charset!r:.40} is not known here")
        try:
            return str(self.body, charset)
        except UnicodeDecodeError as error:
            raise HTTPError(400, f"the body is not {charset}: byte {error.start}") from None

    def json(self) -> Any:
        """Return the value that the body is in JSON, in UTF-8; the same one each time.

        Raises as `read_json` and `body` do.
        """
        return self._json

    @lazy
    def _json(self) -> Any:
        return read_json(self.body)

    @lazy
    def form(self) -> MultiDict[str]:
        """The fields of a form's body, urlencoded or multipart; empty for another body.

        Raises `HTTPError` 400 for a broken body, 413 for one over a limit, and as `body` does.
        """
        return self.read_form()[0]

    @lazy
    def files(self) -> MultiDict[Upload]:
        """The files of a multipart form: names with an `Upload`. Raises as `form` does."""
        return self.read_form()[1]

    def read_form(self) -> Form:
        """Parse the body as its type says, set `form` and `files`, and return them."""
        form: MultiDict[str] = MultiDict()
        files: MultiDict[Upload] = MultiDict()
        try:
            if self.content_type == "application/x-www-form-urlencoded":
                form = parse_urlencoded(self.body, max_fields=self.max_fields)
            elif self.content_type == "multipart/form-data":
                form, files = self.read_multipart()
        except ProtocolError as error:
            raise HTTPError(error.status, error.message) from error
        self.__dict__["form"] = form
        self.__dict__["files"] = files
        return form, files

    def read_multipart(self) -> Form:
        """Parse a multipart body as it comes, or from `body` if that has been read."""
        boundary = parameter(self.environ["CONTENT_TYPE"], "boundary") or ""
        length = self.content_length
        stream: BinaryIO = self.environ["wsgi.input"]
        unmarked = length is None and not self.environ.get("wsgi.input_terminated")
        if "body" in self.__dict__ or unmarked:  # unmarked: there is no body, as `body` says
            stream = io.BytesIO(self.body)
        return parse_multipart(stream, boundary, length)

    def accepts(self, *types: str) -> str | None:
        """Return which of the media types the client likes best, `None` if it takes none of them.

        Best is the one of the highest `quality_of`; of equals the first given wins, and without an
        `Accept` field, or one that says anything, all are equal. Source: RFC 9110 section 12.5.1.
        """
        ranges = parse_accept(self.environ.get("HTTP_ACCEPT", ""))
        best, best_quality = None, 0.0
        for type_ in types:
            quality = quality_of(type_, ranges) if ranges else 1.0
            if quality > best_quality:
                best, best_quality = type_, quality
        return best


def decode_path(path: str) -> str:
    """Return a path of the environ as text: UTF-8 that PEP 3333 carries as latin-1."""
    if path.isascii():
        return path
    return path.encode("latin-1").decode("utf-8", "replace")


def read_json(body: bytes) -> Any:
    """Return the value that `body` is in JSON, in UTF-8, with or without a byte order mark.

    Raises `HTTPError` 400 for what is not JSON as RFC 8259 has it, with line and column where the
    reader tells them: for another encoding, for `NaN`, `Infinity` and `-Infinity`, and for half of
    a surrogate pair (`"\\ud800"`), which is no character. Also 400 for what is JSON and too much
    for the reader: values nested too deep, integers of thousands of digits, `1e999`.
    """
    import json

    try:
        text = str(body, "utf-8-sig")
        value = json.loads(text, parse_constant=refuse_constant, parse_float=read_float)
        if b"\\ud" in body or b"\\uD" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise HTTPError(400, f"the body is not JSON: {error.msg} at {place}") from None
    except (ValueError, RecursionError) as error:
        raise HTTPError(400, f"the body can not be read as JSON: {error}") from None
    return value


def refuse_constant(name: str) -> None:
    """Raise `ValueError` for what Python's reader takes, and JSON does not."""
    raise ValueError(f"{name} is no value of it")


def read_float(text: str) -> float:
    """Return a number as a float. Raises `ValueError` where that would be an infinity."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text:.40} is too large")
    return number


def parameter(value: str, name: str) -> str | None:
    r"""Return the parameter `name` of a field's value, `None` if it is not there.

    `parameter('text/html; charset="utf-8"', "charset")` is `"utf-8"`. Names are compared without
    regard to case; in a quoted value `\"` and `\\` stand for `"` and `\`; of two the first counts.
    Source: RFC 9110 section 5.6.6.
    """
    for key, quoted, token in PARAMETER.findall(value):
        if key.lower() == name:
            return PAIR.sub(r"\1", quoted) if quoted else token
    return None


def parse_accept(value: str) -> list[tuple[str, float]]:
    """Return the ranges of an `Accept` field or one like it, in lower case, with their quality.

    `"text/html;level=1, */*; q=0.1"` gives `[("text/html;level=1", 1.0), ("*/*", 0.1)]`: ranges are
    separated by commas; a range keeps the parameters before `q`, each that is not empty joined by
    `;` without the spaces and tabs around it; what follows `q` is dropped. Without `q` the quality
    is 1. A range whose quality is not a number from 0 to 1 by `QUALITY` is left out, and so is an
    empty one.
    Source: RFC 9110 sections 12.4.2 and 12.5.1.
    """
    ranges = []
    for element in value.lower().split(","):
        range_, *parameters = [part.strip(" \t") for part in element.split(";")]
        quality = "1"
        for parameter in parameters:
            if parameter[:2] == "q=":
                quality = parameter[2:]
                break
            if parameter:
                range_ += ";" + parameter
        if range_ and QUALITY.fullmatch(quality):
            ranges.append((range_, float(quality)))
    return ranges


def quality_of(type_: str, ranges: list[tuple[str, float]]) -> float:
    """Return the quality that the most specific of `ranges` gives to a media type, else 0.

    The most specific is the type itself with its parameters, then the type without, then its main
    type as in `text/*`, then `*/*`; of two that are the same the first counts. The case of the type
    and white space around its parameters do not matter. A range with parameters is for types with
    the same ones only. Source: RFC 9110 section 12.5.1.
    """
    parts = [part.strip(" \t") for part in type_.lower().split(";")]
    main = parts[0].partition("/")[0]
    for wanted in (";".join(parts), parts[0], f"{main}/*", "*/*"):
        for range_, quality in ranges:
            if range_ == wanted:
                return quality
    return 0.0


class ProxyFix:
    """Middleware for an application behind `hops` proxies that add to `X-Forwarded-For`.

    Every proxy writes at the end of the field what it sees; what stood there before may be the
    client's invention. So with one proxy the last entry is true, with two the last but one, and no
    other is looked at. `proto_hops` and `host_hops` are the same for `X-Forwarded-Proto` and
    `X-Forwarded-Host`; 0 is for a field that your proxies pass on as it came. Where there are fewer
    entries, nothing is changed. The fields are taken out of the environ. Without proxies, leave
    this away.
    """

    def __init__(
        self, app: Application, hops: int = 1, *, proto_hops: int = 1, host_hops: int = 0
    ) -> None:
        if hops < 1 or proto_hops < 0 or host_hops < 0:
            raise ValueError("hops is the number of proxies in front of the server, at least 1")
        self.app = app
        self.hops = hops
        self.proto_hops = proto_hops
        self.host_hops = host_hops

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Put what the proxies say into the environ, and call the application.

        The address into `REMOTE_ADDR`; the scheme, `http` or `https` in any case, in lower case
        into `wsgi.url_scheme`; the host, if `HOST` matches it, into `HTTP_HOST`. What is empty or
        something else changes nothing.
        """
        address = self.entry(environ, "HTTP_X_FORWARDED_FOR", self.hops)
        scheme = self.entry(environ, "HTTP_X_FORWARDED_PROTO", self.proto_hops).lower()
        host = self.entry(environ, "HTTP_X_FORWARDED_HOST", self.host_hops)
        if address:
            environ["REMOTE_ADDR"] = address
        if scheme in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if host and HOST.fullmatch(host):
            environ["HTTP_HOST"] = host
        return self.app(environ, start_response)

    def entry(self, environ: Environ, key: str, hops: int) -> str:
        """Take a field out of the environ, and return the entry that our own proxies vouch for.

        That is the entry `hops` from the end of a list with commas, without the white space around
        it; `""` where there are fewer, or no field, or no hops.
        """
        entries = environ.pop(key, "").split(",")
        if not 0 < hops <= len(entries):
            return ""
        value: str = entries[-hops]
        return value.strip(" \t")

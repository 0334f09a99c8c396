"""Requests and responses: on real servers, against Werkzeug and WebOb, and with hostile input.

Every application here is called through `webtest.lint` and `wsgiref.validate`.
"""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import unquote_to_bytes, urlsplit
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

webtest = pytest.importorskip("webtest")
werkzeug = pytest.importorskip("werkzeug")

from webob.acceptparse import create_accept_header  # noqa: E402
from werkzeug.datastructures import MIMEAccept  # noqa: E402
from werkzeug.http import is_resource_modified, parse_accept_header  # noqa: E402
from werkzeug.http import parse_date as werkzeug_date  # noqa: E402
from werkzeug.middleware.proxy_fix import ProxyFix as WerkzeugProxyFix  # noqa: E402

from bistro.errors import PHRASES, HTTPError, abort  # noqa: E402
from bistro.http import response_head  # noqa: E402
from bistro.request import ProxyFix, Request, parse_accept, quality_of, read_json  # noqa: E402
from bistro.response import (  # noqa: E402
    JSON,
    Response,
    conditional,
    encode_json,
    is_fresh,
    parse_date,
    redirect,
)

quick = settings(deadline=None, max_examples=150)


def application(handler):
    """A WSGI application of a handler, whose errors become responses."""

    def app(environ, start_response):
        request = Request(environ)
        try:
            response = handler(request)
        except HTTPError as error:
            response = Response(error.message, error.status, error.headers)
        return response(environ, start_response)

    return validator(app)


def visit(handler, **options):
    """A client of an application, with `webtest.lint` between the two."""
    return webtest.TestApp(application(handler), **options)


def echo(request):
    """What a request says, as JSON."""
    return JSON(
        {
            "method": request.method,
            "path": request.path,
            "query": request.query.to_dict(flat=False),
            "form": request.form.to_dict(flat=False),
            "files": [
                [name, upload.filename, upload.content_type, upload.file.read().decode("latin-1")]
                for name, upload in request.files.items(multi=True)
            ],
            "cookies": request.cookies,
            "url": request.url,
            "host": request.host,
            "agent": request.headers.get("User-Agent"),
            "length": request.content_length,
        }
    )


# Applications


def test_a_query_a_form_and_a_cookie() -> None:
    client = visit(echo, cookiejar=None)
    client.set_cookie("guest", "Zoe")
    said = client.post(
        "/caf%C3%A9?day=mon&day=tue", {"dish": "crème brûlée"}, headers={"User-Agent": "webtest"}
    ).json
    assert said["path"] == "/café"
    assert said["query"] == {"day": ["mon", "tue"]}
    assert said["form"] == {"dish": ["crème brûlée"]}
    assert said["cookies"] == {"guest": "Zoe"}
    assert said["url"] == "http://localhost/caf%C3%A9?day=mon&day=tue"
    assert said["host"] == "localhost"
    assert said["agent"] == "webtest"


def test_uploads() -> None:
    files = [("picture", "plate.png", b"\x89PNG\r\n\xff"), ("picture", "menu.txt", b"")]
    said = visit(echo).post("/", {"dish": "tart"}, upload_files=files).json
    assert said["form"] == {"dish": ["tart"]}
    assert said["files"] == [
        ["picture", "plate.png", "image/png", "\x89PNG\r\n\xff"],
        ["picture", "menu.txt", "text/plain", ""],
    ]


def test_json_there_and_back() -> None:
    client = visit(lambda request: JSON({"was": request.json()}, 201))
    response = client.post_json("/", ["tart", 11, None])
    assert (response.status, response.json) == ("201 Created", {"was": ["tart", 11, None]})
    response = client.post("/", "tart", status=400)
    assert response.text == "the body is not JSON: Expecting value at line 1, column 1"


@pytest.mark.parametrize(
    "make",
    [
        lambda _: Response("soup"),
        lambda _: Response(b""),
        lambda _: Response(iter(["so", b"up"])),
        lambda _: Response(io.BytesIO(b"so\nup")),
        lambda _: Response("", 204),
        lambda _: Response("soup", 304, {"ETag": '"v1"'}),
        lambda _: JSON({"dish": "crème"}),
        lambda _: redirect("/café", 303),
        lambda request: conditional(request, Response("soup")),
        lambda request: conditional(request, Response(iter(["soup"])), last_modified=1e9),
        lambda _: abort(404, "nothing here"),
        lambda _: Response("soup", 299),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_no_response_breaks_a_rule(make, method: str) -> None:
    response = visit(make).request("/", method=method, expect_errors=True)
    if method == "HEAD":
        assert response.body == b""


def test_cookies_are_set_and_deleted() -> None:
    def handler(request):
        response = Response(request.cookies.get("guest", "nobody"))
        if request.path == "/in":
            response.set_cookie("guest", "Zoë; chef", max_age=60, secure=False)
        else:
            response.delete_cookie("guest")
        return response

    client = visit(handler)
    assert client.get("/in").text == "nobody"
    assert client.get("/out").text == "Zoë; chef"
    assert client.get("/").text == "nobody"


def test_a_client_that_has_it_gets_304() -> None:
    client = visit(lambda request: conditional(request, Response("menu"), last_modified=1e9))
    first = client.get("/")
    assert first.headers["Last-Modified"] == "Sun, 09 Sep 2001 01:46:40 GMT"
    for name, value in [
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ]:
        again = client.get("/", headers={name: value})
        assert (again.status_int, again.body) == (304, b"")
        assert "Content-Length" not in again.headers
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.post("/", headers={"If-None-Match": "*"}).status_int == 200


def test_answers_without_a_body_keep_the_connection(serve) -> None:
    """On a real connection, what follows a 304, a 204 and a HEAD is the next answer."""
    import http.client

    def handler(request):
        if request.path == "/204":
            return Response("none of this", 204)
        return conditional(request, Response("menu"), etag='"v1"')

    host, port = serve(application(handler)).address
    connection = http.client.HTTPConnection(host, port, timeout=5)
    for method, path, fields, expected in [
        ("GET", "/", {"If-None-Match": '"v1"'}, (304, b"")),
        ("GET", "/204", {}, (204, b"")),
        ("HEAD", "/", {}, (200, b"")),
        ("GET", "/", {}, (200, b"menu")),
    ]:
        connection.request(method, path, headers=fields)
        response = connection.getresponse()
        assert (response.status, response.read()) == expected
        assert not response.will_close
    connection.close()


def test_phrases_are_those_of_the_rfc() -> None:
    """Whatever Python calls them: RFC 9110 sections 15.5.14, 15.5.15, 15.5.17 and 15.5.21."""
    assert PHRASES[413] == "Content Too Large"
    assert PHRASES[414] == "URI Too Long"
    assert PHRASES[416] == "Range Not Satisfiable"
    assert PHRASES[422] == "Unprocessable Content"
    error = HTTPError(413)
    assert (str(error), error.phrase) == ("413 Content Too Large", "Content Too Large")
    assert str(HTTPError(404, "no such dish")) == "404 Not Found: no such dish"
    assert HTTPError(599).phrase == "Error"


@pytest.mark.parametrize("status", [0, 200, 302, 399, 600, -404])
def test_an_error_is_an_error(status: int) -> None:
    with pytest.raises(ValueError, match="400 to 599"):
        HTTPError(status)
    with pytest.raises(ValueError, match="400 to 599"):
        abort(status)


# Against others

TYPES = ("text/html", "text/plain", "image/png", "text/html;level=1", "application/json")
RANGES = (*TYPES, "text/*", "image/*", "*/*", "text/html;level=2")
QUALITIES = ("", ";q=1", ";q=0", ";q=0.5", "; q=0.501", ";Q=0.25", " ; q=1.000", ";q=0.0")


@st.composite
def accept_fields(draw) -> str:
    ranges = draw(st.lists(st.sampled_from(RANGES), min_size=1, unique=True))
    comma = draw(st.sampled_from([",", ", ", " , "]))
    return comma.join(range_ + draw(st.sampled_from(QUALITIES)) for range_ in ranges)


@quick
@given(accept_fields())
def test_accept_is_read_as_werkzeug_reads_it(field: str) -> None:
    theirs = parse_accept_header(field, MIMEAccept)
    assert sorted(parse_accept(field)) == sorted(
        (range_.replace("; ", ";"), quality) for range_, quality in theirs
    )


@quick
@given(accept_fields(), st.lists(st.sampled_from(TYPES), min_size=1, unique=True))
def test_types_are_negotiated_as_webob_does(field: str, offers: list[str]) -> None:
    theirs = create_accept_header(field).acceptable_offers(offers)
    ranges = parse_accept(field)
    ours = {offer: quality_of(offer, ranges) for offer in offers}
    assert {offer: quality for offer, quality in ours.items() if quality} == dict(theirs)
    best = theirs[0][0] if theirs else None
    assert Request({"HTTP_ACCEPT": field}).accepts(*offers) == best


TAGS = ('"a"', '"b"', 'W/"a"', 'W/"b"', '"a,b"')
SECONDS = st.integers(1_000_000_000, 1_000_000_010)


@quick
@given(
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from(TAGS),
    SECONDS,
    st.none() | st.just("*") | st.lists(st.sampled_from(TAGS), min_size=1).map(", ".join),
    st.none() | SECONDS,
)
def test_freshness_is_werkzeugs(
    method: str, etag: str, modified: int, known: str | None, since: int | None
) -> None:
    environ = {"REQUEST_METHOD": method}
    if known is not None:
        environ["HTTP_IF_NONE_MATCH"] = known
    if since is not None:
        date = datetime.fromtimestamp(since, UTC)
        environ["HTTP_IF_MODIFIED_SINCE"] = format_datetime(date, usegmt=True)
    theirs = is_resource_modified(
        environ, etag=etag, last_modified=datetime.fromtimestamp(modified, UTC)
    )
    assert is_fresh(Request(environ), etag, modified) is not theirs


@quick
@given(st.datetimes(datetime(1970, 1, 1), datetime(2069, 12, 31)))
def test_dates_in_all_three_forms(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    year, month, day = moment.year, f"{moment:%b}", moment.day
    for form in (
        format_datetime(moment, usegmt=True),
        f"{moment:%A}, {day:02}-{month}-{year % 100:02} {moment:%H:%M:%S} GMT",
        f"{moment:%a} {month} {day:2} {moment:%H:%M:%S} {year}",
    ):
        assert parse_date(form) == moment.timestamp()
    theirs = werkzeug_date(format_datetime(moment, usegmt=True))
    assert theirs is not None
    assert theirs.timestamp() == moment.timestamp()


DATE_TEXT = st.text("SunModay, 0123456789-:GMTNovJan", max_size=32)


@quick
@given(DATE_TEXT | st.text(max_size=32))
def test_what_looks_like_a_date_never_fails(text: str) -> None:
    ours = parse_date(text)
    if ours is not None:
        theirs = werkzeug_date(text)
        assert theirs is not None
        assert theirs.timestamp() == ours


ADDRESSES = st.lists(st.sampled_from(["192.0.2.1", "10.0.0.1", "::1", "unknown"]), max_size=4)
SCHEMES = st.lists(st.sampled_from(["http", "https"]), max_size=3)
HOSTS = st.lists(st.sampled_from(["a.example", "b.example:8000", "[::1]:80"]), max_size=3)


@quick
@given(ADDRESSES, SCHEMES, HOSTS, st.integers(1, 3), st.integers(0, 3), st.integers(0, 3))
def test_proxies_are_believed_as_werkzeug_believes_them(
    addresses: list[str], schemes: list[str], hosts: list[str], hops: int, proto: int, host: int
) -> None:
    environ = {"REMOTE_ADDR": "10.9.9.9", "HTTP_HOST": "inside", "wsgi.url_scheme": "http",
               "SERVER_NAME": "inside", "SERVER_PORT": "80"}  # fmt: skip
    for name, entries in [("FOR", addresses), ("PROTO", schemes), ("HOST", hosts)]:
        if entries:
            environ[f"HTTP_X_FORWARDED_{name}"] = ", ".join(entries)

    def app(environ, start_response):
        seen.append([environ[key] for key in ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST")])
        return []

    seen: list[list[str]] = []
    ProxyFix(app, hops, proto_hops=proto, host_hops=host)(dict(environ), print)
    WerkzeugProxyFix(app, x_for=hops, x_proto=proto, x_host=host)(dict(environ), print)
    assert seen[0] == seen[1]


@pytest.mark.parametrize("hops", [(0, 1, 0), (-1, 1, 0), (1, -1, 0), (1, 1, -1)])
def test_hops_are_a_number_of_proxies(hops: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="hops"):
        ProxyFix(print, hops[0], proto_hops=hops[1], host_hops=hops[2])


# Hostile input

LATIN = st.text(st.characters(max_codepoint=255), max_size=40)


@quick
@given(
    path=LATIN, query=LATIN, host=LATIN, cookie=LATIN, kind=LATIN, accept=LATIN, body=st.binary(),
    length=st.none() | LATIN | st.integers(0, 300).map(str),
    form=st.sampled_from(
        ["", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
         "multipart/form-data; boundary=", "multipart/form-data", "text/plain; charset=punycode",
         'text/plain; charset="utf-8', "text/plain; charset=\x00"]
    ),
)  # fmt: skip
def test_a_request_raises_nothing_but_http_errors(
    path, query, host, cookie, kind, accept, body, length, form
) -> None:
    environ = {"REQUEST_METHOD": "POST"}
    setup_testing_defaults(environ)
    environ |= {
        "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host, "HTTP_COOKIE": cookie,
        "HTTP_ACCEPT": accept, "CONTENT_TYPE": form or kind, "wsgi.input": io.BytesIO(body),
    }  # fmt: skip
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    statuses = []
    for attribute in (
        "path", "root_path", "query", "cookies", "host", "url", "content_type", "content_length",
        "body", "text", "form", "files", "remote_addr",
    ):  # fmt: skip
        try:
            getattr(Request(environ), attribute)
        except HTTPError as error:
            statuses.append(error.status)
    request = Request(environ)
    assert request.accepts("text/html") in ("text/html", None)
    assert isinstance(dict(request.headers), dict)
    try:
        request.json()
    except HTTPError as error:
        statuses.append(error.status)
    assert set(statuses) <= {400, 413, 415}


@quick
@given(LATIN)
def test_the_url_has_the_path_that_was_asked_for(path: str) -> None:
    environ = {"PATH_INFO": "/" + path, "SCRIPT_NAME": "/caf\xc3\xa9", "QUERY_STRING": "a=b"}
    setup_testing_defaults(environ)
    url = Request(environ).url
    assert url.isascii()
    assert url.startswith("http://127.0.0.1/caf%C3%A9/")
    assert url.endswith("?a=b")
    path_of = urlsplit(url).path
    assert unquote_to_bytes(path_of) == ("/caf\xc3\xa9/" + path).encode("latin-1")


def test_a_server_with_an_ipv6_address() -> None:
    environ = {"SERVER_NAME": "::1", "SERVER_PORT": "8000", "wsgi.url_scheme": "http"}
    assert Request(environ).host == "[::1]:8000"
    assert Request({**environ, "SERVER_PORT": "80"}).host == "[::1]"


@quick
@given(st.text(max_size=20), st.text(max_size=20) | LATIN)
def test_a_field_is_refused_or_can_be_sent(name: str, value: str) -> None:
    try:
        response = Response("soup", headers={name: value})
    except ValueError:
        return
    head = response_head("200 OK", response.fields)
    assert head.count(b"\r\n") == len(response.fields) + 2


@quick
@given(st.text())
def test_a_redirect_is_refused_or_can_be_sent(location: str) -> None:
    try:
        response = redirect(location)
    except ValueError:
        return
    target = response.headers["Location"]
    assert target.isascii()
    assert not set(target) & set(' "<>\\^`{|}')
    response_head("302 Found", response.fields)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=10,
)


@quick
@given(VALUES, st.booleans())
def test_what_is_read_as_json_can_be_written_again(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    ours = read_or_refuse(text.encode("utf-8", "surrogatepass"))
    if ours is REFUSED:
        odd = any(word in text for word in ("NaN", "Infinity", "\\ud"))
        assert odd or not text.isprintable()
        return
    assert ours == json.loads(text)
    assert encode_json(ours).encode()


@quick
@given(st.binary(max_size=50))
def test_no_bytes_are_a_server_error(body: bytes) -> None:
    ours = read_or_refuse(body)
    if ours is not REFUSED:
        assert encode_json(ours).encode()


REFUSED = object()


def read_or_refuse(body: bytes) -> object:
    """The value of a body, or `REFUSED` where it is answered with 400."""
    try:
        return read_json(body)
    except HTTPError as error:
        if error.status != 400:
            raise
        return REFUSED


def test_json_of_other_types() -> None:
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    class Dish:
        def to_json(self):
            return {"name": "tart"}

    assert encode_json([Dish(), {1}, date(2026, 1, 2), Decimal("1.10"), UUID(int=0)]) == (
        '[{"name":"tart"},[1],"2026-01-02","1.10","00000000-0000-0000-0000-000000000000"]'
    )
    with pytest.raises(TypeError, match="object has no form in JSON"):
        encode_json(object())
    for number in ("nan", "inf", "-inf"):
        with pytest.raises(ValueError, match="JSON"):
            encode_json(float(number))


def test_a_multipart_form_without_a_length_is_not_waited_for() -> None:
    """Where the end of the stream is not marked, nothing is read from it."""

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            raise AssertionError("this would wait for ever")

    environ = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": Endless()}
    with pytest.raises(HTTPError) as caught:
        Request(environ).form  # noqa: B018
    assert caught.value.status == 400


def test_the_slow_codecs_of_python_are_not_for_guests() -> None:
    for charset in ("punycode", "idna", "hex", "utf-7", "undefined", "rot13", "mbcs", "zip"):
        kind = f"text/plain; charset={charset}"
        environ = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": "1", "wsgi.input": io.BytesIO(b"a")}
        with pytest.raises(HTTPError) as caught:
            Request(environ).text  # noqa: B018
        assert caught.value.status == 415

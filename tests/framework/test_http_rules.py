"""RFC 9112 and RFC 9110 over a real socket: what is refused, with which status, and what is not."""

from __future__ import annotations

import pytest

HOST = b"Host: h\r\n"
LONG = 10_000

REFUSED = [
    # framing: RFC 9112 section 6
    (400, "both lengths", b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
    (400, "lengths the other way round", b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
    (400, "a length twice", b"Content-Length: 3\r\nContent-Length: 3\r\n"),
    (400, "two lengths", b"Content-Length: 3\r\nContent-Length: 4\r\n"),
    (400, "a list of lengths", b"Content-Length: 5, 5\r\n"),
    (400, "a sign", b"Content-Length: +5\r\n"),
    (400, "a minus", b"Content-Length: -5\r\n"),
    (400, "an underscore", b"Content-Length: 0_5\r\n"),
    (400, "hexadecimal", b"Content-Length: 0x5\r\n"),
    (400, "no length", b"Content-Length: \r\n"),
    (400, "digits of another script", b"Content-Length: \xd9\xa5\r\n"),
    (400, "a superscript", b"Content-Length: \xb2\r\n"),
    (400, "a next-line character around it", b"Content-Length: \x855\r\n"),
    (400, "a vertical tab around it", b"Content-Length: \x0b5\r\n"),
    (400, "chunked twice", b"Transfer-Encoding: chunked, chunked\r\n"),
    (400, "chunked in two fields", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    (400, "an empty coding", b"Transfer-Encoding: \r\n"),
    (501, "an unknown coding", b"Transfer-Encoding: gzip\r\n"),
    (501, "an unknown coding before chunked", b"Transfer-Encoding: gzip, chunked\r\n"),
    (501, "a lookalike of chunked", b"Transfer-Encoding: xchunked\r\n"),
    (501, "identity", b"Transfer-Encoding: identity\r\n"),
    (501, "chunked with a vertical tab", b"Transfer-Encoding: \x85chunked\r\n"),
    (413, "a length out of all reason", b"Content-Length: " + b"9" * 5000 + b"\r\n"),
    # fields: RFC 9112 section 5
    (400, "a space before the colon", b"X-A : 1\r\n"),
    (400, "a tab before the colon", b"X-A\t: 1\r\n"),
    (400, "a folded line", b"X-A: 1\r\n 2\r\n"),
    (400, "a folded line with a tab", b"X-A: 1\r\n\t2\r\n"),
    (400, "a first line that is folded", b" X-A: 1\r\n"),
    (400, "a bare CR in a value", b"X-A: 1\r2\r\n"),
    (400, "a bare LF in a value", b"X-A: 1\nX-B: 2\r\n"),
    (400, "NUL", b"X-A: \0\r\n"),
    (400, "a control character", b"X-A: \x01\r\n"),
    (400, "delete", b"X-A: \x7f\r\n"),
    (400, "no colon", b"X-A\r\n"),
    (400, "no name", b": 1\r\n"),
    (400, "a name that is not a token", b"X(A): 1\r\n"),
    (400, "a name outside of ASCII", b"X-\xe9: 1\r\n"),
    (400, "a second Host", b"Host: h\r\n"),
    (400, "another Host", b"Host: evil\r\n"),
    (431, "a field too long", b"X-A: " + b"a" * LONG + b"\r\n"),
    (431, "a name too long", b"a" * LONG + b": 1\r\n"),
    (431, "too many fields", b"".join(b"X-%d: 1\r\n" % n for n in range(101))),
    (417, "another expectation", b"Expect: tea\r\n"),
]


@pytest.mark.parametrize(("status", "what", "fields"), REFUSED, ids=[row[1] for row in REFUSED])
def test_these_fields_are_refused_and_the_connection_ends(server, guest, status, what, fields):
    one = guest(server)
    one.send(b"POST / HTTP/1.1\r\n" + HOST + fields + b"\r\n")
    assert one.read_response()[0] == status
    assert one.is_closed()


HEADS = [
    (400, "no Host in 1.1", b"GET / HTTP/1.1\r\n\r\n"),
    (400, "a Host that is none", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    (400, "a Host with a path", b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    (400, "a Host with a user", b"GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"),
    (400, "Transfer-Encoding in 1.0", b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    (400, "no version", b"GET /\r\n\r\n"),
    (400, "two spaces", b"GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a space at the end", b"GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
    (400, "a space in front", b" GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a tab for a space", b"GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a bare LF after the first line", b"GET / HTTP/1.1\nHost: h\r\n\r\n"),
    (400, "a control character", b"GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "bytes outside of ASCII", b"GET /\xff HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a fragment", b"GET /#a HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a target that is no path", b"GET menu HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a star for GET", b"GET * HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "a method that is no token", b"G(T / HTTP/1.1\r\nHost: h\r\n\r\n"),
    (400, "http in lower case", b"GET / http/1.1\r\nHost: h\r\n\r\n"),
    (400, "a version with two digits", b"GET / HTTP/1.10\r\nHost: h\r\n\r\n"),
    (400, "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    (501, "CONNECT", b"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n"),
    (505, "HTTP/2", b"GET / HTTP/2.0\r\nHost: h\r\n\r\n"),
    (505, "HTTP/0.9", b"GET / HTTP/0.9\r\nHost: h\r\n\r\n"),
    (505, "HTTP/1.2", b"GET / HTTP/1.2\r\nHost: h\r\n\r\n"),
    (505, "the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\n"),
    (414, "a long request line", b"GET /" + b"a" * LONG + b" HTTP/1.1\r\nHost: h\r\n\r\n"),
    (414, "a request line without an end", b"GET /" + b"a" * 70_000),
    (431, "a head without an end", b"GET / HTTP/1.1\r\n" + b"X-A: " + b"a" * 70_000),
]


@pytest.mark.parametrize(("status", "what", "head"), HEADS, ids=[row[1] for row in HEADS])
def test_these_heads_are_refused_and_the_connection_ends(server, guest, status, what, head):
    one = guest(server)
    one.send(head)
    assert one.read_response()[0] == status
    assert one.is_closed()


CHUNKS = [
    ("a sign", b"+5\r\nhello\r\n0\r\n\r\n"),
    ("hexadecimal with a prefix", b"0x5\r\nhello\r\n0\r\n\r\n"),
    ("a space after the size", b"5 \r\nhello\r\n0\r\n\r\n"),
    ("a space before the size", b" 5\r\nhello\r\n0\r\n\r\n"),
    ("no size", b"\r\nhello\r\n0\r\n\r\n"),
    ("an underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
    ("a size out of all reason", b"f" * 17 + b"\r\nhello\r\n0\r\n\r\n"),
    ("data that is too long", b"5\r\nhello!\r\n0\r\n\r\n"),
    ("no CRLF after the data", b"5\r\nhello0\r\n\r\n"),
    ("LF alone after the data", b"5\r\nhello\n0\r\n\r\n"),
    ("LF alone after the size", b"5\nhello\r\n0\r\n\r\n"),
    ("a bare CR in an extension", b"5;a\rb\r\nhello\r\n0\r\n\r\n"),
    ("a bare LF in an extension", b"5;a\nb\r\nhello\r\n0\r\n\r\n"),
    ("an extension without an end", b"5;" + b"a" * 5000),
    ("a length in a trailer", b"0\r\nContent-Length: 5\r\n\r\n"),
    ("a coding in a trailer", b"0\r\nTransfer-Encoding: chunked\r\n\r\n"),
    ("a Host in a trailer", b"0\r\nHost: evil\r\n\r\n"),
    ("a trailer without a colon", b"0\r\nX-A\r\n\r\n"),
    ("a bare CR in a trailer", b"0\r\nX-A: 1\r2\r\n\r\n"),
]


@pytest.mark.parametrize(("what", "body"), CHUNKS, ids=[row[0] for row in CHUNKS])
def test_these_chunks_are_refused_before_the_application_is_called(serve, guest, what, body):
    called = []

    def app(environ, start_response):
        called.append(environ)
        start_response("200 OK", [])
        return [b""]

    one = guest(serve(app))
    one.send(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + body)
    assert one.read_response()[0] == 400
    assert one.is_closed()
    assert not called


def test_a_trailer_may_not_be_longer_than_a_field(serve, guest):
    one = guest(serve())
    one.send(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
    one.send(b"0\r\nX-A: " + b"a" * LONG + b"\r\n\r\n")
    assert one.read_response()[0] == 431


def echo(environ, start_response):
    """Answer with the method, the path, the query, some variables and the body."""
    lines = [environ[name] for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING")]
    lines += sorted(f"{name}={value}" for name, value in environ.items() if "HTTP_" in name)
    body = "\n".join(lines).encode("latin-1") + b"\n" + environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


ACCEPTED = [
    ("an empty line first", b"\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", b"GET\n/\n\n"),
    ("a path of two slashes", b"GET //menu HTTP/1.1\r\nHost: h\r\n\r\n", b"GET\n//menu\n\n"),
    ("a URL", b"GET http://b.example/a?b HTTP/1.1\r\nHost: h\r\n\r\n", b"HTTP_HOST=b.example\n"),
    ("a star for OPTIONS", b"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", b"OPTIONS\n\n\n"),
    ("an empty Host", b"GET / HTTP/1.1\r\nHost:\r\n\r\n", b"HTTP_HOST=\n"),
    ("an IPv6 Host", b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", b"HTTP_HOST=[::1]:80\n"),
    ("a method of its own", b"PURGE / HTTP/1.1\r\nHost: h\r\n\r\n", b"PURGE\n/\n\n"),
    ("HTTP/1.0 without a Host", b"GET / HTTP/1.0\r\n\r\n", b"GET\n/\n\n"),
    ("tabs around a value", b"GET / HTTP/1.1\r\nHost:\th\t\r\n\r\n", b"HTTP_HOST=h\n"),
    ("bytes over 127 in a value", b"GET / HTTP/1.1\r\nHost: h\r\nX-A: \xe9\r\n\r\n", b"X_A=\xe9"),
    (
        "a repeated field",
        b"GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n",
        b"HTTP_X_A=1, 2\n",
    ),
    (
        "repeated cookies",
        b"GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n",
        b"HTTP_COOKIE=a=1; b=2\n",
    ),
    (
        "chunks with extensions and a trailer",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
        b'5;a="b"\r\nhello\r\nA\r\n, a guest!\r\n0\r\nX-Sum: 1\r\n\r\n',
        b"hello, a guest!",
    ),
]


@pytest.mark.parametrize(("what", "request_", "part"), ACCEPTED, ids=[row[0] for row in ACCEPTED])
def test_these_requests_are_understood(serve, guest, what, request_, part):
    one = guest(serve(echo))
    one.send(request_)
    status, _, body = one.read_response()
    assert status == 200
    assert part in body


def test_these_requests_are_understood_byte_by_byte(serve, guest):
    server = serve(echo)
    for what, request_, _ in ACCEPTED:
        whole, pieces = guest(server), guest(server)
        whole.send(request_)
        for index in range(len(request_)):
            pieces.send(request_[index : index + 1])
        assert pieces.read_response()[2] == whole.read_response()[2], what


def test_a_name_with_an_underscore_does_not_reach_the_application(serve, guest):
    one = guest(serve(echo))
    one.send(b"GET / HTTP/1.1\r\nHost: h\r\nX_User: evil\r\nX-User: good\r\nProxy: evil\r\n\r\n")
    body = one.read_response()[2]
    assert b"HTTP_X_USER=good" in body
    assert b"evil" not in body


def test_a_body_over_the_limit_is_refused_at_once_with_413(serve, guest):
    one = guest(serve(body=1000))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n")
    assert one.read_response()[0] == 413
    assert one.is_closed()


def test_chunks_that_add_up_to_more_than_the_limit_are_refused_with_413(serve, guest):
    one = guest(serve(body=1000))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
    one.send(b"1f4\r\n" + b"x" * 500 + b"\r\n" + b"1f5\r\n" + b"x" * 501 + b"\r\n")
    assert one.read_response()[0] == 413


def test_pipelined_requests_are_answered_in_order(serve, guest):
    one = guest(serve(echo))
    one.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n" % n for n in range(200)))
    for n in range(200):
        assert one.read_response()[2].startswith(b"GET\n/%d\n" % n)


def test_what_follows_a_refused_request_is_not_read_as_another(serve, guest):
    called = []

    def app(environ, start_response):
        called.append(environ["PATH_INFO"])
        start_response("200 OK", [("Content-Length", "0")])
        return []

    one = guest(serve(app))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n")
    one.send(b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
    assert one.read_response()[0] == 400
    assert one.is_closed()
    assert called == []


def test_a_client_that_expects_100_is_told_to_continue(serve, guest):
    one = guest(serve(echo))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert one.read_response()[0] == 100
    one.send(b"hello")
    assert one.read_response()[2].endswith(b"hello")


def test_a_client_that_expects_100_is_refused_without_it(serve, guest):
    one = guest(serve(body=4))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert one.read_response()[0] == 413


@pytest.mark.parametrize(
    ("version", "connection", "stays"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"Connection: close\r\n", False),
        (b"1.1", b"Connection: TE, Close\r\n", False),
        (b"1.0", b"", False),
        (b"1.0", b"Connection: Keep-Alive\r\n", True),
        (b"1.0", b"Connection: keep-alive, close\r\n", False),
    ],
)
def test_the_connection_stays_open_as_the_client_wishes(serve, guest, version, connection, stays):
    one = guest(serve())
    request_ = b"GET / HTTP/%b\r\nHost: h\r\n%b\r\n" % (version, connection)
    one.send(request_)
    assert one.read_response()[0] == 200
    if stays:
        one.send(request_)
        assert one.read_response()[0] == 200
    else:
        assert one.is_closed()


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_204_and_304_have_no_body(serve, guest, status):
    def app(environ, start_response):
        start_response(status, [])
        return [b"not to be seen"]

    one = guest(serve(app))
    for _ in range(2):
        one.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        answered, fields, _ = one.read_response()
        assert answered == int(status[:3])
        assert "transfer-encoding" not in fields
        assert answered == 304 or "content-length" not in fields


def test_head_has_the_fields_of_get_and_no_body(serve, guest):
    one = guest(serve())
    for _ in range(2):
        one.send(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
        status, fields, _ = one.read_response(head_only=True)
        assert (status, fields["content-length"]) == (200, "6")


def test_every_answer_has_a_date(serve, guest):
    server = serve()
    for request_ in (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"nonsense\r\n\r\n"):
        one = guest(server)
        one.send(request_)
        assert one.read_response()[1]["date"].endswith(" GMT")

"""PEP 3333 over a real socket: what the server owes the application, and the application it."""

from __future__ import annotations

import io
import sys
import threading
from wsgiref.validate import validator

import pytest
from webtest.lint import middleware as lint

from tests.framework.conftest import wait_until

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def text(environ, start_response):
    """Read the body, answer with it in a way that no checker complains about."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]


@pytest.mark.parametrize("check", [validator, lint], ids=["wsgiref.validate", "webtest.lint"])
def test_the_checkers_of_the_contract_find_no_fault(serve, guest, check):
    one = guest(serve(check(text)))
    for request in (
        GET,
        b"POST /a%20b?c=d HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ):
        one.send(request)
        status, _, body = one.read_response()
        assert (status, body) == (200, b"hello" if b"POST" in request else b"")


def test_the_path_is_utf8_tunnelled_as_latin1(serve, guest):
    seen = {}

    def app(environ, start_response):
        seen.update(environ)
        start_response("200 OK", [])
        return []

    one = guest(serve(app))
    one.send(b"GET /caf%C3%A9/a%2Fb?q=%C3%A9 HTTP/1.1\r\nHost: h:1\r\n\r\n")
    one.read_response()
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/café/a/b"
    assert seen["QUERY_STRING"] == "q=%C3%A9"
    assert (seen["SCRIPT_NAME"], seen["REMOTE_ADDR"]) == ("", "127.0.0.1")
    assert seen["wsgi.multithread"] is True
    assert seen["wsgi.multiprocess"] is False
    assert all(type(value) is str for name, value in seen.items() if "." not in name)


def test_the_input_ends_where_the_body_ends(serve, guest):
    read = []

    def app(environ, start_response):
        file = environ["wsgi.input"]
        read.append([file.readline(), file.read(3), file.readlines(), file.read(), file.read(5)])
        start_response("200 OK", [("Content-Length", "0")])
        return []

    one = guest(serve(app))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\na\nbcde\nfg\nh" + GET)
    one.read_response()
    one.read_response()
    assert read[0] == [b"a\n", b"bcd", [b"e\n", b"fg\n", b"h"], b"", b""]
    assert read[1] == [b"", b"", [], b"", b""]


def test_a_body_that_the_application_does_not_read_is_not_the_next_request(serve, guest):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "0")])
        return []

    one = guest(serve(app))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(GET) + GET + GET)
    assert [one.read_response()[0], one.read_response()[0]] == [200, 200]
    with pytest.raises(TimeoutError):
        one.socket.settimeout(0.1)
        one.file.read(1)


class Closing:
    """An iterable that counts how often it is closed."""

    def __init__(self, pieces):
        self.pieces = pieces
        self.closed = 0

    def __iter__(self):
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    def close(self):
        self.closed += 1


def one_after_the_other():
    while True:
        yield b"x" * 65_536


@pytest.mark.parametrize(
    "pieces", [[b"a", b"b"], [], [ValueError("at once")], [b"a", ValueError("late")]]
)
def test_close_is_called_once_however_it_ends(serve, guest, pieces):
    result = Closing(pieces)

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return result

    one = guest(serve(app))
    one.send(GET)
    one.read_head()
    wait_until(lambda: result.closed)
    assert result.closed == 1


def test_close_is_called_when_the_client_has_left(serve, guest):
    result = Closing(one_after_the_other())

    def app(environ, start_response):
        start_response("200 OK", [])
        return result

    one = guest(serve(app))
    one.send(GET)
    one.read_head()
    one.close()
    wait_until(lambda: result.closed)
    assert result.closed == 1


def test_the_head_waits_for_the_first_piece_that_is_not_empty(serve, guest):
    go_on = threading.Event()

    def app(environ, start_response):
        start_response("200 OK", [])
        yield b""
        go_on.wait(5)
        try:
            raise ValueError("changed my mind")
        except ValueError:
            start_response("503 Service Unavailable", [], sys.exc_info())
        yield b"sorry"

    one = guest(serve(app))
    one.send(GET)
    one.socket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        one.socket.recv(1)
    one.socket.settimeout(5)
    one.file = one.socket.makefile("rb")
    go_on.set()
    status, fields, body = one.read_response()
    assert (status, fields["transfer-encoding"], body) == (503, "chunked", b"sorry")


def test_a_second_start_response_without_an_error_is_500(serve, guest):
    def app(environ, start_response):
        start_response("200 OK", [])
        start_response("201 Created", [])
        return [b"never"]

    one = guest(serve(app))
    one.send(GET)
    assert one.read_response()[0] == 500
    assert one.is_closed()


def test_an_error_after_the_head_is_raised_again_and_breaks_the_answer_off(serve, guest):
    raised = []

    def app(environ, start_response):
        start_response("200 OK", [])
        yield b"begun"
        try:
            raise ValueError("too late")
        except ValueError:
            try:
                start_response("500 Internal Server Error", [], sys.exc_info())
            except ValueError as error:
                raised.append(str(error))
                raise

    one = guest(serve(app))
    one.send(GET)
    assert one.read_head()[0] == 200
    assert one.file.read() == b"5\r\nbegun\r\n"
    assert raised == ["too late"]


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        ("200 OK", [("Connection", "close")]),
        ("200 OK", [("Transfer-Encoding", "chunked")]),
        ("200 OK", [("Keep-Alive", "1")]),
        ("200 OK", [("Upgrade", "x")]),
        ("200 OK", [("X-A", "1\r\nSet-Cookie: evil=1")]),
        ("200 OK", [("X-A", "1\nSet-Cookie: evil=1")]),
        ("200 OK", [("X-A", "1\rSet-Cookie: evil=1")]),
        ("200 OK", [("X-A\r\nSet-Cookie", "evil=1")]),
        ("200 OK", [("X A", "1")]),
        ("200 OK", [("X-A", "\0")]),
        ("200 OK", [("X-A", "€")]),
        ("200 OK\r\nSet-Cookie: evil=1", []),
        ("200", []),
        ("OK", []),
        ("100 Continue", []),
        ("200 OK", [("X-A", 1)]),
        ("200 OK", [(b"X-A", b"1")]),
        ("200 OK", [("Content-Length", "+1")]),
        ("200 OK", [("Content-Length", "1"), ("Content-Length", "2")]),
    ],
)
def test_a_head_that_would_not_say_what_is_meant_is_500(serve, guest, status, fields):
    def app(environ, start_response):
        start_response(status, fields)
        return [b"x"]

    one = guest(serve(app))
    one.send(GET)
    status_sent, sent, _ = one.read_response()
    assert status_sent == 500
    assert "set-cookie" not in sent


@pytest.mark.parametrize("result", [["text"], [None], "text", 5, None])
def test_a_body_that_is_not_bytes_is_500(serve, guest, result):
    def app(environ, start_response):
        start_response("200 OK", [])
        return result

    one = guest(serve(app))
    one.send(GET)
    assert one.read_response()[0] == 500


def test_no_byte_goes_out_beyond_what_was_declared(serve, guest):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "3")])
        return iter([b"ab", b"cd", b"HTTP/1.1 200 OK\r\n\r\n"])

    one = guest(serve(app))
    one.send(GET + GET)
    assert [one.read_response()[2], one.read_response()[2]] == [b"abc", b"abc"]


def test_a_body_that_is_too_short_ends_the_connection(serve, guest):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "5")])
        return [b"abc"]

    one = guest(serve(app))
    one.send(GET + GET)
    assert one.read_response()[2] == b"abc"
    assert one.is_closed()


def test_an_answer_of_unknown_length_to_http_1_0_ends_with_the_connection(serve, guest):
    def app(environ, start_response):
        start_response("200 OK", [])
        return iter([b"a", b"b"])

    one = guest(serve(app))
    one.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    _, fields, body = one.read_response()
    assert body == b"ab"
    assert "transfer-encoding" not in fields
    assert fields["connection"] == "close"


def test_write_sends_before_what_is_returned(serve, guest):
    def app(environ, start_response):
        write = start_response("200 OK", [])
        write(b"one ")
        write(b"")
        write(b"two ")
        return [b"three"]

    one = guest(serve(app))
    one.send(GET)
    assert one.read_response()[2] == b"one two three"


def test_the_file_wrapper_sends_a_file_and_closes_it(serve, guest):
    file = io.BytesIO(b"x" * 200_000)

    def app(environ, start_response):
        start_response("200 OK", [("Content-Length", "200000")])
        return environ["wsgi.file_wrapper"](file, 1000)

    one = guest(serve(app))
    one.send(GET)
    assert one.read_response()[2] == b"x" * 200_000
    wait_until(lambda: file.closed)


@pytest.mark.parametrize(
    "error", [ValueError("oh"), SystemExit(3), KeyError("x"), RecursionError()]
)
def test_an_application_that_fails_is_500_and_the_server_goes_on(serve, guest, error):
    def app(environ, start_response):
        if environ["PATH_INFO"] == "/fail":
            raise error
        return text(environ, start_response)

    server = serve(app, threads=1)
    one = guest(server)
    one.send(b"GET /fail HTTP/1.1\r\nHost: h\r\n\r\n")
    status, _, body = one.read_response()
    assert status == 500
    assert type(error).__name__.encode() not in body
    another = guest(server)
    another.send(GET)
    assert another.read_response()[0] == 200

"""Step 3.6: the application is called."""

import socket
import time
from io import BytesIO
from wsgiref.validate import validator

import pytest

from bistro.http import RequestHead
from bistro.sockets import Connection, DeadlinePassed, Disconnected
from bistro.wsgi import ResponseWriter, base_environ, build_environ, run

TEXT = ("Content-Type", "text/plain")


class Meal:
    """What an application returned: pieces, some of them errors to raise, and a close()."""

    def __init__(self, *pieces, on_close=None):
        self.pieces = iter(pieces)
        self.on_close = on_close
        self.closed = 0

    def __iter__(self):
        return self

    def __next__(self):
        piece = next(self.pieces)
        if isinstance(piece, BaseException):
            raise piece
        return piece

    def close(self):
        self.closed += 1
        if self.on_close is not None:
            raise self.on_close


def serving(result, *fields):
    """An application that answers 200 and returns `result`."""

    def app(environ, start_response):
        start_response("200 OK", [TEXT, *fields])
        return result

    return app


def served(app, method="GET", version="HTTP/1.1", body=b"", send=None):
    """Run an application on one request; the writer, and the bytes of each send."""
    sent = []
    request = RequestHead(method, "/menu?table=7", version, {"host": "bistro.example"})
    writer = ResponseWriter(request, send or sent.append)
    base = base_environ("127.0.0.1", 8000)
    run(app, build_environ(base, request, BytesIO(body), len(body), "192.0.2.7"), writer)
    return writer, sent


def body_of(response):
    """What follows the head in the bytes of a response."""
    return response.partition(b"\r\n\r\n")[2]


def gone(data):
    """A send to a client that has left."""
    raise Disconnected("the guest has left")


def test_a_list_goes_out_whole():
    """A list or tuple is sent in one send, with its length: nothing else has to be waited for."""
    for result in ([b"leek ", b"tart"], (b"leek ", b"", b"tart")):
        writer, sent = served(serving(result))
        assert len(sent) == 1
        assert b"\r\nContent-Length: 9\r\n" in sent[0]
        assert body_of(sent[0]) == b"leek tart"
        assert (writer.status, writer.size, writer.keep_alive) == (200, 9, True)


def test_a_generator_goes_out_piece_by_piece():
    """Each piece of a generator is sent before the next one is asked for."""
    seen = []

    def app(environ, start_response):
        start_response("200 OK", [TEXT])
        for piece in (b"soup", b"", b"trout"):
            yield piece
            seen.append(len(sent))

    sent = []
    served(app, send=sent.append)
    assert seen == [1, 1, 2]
    assert body_of(b"".join(sent)) == b"4\r\nsoup\r\n5\r\ntrout\r\n0\r\n\r\n"


def test_the_application_sees_the_request():
    """The application is called once, with the environ and start_response."""
    calls = []

    def app(environ, start_response):
        calls.append(environ["PATH_INFO"])
        start_response("200 OK", [TEXT])
        return [environ["QUERY_STRING"].encode(), environ["wsgi.input"].read()]

    _, sent = served(app, method="POST", body=b"+dish")
    assert body_of(sent[0]) == b"table=7+dish"
    assert calls == ["/menu"]


def test_write_comes_before_what_is_returned():
    """What the application sends with write comes first, then what it returns."""

    def app(environ, start_response):
        write = start_response("200 OK", [TEXT])
        write(b"soup")
        return [b"trout"]

    _, sent = served(app)
    assert body_of(b"".join(sent)) == b"4\r\nsoup\r\n5\r\ntrout\r\n0\r\n\r\n"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_the_validator_finds_nothing(method):
    """Python's own WSGI checker, wsgiref.validate, between server and application stays silent."""

    def kitchen(environ, start_response):
        write = start_response("200 OK", [TEXT])
        write(b"soup ")
        return Meal(environ["wsgi.input"].read(5), b"", b" tart")

    def plate(environ, start_response):
        start_response("200 OK", [TEXT, ("Content-Length", "5")])
        return [environ["wsgi.input"].read(5)]

    for app in (kitchen, plate):
        writer, sent = served(validator(app), method=method, body=b"trout")
        assert (writer.status, writer.keep_alive) == (200, True)
        assert (b"trout" in b"".join(sent)) is (method != "HEAD")


def test_a_file_is_sent_and_closed():
    """What wsgi.file_wrapper makes of a file is sent in blocks, and the file is closed."""
    file = BytesIO(b"leek tart")

    def app(environ, start_response):
        start_response("200 OK", [TEXT])
        return environ["wsgi.file_wrapper"](file, 4)

    _, sent = served(app)
    assert body_of(b"".join(sent)) == b"4\r\nleek\r\n4\r\n tar\r\n1\r\nt\r\n0\r\n\r\n"
    assert file.closed


def test_close_is_called_once_at_the_end():
    """What the application returned is closed when all is sent, once."""
    meal = Meal(b"soup")
    _, sent = served(serving(meal))
    assert meal.closed == 1
    assert b"".join(sent).endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("kind", [ValueError, ConnectionRefusedError, TimeoutError])
def test_an_error_becomes_500(kind, caplog):
    """A failure before the head is out, whatever its kind, is answered 500, and is logged."""
    error = kind("the pan is on fire")

    def app(environ, start_response):
        start_response("200 OK", [TEXT, ("X-Table", "7")])
        raise error

    writer, sent = served(app)
    assert len(sent) == 1
    assert sent[0].startswith(b"HTTP/1.1 500 ")
    assert b"X-Table" not in sent[0]
    assert b"\r\nConnection: close\r\n" in sent[0]
    assert b"fire" not in sent[0]
    assert (writer.status, writer.keep_alive, writer.cut) == (500, False, False)
    assert writer.size == 0
    assert [record.exc_info[1] for record in caplog.records] == [error]


def test_an_error_in_the_body_is_found_in_time():
    """A generator that fails before its first byte still gets a 500: the head was waiting."""
    meal = Meal(b"", ValueError("the pan is on fire"))
    writer, sent = served(serving(meal))
    assert sent[0].startswith(b"HTTP/1.1 500 ")
    assert (writer.status, meal.closed) == (500, 1)


def test_an_error_on_head_has_no_body():
    """The 500 for a HEAD is a head and nothing else, whenever the application failed."""
    for app in (None, serving(Meal(ValueError("the pan is on fire")))):
        _, sent = served(app, method="HEAD")
        assert sent[0].startswith(b"HTTP/1.1 500 ")
        assert sent[0].endswith(b"\r\n\r\n")
        assert len(sent) == 1


def test_an_error_after_a_promise_of_no_body():
    """The 500 for a GET has a body, even if the application had announced a 204."""

    def app(environ, start_response):
        start_response("204 No Content", [])
        raise ValueError("the pan is on fire")

    _, sent = served(app)
    assert sent[0].startswith(b"HTTP/1.1 500 ")
    assert b"Content-Length: %d\r\n" % len(body_of(sent[0])) in sent[0]
    assert body_of(sent[0]) != b""


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_after_a_failure_nothing_goes_out(version):
    """What a failed application writes later is dropped, whether or not the head was out."""
    kept = []

    def app(environ, start_response):
        kept.append(start_response("200 OK", [TEXT]))
        yield from pieces
        raise ValueError("the pan is on fire")

    for pieces in ([], [b"soup"]):
        writer, sent = served(app, version=version)
        before = list(sent)
        kept.pop()(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        assert sent == before
        assert writer.size == len(b"".join(pieces))


@pytest.mark.parametrize(
    ("version", "fields", "cut"),
    [
        ("HTTP/1.1", [], False),
        ("HTTP/1.1", [("Content-Length", "9")], False),
        ("HTTP/1.0", [("Content-Length", "9")], False),
        ("HTTP/1.0", [], True),
    ],
)
def test_an_error_after_the_head_breaks_off(version, fields, cut):
    """After the head no 500 and no last chunk is sent; cut says who can't see the failure."""
    meal = Meal(b"soup", ValueError("the pan is on fire"))
    writer, sent = served(serving(meal, *fields), version=version)
    assert len(sent) == 1
    assert body_of(sent[0]) in (b"4\r\nsoup\r\n", b"soup")
    assert (writer.status, writer.keep_alive, writer.cut) == (200, False, cut)
    assert meal.closed == 1


def test_an_error_after_a_head_without_body_cuts_nothing():
    """Where no body may be, none is missing: cut stays false."""
    meal = Meal(b"soup", ValueError("the pan is on fire"))
    writer, sent = served(serving(meal), method="HEAD", version="HTTP/1.0")
    assert (len(sent), writer.keep_alive, writer.cut) == (1, False, False)


@pytest.mark.parametrize("result", [None, 7, "soup", ["soup"], [b"soup", None], iter(["soup"])])
def test_what_is_no_iterable_of_bytes_becomes_500(result):
    """An application that returns anything but bytes in an iterable has failed."""
    writer, sent = served(serving(result))
    assert sent[0].startswith(b"HTTP/1.1 500 ")
    assert (len(sent), writer.keep_alive) == (1, False)


def test_a_forgotten_start_response_becomes_500():
    """An application that never called start_response has failed."""
    for result in ([b"soup"], [], Meal(b"soup"), Meal()):
        _, sent = served(lambda environ, start_response, result=result: result)
        assert sent[0].startswith(b"HTTP/1.1 500 ")


def test_a_split_response_becomes_500():
    """Of a head with CR LF in a value no byte goes out: the client gets a 500."""
    evil = ("Location", "/menu\r\nSet-Cookie: guest=evil")
    _, sent = served(serving([b"soup"], evil))
    assert sent[0].startswith(b"HTTP/1.1 500 ")
    assert b"evil" not in b"".join(sent)


def test_the_server_outlives_sys_exit():
    """An application that calls sys.exit() has failed; the server goes on."""
    writer, sent = served(serving(Meal(SystemExit(3))))
    assert sent[0].startswith(b"HTTP/1.1 500 ")
    assert writer.keep_alive is False


def test_ctrl_c_comes_through():
    """KeyboardInterrupt is for the server and comes through; close() is called first."""
    meal = Meal(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        served(serving(meal))
    assert meal.closed == 1


def test_an_error_in_close_is_only_logged(caplog):
    """An error in close() comes when all is sent: it is logged, and changes nothing."""
    error = ValueError("the sink is blocked")
    meal = Meal(b"soup", on_close=error)
    writer, sent = served(serving(meal))
    assert b"".join(sent).endswith(b"0\r\n\r\n")
    assert (writer.status, writer.keep_alive) == (200, True)
    assert [record.exc_info[1] for record in caplog.records] == [error]


@pytest.mark.parametrize("error", [Disconnected("the guest has left"), DeadlinePassed("too slow")])
def test_a_client_that_left_ends_it(error, caplog):
    """When the client is gone nothing more is sent, no error is logged, and close() is called."""
    tries = []

    def send(data):
        tries.append(data)
        raise error

    meal = Meal(b"soup", ValueError("must not be asked for this"))
    writer, _ = served(serving(meal), send=send)
    assert (writer.keep_alive, meal.closed, len(tries)) == (False, 1, 1)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_list_for_a_client_that_left():
    """A client may also leave before a whole body, or even the 500, could be sent."""
    writer, _ = served(serving([b"soup"]), send=gone)
    assert writer.keep_alive is False
    writer, _ = served(serving(None), send=gone)
    assert writer.keep_alive is False


def test_a_list_with_a_close_is_closed():
    """Whatever has a close() is closed, even if it is a kind of list, and empty."""

    class Plates(list):
        closed = 0

        def close(self):
            self.closed += 1

    for pieces in ([b"soup"], []):
        plates = Plates(pieces)
        _, sent = served(serving(plates))
        assert plates.closed == 1
        assert body_of(b"".join(sent)).count(b"soup") == len(pieces)


def test_a_guest_who_walks_out_of_a_real_connection():
    """On a real socket too, an endless answer ends when the client has left, and is closed."""
    ours, theirs = socket.socketpair()
    theirs.close()
    meal = Meal(*[b"x" * 65_536] * 1000)
    connection = Connection(ours)
    connection.deadline = time.monotonic() + 2
    writer, _ = served(serving(meal), send=connection.send)
    ours.close()
    assert (writer.keep_alive, meal.closed) == (False, 1)
    assert next(meal.pieces) is not None

"""Step 4.4: one request after the other, without waiting for any."""

import logging
import socket

import pytest

from bistro.http import CONTINUE, ProtocolError
from bistro.server import BODY, HEAD, IDLE, LEAVING, SENDING
from bistro.sockets import READ, WRITE, Disconnected

GET = b"GET /menu HTTP/1.1\r\nHost: bistro\r\n\r\n"
LARGE = bytes(range(256)) * 24_000


@pytest.fixture
def parked(monkeypatch):
    """What was parked: a list of (client, event). Parking itself is a later step."""
    return []


@pytest.fixture
def serve(at_rest, connect, parked):
    """`serve(app, **limits)`: a server, a client of its and the guest at the other end."""

    def serve(app=None, **limits):
        server = at_rest(app, **limits) if app else at_rest(**limits)
        server.park = lambda client, event: parked.append((client, event))
        client, guest = connect(**limits)
        server.clients.add(client)
        return server, client, guest

    return serve


def large(environ, start_response):
    start_response("200 OK", [("Content-Length", str(len(LARGE)))])
    return [LARGE]


def echo(environ, start_response):
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode(), b" ", environ["wsgi.input"].read()]


def failing(environ, start_response):
    raise LookupError("no such dish")


def breaking_off(environ, start_response):
    start_response("200 OK", [])
    yield b"the first course"
    raise LookupError("no second course")


def test_request_is_answered(serve, parked, patiently, receive):
    """A request is answered, and its client is idle then and parked until it can be read."""
    server, client, guest = serve()
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert receive(guest).endswith(b"\r\n\r\nhello")
    assert client.phase == IDLE
    assert parked == [(client, READ)]
    assert client in server.clients


def test_nothing_there(serve, parked):
    """A client that has sent nothing is left to the caller: BlockingIOError, and no waiting."""
    server, client, _ = serve()
    with pytest.raises(BlockingIOError):
        server.advance(client)
    assert parked == []


def test_half_a_head(serve, arrived):
    """Half a head calls no application."""
    server, client, guest = serve(lambda environ, start_response: pytest.fail("called"))
    guest.sendall(GET[:-4])
    arrived(client)
    with pytest.raises(BlockingIOError):
        server.advance(client)
    assert client.phase == HEAD


def test_application_sees_the_request(serve, patiently, receive):
    """The application sees the request's path and body, and the server's name."""
    server, client, guest = serve(echo)
    guest.sendall(b"POST /order HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\ntrout")
    patiently(client, server.advance, client)
    assert receive(guest).endswith(b"\r\n\r\n/order trout")


def test_environ_says_where(serve, patiently, receive):
    """The environ says who serves, and who asked."""

    def where(environ, start_response):
        start_response("200 OK", [])
        return [f"{environ['SERVER_PORT']} {environ['REMOTE_ADDR']}".encode()]

    server, client, guest = serve(where)
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert receive(guest).endswith(b"\r\n\r\n%d guest" % server.address[1])


def test_body_is_closed(serve, patiently):
    """A request's body is closed when it has been answered."""
    bodies = []

    def keeping(environ, start_response):
        bodies.append(environ["wsgi.input"])
        start_response("200 OK", [])
        return []

    server, client, guest = serve(keeping)
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert bodies[0].closed


def test_pipelined_requests(serve, parked, patiently, receive):
    """Of pipelined requests one is answered; for the next, the client goes behind the others."""
    server, client, guest = serve(echo)
    client.since = 1.0
    guest.sendall(GET.replace(b"menu", b"first") + GET.replace(b"menu", b"second"))
    patiently(client, server.advance, client)
    assert receive(guest).endswith(b"/first ")
    assert (len(server.ready), parked) == (1, [])
    assert client.phase == IDLE
    assert client.since > 1.0
    client.since = 1.0
    server.advance(server.ready.popleft())
    assert client.since > 1.0
    assert receive(guest).endswith(b"/second ")
    assert parked == [(client, READ)]


def test_pipelining_jumps_no_queue(serve, connect):
    """A client whose next request is in the buffer goes behind those that are ready already."""
    server, client, _ = serve()
    other, _ = connect()
    server.ready.append(other)
    client.buffer += GET
    server.proceed(client)
    assert list(server.ready) == [other, client]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
    ],
)
def test_last_request(serve, patiently, everything, request_bytes):
    """A client that wants no other answer sees the end, and is released: it sends nothing more."""
    server, client, guest = serve()
    guest.sendall(request_bytes)
    patiently(client, server.advance, client)
    assert everything(guest).endswith(b"hello")
    assert client.socket.fileno() < 0
    assert server.clients == set()


def test_http_1_0_keeps_alive(serve, parked, patiently, receive):
    """An HTTP/1.0 client that asks to keep the connection keeps it."""
    server, client, guest = serve()
    guest.sendall(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    patiently(client, server.advance, client)
    assert b"Connection: keep-alive\r\n" in receive(guest)
    assert parked == [(client, READ)]


def test_nothing_after_the_last_request(serve, parked, patiently, everything):
    """What a client sends behind its last request is not answered."""
    server, client, guest = serve(echo)
    guest.sendall(b"GET /one HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + GET)
    patiently(client, server.advance, client)
    assert everything(guest).endswith(b"/one ")
    assert len(server.ready) == 0
    assert client.phase == LEAVING


def test_when_the_server_is_stopping(serve, patiently, everything):
    """A server that is stopping answers, says that it will close, and closes."""
    server, client, guest = serve()
    server.stopping = True
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert b"Connection: close\r\n" in everything(guest)
    assert client.phase == LEAVING


def test_answer_that_is_not_taken(serve, parked, patiently):
    """A client with an unsent answer is SENDING, and parked until it can be written."""
    server, client, guest = serve(large)
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert client.unsent is not None
    assert client.phase == SENDING
    assert parked == [(client, WRITE)]


def test_time_to_take_an_answer(serve, parked):
    """The time to take an answer begins when the application has given it."""
    server, client, _ = serve()
    client.keep(b"the second course")
    client.since = 1.0
    server.proceed(client)
    assert (client.phase, parked) == (SENDING, [(client, WRITE)])
    assert client.since > 1.0


@pytest.mark.parametrize(("unsent", "phase"), [(b"", IDLE), (b"the second course", SENDING)])
def test_phase_before_parking(serve, unsent, phase):
    """A client is in its phase before it is parked; after that another thread may work on it."""
    server, client, _ = serve()
    seen = []
    server.park = lambda client, event: seen.append((client.phase, client.since > 1.0))
    if unsent:
        client.keep(unsent)
    client.phase, client.since = BODY, 1.0
    server.proceed(client)
    assert seen == [(phase, True)]


def test_rest_of_an_answer(serve, parked, receive, patiently):
    """A client that is SENDING is sent the rest as it takes it; no request is read until then."""
    server, client, guest = serve(large)
    guest.sendall(GET + GET)
    patiently(client, server.advance, client)
    taken = guest.recv(1_000_000)
    while client.unsent is not None:
        client.since = 1.0
        try:
            server.advance(client)
        except BlockingIOError:
            guest.setblocking(False)
            try:
                taken += guest.recv(1_000_000)
            except BlockingIOError:
                continue
        assert client.since > 1.0, "its time begins anew whenever it takes something"
    assert (client.phase, len(server.ready)) == (IDLE, 1)
    guest.settimeout(2)
    size = len(LARGE) + taken.index(b"\r\n\r\n") + 4
    while len(taken) < size:
        taken += guest.recv(1_000_000)
    assert taken.endswith(LARGE)
    assert taken.count(b"HTTP/1.1 200") == 1


def test_rest_of_the_last_answer(serve, patiently):
    """Also the last answer is sent whole before the connection ends."""
    server, client, guest = serve(large)
    guest.sendall(b"GET / HTTP/1.0\r\n\r\n")
    patiently(client, server.advance, client)
    assert client.phase == SENDING
    taken = b""
    guest.setblocking(False)
    while server.clients:
        try:
            taken += guest.recv(1_000_000)
            server.advance(client)
        except BlockingIOError:
            continue
    guest.settimeout(2)
    while piece := guest.recv(1_000_000):
        taken += piece
    assert taken.endswith(LARGE)


def test_unsent_go_ahead(serve, arrived):
    """A 100 (Continue) that could not be sent at once is sent before the body is waited for."""
    server, client, guest = serve()
    guest.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n")
    arrived(client)
    with pytest.raises(BlockingIOError):
        server.advance(client)
    client.keep(CONTINUE)
    with pytest.raises(BlockingIOError):
        server.advance(client)
    assert client.phase == BODY
    assert guest.recv(100) == CONTINUE
    assert client.unsent is None


def test_leaving_client_that_left(serve):
    """A client that is LEAVING and has ended its side is released."""
    server, client, guest = serve()
    client.enter(LEAVING)
    guest.sendall(GET)
    guest.shutdown(socket.SHUT_WR)
    client.socket.recv(1, socket.MSG_PEEK | getattr(socket, "MSG_WAITALL", 0))
    while client in server.clients:
        try:
            server.advance(client)
        except BlockingIOError:
            continue
    assert client.socket.fileno() == -1


def test_leaving_client_that_stays(serve, arrived, parked):
    """What a client that is LEAVING sends is thrown away, and nobody answers or waits."""
    server, client, guest = serve()
    client.enter(LEAVING)
    guest.sendall(GET)
    arrived(client)
    with pytest.raises(BlockingIOError):
        server.advance(client)
    assert (client.phase, bytes(client.buffer)) == (LEAVING, b"")
    assert (parked, len(server.ready)) == ([], 0)


def test_application_fails(serve, patiently, everything):
    """An application that fails is answered for with 500, and the connection ends."""
    server, client, guest = serve(failing)
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert everything(guest).startswith(b"HTTP/1.1 500 ")
    assert client.phase == LEAVING


def test_answer_breaks_off(serve, patiently):
    """An answer that breaks off where its end would not show is cut off with a reset."""
    server, client, guest = serve(breaking_off)
    guest.sendall(b"GET / HTTP/1.0\r\n\r\n")
    with pytest.raises(Disconnected):
        patiently(client, server.advance, client)
    with pytest.raises(ConnectionResetError):
        while guest.recv(1000):
            pass


def test_bad_request(serve, patiently, parked):
    """What is no request is a ProtocolError for the caller."""
    server, client, guest = serve()
    guest.sendall(b"GET /menu\r\n\r\n")
    with pytest.raises(ProtocolError) as caught:
        patiently(client, server.advance, client)
    assert caught.value.status == 400
    assert parked == []


def test_access_log(serve, patiently, caplog, monkeypatch):
    """Each request is one line in the access log: who, what, the status, the size, how long."""
    caplog.set_level(logging.INFO, "bistro.access")
    now = 5.0

    def slow(environ, start_response):
        nonlocal now
        now += 1.25
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    server, client, guest = serve(slow)
    guest.sendall(GET)
    for clock in ("perf_counter", "monotonic", "time"):
        monkeypatch.setattr(f"bistro.server.time.{clock}", lambda: now)
        monkeypatch.setattr(f"bistro.server.time.{clock}_ns", lambda: int(now * 1_000_000_000))
    patiently(client, server.advance, client)
    assert caplog.messages == ['guest "GET /menu HTTP/1.1" 200 5 1250.0 ms']


def test_no_access_log(serve, patiently, caplog):
    """Where nobody wants the access log, none is written."""
    caplog.set_level(logging.WARNING, "bistro.access")
    server, client, guest = serve()
    guest.sendall(GET)
    patiently(client, server.advance, client)
    assert caplog.records == []

"""Step 4.6: who comes in, who waits, and who is told no. From here on the server runs."""

import errno
import os
import socket
import threading

import pytest

from bistro import server as module
from bistro.server import BODY, HEAD, IDLE, LEAVING, SENDING

GET = b"GET /menu HTTP/1.1\r\nHost: bistro\r\n\r\n"
LARGE = bytes(range(256)) * 24_000


@pytest.fixture
def guest_of(at_rest, connect):
    """`guest_of(**limits)`: a server, a client of its and the guest at the other end."""

    def guest_of(**limits):
        server = at_rest(**limits)
        client, guest = connect(**limits)
        server.clients.add(client)
        return server, client, guest

    return guest_of


def wait_for(server):
    """Wait until guests are in the system's queue."""
    server.poller.watch(server.listener)
    assert server.poller.wait(2) == [server.listener.fileno()]
    server.poller.unwatch(server.listener)


def test_refused(guest_of, everything):
    """Who is refused gets the status, the reason and `Connection: close`, and then the end."""
    server, client, guest = guest_of()
    server.refuse(client, 408, "the head took too long")
    answer = everything(guest)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b"\r\nConnection: close\r\n" in answer
    assert b"the head took too long" in answer


def test_refused_client_leaves(guest_of):
    """Who is refused is leaving: nothing more is read as a request, its end is waited for."""
    server, client, _ = guest_of()
    server.refuse(client, 400, "not HTTP")
    assert client.phase == LEAVING
    assert client.fd in server.parked
    assert client.socket.fileno() >= 0


def test_refusal_is_logged(guest_of, caplog):
    """The access log says who was refused, with which status, and why."""
    caplog.set_level("INFO", "bistro.access")
    server, client, _ = guest_of()
    server.refuse(client, 408, "the head took too long")
    (line,) = caplog.messages
    assert line.startswith("guest ")
    assert "408" in line
    assert "the head took too long" in line


def test_refused_after_an_answer(guest_of, everything):
    """What was unsent goes out before the refusal."""
    server, client, guest = guest_of()
    client.keep(b"the answer before")
    server.refuse(client, 400, "not HTTP")
    assert everything(guest).startswith(b"the answer beforeHTTP/1.1 400 ")


def test_refused_client_that_takes_nothing(guest_of):
    """Who does not take what is unsent is not waited for: it is released."""
    server, client, _ = guest_of()
    client.transmit(LARGE)
    server.refuse(client, 400, "not HTTP")
    assert client not in server.clients
    assert client.socket.fileno() == -1
    assert server.parked == {}


def test_refused_client_that_has_left(guest_of, gone):
    """Who has left already is released, and nothing is raised."""
    server, client, guest = guest_of()
    guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    guest.close()
    gone(client)
    server.refuse(client, 400, "not HTTP")
    assert client not in server.clients


def test_enqueued(guest_of):
    """A client that has something to do waits for a thread in `ready`."""
    server, client, _ = guest_of()
    server.enqueue(client)
    assert server.ready.popleft() is client


@pytest.mark.parametrize("phase", [IDLE, HEAD, BODY])
def test_queue_is_full(guest_of, connect, everything, phase):
    """Where too many requests wait for a thread, the next one is told so at once: 503."""
    server, client, guest = guest_of(queue=2)
    for _ in range(2):
        server.enqueue(client)
    assert len(server.ready) == 2
    client.enter(phase)
    server.enqueue(client)
    assert len(server.ready) == 2
    assert everything(guest).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("phase", [SENDING, LEAVING])
def test_queue_has_room_for_the_answered(guest_of, phase):
    """Who has an answer already is never turned away."""
    server, client, _ = guest_of(queue=0)
    client.enter(phase)
    server.enqueue(client)
    assert len(server.ready) == 1


def test_nobody_waits(at_rest):
    """Where nobody waits to be accepted, that is all there is."""
    server = at_rest()
    assert server.accept_clients() is False
    assert server.clients == set()


def test_all_who_wait(at_rest, call):
    """All who wait are accepted: they are among the clients, and waiting for a thread."""
    server = at_rest()
    guests = [call(server) for _ in range(3)]
    wait_for(server)
    while len(server.clients) < 3:
        assert server.accept_clients() is False
    assert len(server.ready) == 3
    assert {server.ready.popleft().socket.getpeername() for _ in guests} == {
        guest.getsockname() for guest in guests
    }


def test_so_many_in_one_go(at_rest, call, monkeypatch):
    """At most MAX_ACCEPTS are accepted in one go; there may be more then."""
    monkeypatch.setattr(module, "MAX_ACCEPTS", 2)
    server = at_rest()
    for _ in range(3):
        call(server)
    wait_for(server)
    assert server.accept_clients() is True
    assert len(server.clients) == 2


def test_house_is_full(at_rest, call, everything):
    """One over the limit of connections is told so: 503."""
    server = at_rest(connections=1)
    first = call(server)
    wait_for(server)
    server.accept_clients()
    assert (len(server.clients), len(server.ready)) == (1, 1)
    second = call(server)
    wait_for(server)
    server.accept_clients()
    assert len(server.ready) == 1
    assert len(server.clients) == 2, "who is refused is a client until it has left"
    assert everything(second).startswith(b"HTTP/1.1 503 ")
    first.setblocking(False)
    with pytest.raises(BlockingIOError):
        first.recv(1)


def test_left_before_the_door(at_rest, call, monkeypatch):
    """One that has left before it was accepted is passed over."""
    server = at_rest()
    call(server)
    wait_for(server)
    accept, troubles = module.accept, [ConnectionAbortedError()]
    monkeypatch.setattr(module, "accept", lambda door: failing(troubles) or accept(door))
    assert server.accept_clients() is False
    assert len(server.clients) == 1


def failing(troubles):
    if troubles:
        raise troubles.pop()


def test_no_descriptor_left(at_rest, monkeypatch, caplog):
    """When the system has no descriptor left, accepting pauses, and the log says so."""
    server = at_rest()
    server.accept_again()
    trouble = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    monkeypatch.setattr(module, "accept", lambda door: failing([trouble]))
    assert server.accept_clients() is False
    assert server.accepting is False
    assert os.strerror(errno.EMFILE) in caplog.text
    assert server.poller.wait(0) == []


@pytest.mark.usefixtures("poller")
def test_keep_alive(running, call, receive):
    """A connection carries one request after the other."""
    guest = call(running())
    for _ in range(3):
        guest.sendall(GET)
        assert receive(guest).endswith(b"hello")


@pytest.mark.usefixtures("poller")
def test_silent_and_slow(running, call, receive):
    """Clients that are silent, send half a head or half a body, or don't read, hold no thread."""

    def large(environ, start_response):
        start_response("200 OK", [])
        return [LARGE if environ["PATH_INFO"] == "/large" else b"hello"]

    server = running(large)
    for sent in (
        b"",
        GET[:-2],
        GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\ntrout"),
        GET.replace(b"/menu", b"/large") * 2,
    ):
        for _ in range(5):
            call(server).sendall(sent)
    guest = call(server)
    guest.sendall(GET)
    assert receive(guest).endswith(b"hello")


@pytest.mark.usefixtures("poller")
@pytest.mark.parametrize(
    "sent",
    [GET[:-2], GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\ntrout")],
    ids=["head", "body"],
)
def test_too_slow(running, call, everything, sent):
    """Half a head or half a body is answered 408 when its time is up, and the connection ends."""
    guest = call(running(head_seconds=0.02, body_seconds=0.02))
    guest.sendall(sent)
    assert everything(guest).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /menu\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", b"417"),
        (b"G" * 70_000, b"414"),
    ],
)
def test_bad_requests(running, call, everything, sent, status):
    """A request that cannot be served is answered with its status, though more of it comes."""
    guest = call(running(body=10))
    guest.sendall(sent)
    assert everything(guest).startswith(b"HTTP/1.1 " + status)


def test_application_cannot_end_a_thread(running, call, receive):
    """Whatever an application raises, its thread goes on and serves the next client."""

    class Unusual(BaseException):
        pass

    def unusual(environ, start_response):
        if environ["PATH_INFO"] == "/unusual":
            raise Unusual
        start_response("200 OK", [])
        return [b"hello"]

    server = running(unusual, threads=1)
    guest = call(server)
    guest.sendall(GET.replace(b"/menu", b"/unusual"))
    with pytest.raises(ConnectionError):
        guest.recv(1) or failing([ConnectionResetError()])
    guest = call(server)
    guest.sendall(GET)
    assert receive(guest).endswith(b"hello")


def test_busy_threads(running, call, receive, everything):
    """While all threads are busy, so many requests wait for one; the next is told 503 at once."""
    called, go_on = threading.Event(), threading.Event()

    def busy(environ, start_response):
        called.set()
        go_on.wait(2)
        start_response("200 OK", [])
        return [b"hello"]

    server = running(busy, threads=1, queue=1)
    first = call(server)
    try:
        first.sendall(GET)
        assert called.wait(2)
        second = call(server)
        second.sendall(GET)
        while len(server.ready) < 1:
            server.ring()
        third = call(server)
        third.sendall(GET)
        assert everything(third).startswith(b"HTTP/1.1 503 ")
    finally:
        go_on.set()
    assert receive(first).endswith(b"hello")
    assert receive(second).endswith(b"hello")

"""Clients that are silent, slow, half-way or gone; none of them holds up the others."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from tests.framework.conftest import ask, wait_until

resource = pytest.importorskip("resource", reason="how many files may be open is POSIX")

GET = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
BIG = b"x" * 10_000_000


@pytest.fixture
def crowd():
    """Connect many clients: `crowd(server, 200, data)`; all leave at the test's end."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    with contextlib.ExitStack() as stack:

        def connect(server, count, data=b"", receive_buffer=None):
            socks = []
            for _ in range(count):
                sock = stack.enter_context(socket.socket())
                sock.settimeout(5)
                if receive_buffer:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
                sock.connect(server.address)
                sock.sendall(data)
                socks.append(sock)
            return socks

        yield connect


def assert_served_within_a_second(server):
    for _ in range(5):
        start = time.monotonic()
        assert ask(server.address, "/small") == b"hello\n"
        assert time.monotonic() - start < 1


def small_or_big(environ, start_response):
    """Answer `/small` with a line, `/big` with 10 MB at once, `/stream` with 10 MB in pieces."""
    body = b"hello\n" if environ["PATH_INFO"] == "/small" else BIG
    start_response("200 OK", [("Content-Length", str(len(body)))])
    if environ["PATH_INFO"] == "/stream":
        return (body[at : at + 100_000] for at in range(0, len(body), 100_000))
    return [body]


def test_500_idle_connections_keep_nobody_waiting(serve, crowd):
    server = serve(small_or_big)
    crowd(server, 500)
    assert_served_within_a_second(server)


def test_500_connections_that_stay_open_after_an_answer_keep_nobody_waiting(serve, crowd):
    server = serve(small_or_big)
    crowd(server, 500, b"GET /small HTTP/1.1\r\nHost: h\r\n\r\n")
    assert_served_within_a_second(server)


@pytest.mark.parametrize(
    "half",
    [
        b"GET / HTTP/1.1\r\nHost: h\r\nX-",
        b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
        b"\x16\x03\x01",
    ],
    ids=["head", "body", "chunk", "tls"],
)
def test_200_half_sent_requests_keep_nobody_waiting(serve, crowd, half):
    server = serve(small_or_big)
    crowd(server, 200, half)
    assert_served_within_a_second(server)


@pytest.mark.parametrize("path", ["/big", "/stream"])
def test_50_clients_that_read_a_byte_at_a_time_keep_nobody_waiting(serve, crowd, path):
    server = serve(small_or_big)
    request = f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode()
    slow = crowd(server, 50, request, receive_buffer=4096)
    for _ in range(3):
        for sock in slow:
            assert len(sock.recv(1)) == 1
        assert_served_within_a_second(server)
    assert len(server.clients) >= len(slow)


def test_a_slow_client_gets_all_of_it_in_the_end(serve, crowd):
    server = serve(small_or_big)
    for path in ("/big", "/stream"):
        request = f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode()
        (sock,) = crowd(server, 1, request, receive_buffer=4096)
        time.sleep(0.2)  # long enough for the answer to be kept for us
        answer = b"".join(iter(lambda sock=sock: sock.recv(65_536), b""))
        assert answer.partition(b"\r\n\r\n")[2] == BIG


def test_a_half_sent_head_is_answered_408_when_its_time_is_up(serve, guest):
    one = guest(serve(head_seconds=0.2))
    one.send(b"GET / HT")
    assert one.read_response()[0] == 408
    assert one.is_closed()


def test_a_head_that_trickles_in_is_answered_408_all_the_same(serve, guest):
    one = guest(serve(head_seconds=0.4))
    one.send(GET[:-2])
    with contextlib.suppress(OSError):
        for _ in range(60):
            one.send(b"X")
            time.sleep(0.02)
    assert one.read_response()[0] == 408


def test_a_half_sent_body_is_answered_408_when_its_time_is_up(serve, guest):
    one = guest(serve(body_seconds=0.2))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf")
    assert one.read_response()[0] == 408


def test_an_idle_connection_is_closed_without_a_word(serve, guest):
    server = serve(idle_seconds=0.2)
    fresh, used = guest(server), guest(server)
    used.send(GET)
    used.read_response()
    assert fresh.is_closed()
    assert used.is_closed()


def test_a_client_that_takes_nothing_of_its_answer_is_cut_off(serve, crowd):
    server = serve(small_or_big, send_seconds=0.2)
    crowd(server, 1, b"GET /big HTTP/1.1\r\nHost: h\r\n\r\n", receive_buffer=4096)
    wait_until(lambda: server.clients)
    wait_until(lambda: not server.clients)


def test_requests_over_the_limit_of_the_queue_are_answered_503(serve, guest):
    go_on = threading.Event()

    def app(environ, start_response):
        go_on.wait(5)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    server = serve(app, threads=1, queue=2)
    guests = []
    for _ in range(10):
        guests.append(guest(server))
        guests[-1].send(GET)
        time.sleep(0.01)
    wait_until(lambda: len(server.ready) >= 2)
    refused = guest(server)
    refused.send(GET)
    assert refused.read_response()[0] == 503
    go_on.set()
    statuses = [one.read_response()[0] for one in guests]
    assert set(statuses) == {200, 503}
    assert statuses[0] == 200


def test_connections_over_the_limit_are_answered_503(serve, crowd, guest):
    server = serve(connections=10)
    crowd(server, 10)
    wait_until(lambda: len(server.clients) == 10)
    assert guest(server).read_response()[0] == 503


def test_clients_that_leave_at_any_moment_leave_nothing_behind(serve):
    server = serve(small_or_big)
    for data in (b"", b"GET /", GET, GET * 50, b"GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"):
        for _ in range(20):
            sock = socket.create_connection(server.address)
            sock.sendall(data)
            sock.close()
    wait_until(lambda: not server.clients)
    assert_served_within_a_second(server)


def test_a_large_body_does_not_stay_in_memory(serve):
    received = []

    def app(environ, start_response):
        size = 0
        while piece := environ["wsgi.input"].read(65_536):
            size += len(piece)
        received.append(size)
        start_response("200 OK", [("Content-Length", "0")])
        return []

    server = serve(app)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with socket.create_connection(server.address, timeout=10) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n")
        for _ in range(100):
            sock.sendall(BIG[:1_000_000])
        assert sock.recv(100).startswith(b"HTTP/1.1 200")
    assert received == [100_000_000]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # KiB


def test_the_answer_to_a_client_that_goes_on_sending_arrives(serve, guest):
    one = guest(serve(body=10))
    one.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n")
    with contextlib.suppress(OSError):
        one.send(b"x" * 500_000)
    assert one.read_response()[0] == 413

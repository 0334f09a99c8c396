"""Requests that block: they hold up nobody while a thread is free, and cost nothing while none is.

The servers here have a `tick` of a minute, so that a wake-up that is lost is not made good by it.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import time
from queue import SimpleQueue

import pytest

from tests.framework.conftest import ask, wait_until

QUICK = b"GET /quick HTTP/1.1\r\nHost: h\r\n\r\n"
BLOCK = b"GET /block HTTP/1.1\r\nHost: h\r\n\r\n"
LAST = b"GET /quick HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


@pytest.fixture(params=["epoll", "selector"], autouse=True)
def poller(request, monkeypatch):
    """Run each test with both pollers, where the system has both."""
    if request.param == "selector":
        monkeypatch.delattr(select, "epoll", raising=False)
    elif not hasattr(select, "epoll"):
        pytest.skip("this system has no epoll")


class Kitchen:
    """An application whose `/block` holds a thread until somebody opens the gate."""

    def __init__(self):
        self.gate = threading.Semaphore(0)
        self.lock = threading.Lock()
        self.blocked = 0

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/block":
            self.count(1)
            self.gate.acquire(timeout=20)
            self.count(-1)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    def count(self, more):
        with self.lock:
            self.blocked += more

    def open(self):
        self.gate.release(1000)


@pytest.fixture
def kitchen(serve, guest):
    """The application; its gate is opened before the guests leave and the servers close."""
    application = Kitchen()
    yield application
    application.open()


@pytest.fixture
def open_server(serve, kitchen):
    """`open_server(threads=8, **limits)`: a server for the kitchen that looks up once a minute."""
    servers = []

    def open_server(**limits):
        servers.append(serve(kitchen, **{"tick": 60, **limits}))
        return servers[-1]

    yield open_server
    for server in servers:
        server.limits.tick = 0.05  # or closing would take that minute
        server.next_look = 0
        server.ring()


@pytest.fixture
def block(guest, kitchen):
    """`block(server, count)`: occupy so many threads."""

    def block(server, count):
        before, blocking = kitchen.blocked, [guest(server) for _ in range(count)]
        for one in blocking:
            one.send(BLOCK)
        wait_until(lambda: kitchen.blocked == before + count)
        return blocking

    return block


def assert_answered(one, count=1):
    """Each of `count` responses comes within a second."""
    for _ in range(count):
        start = time.monotonic()
        assert one.read_response()[2] == b"ok"
        assert time.monotonic() - start < 1


def test_others_are_answered_while_one_of_8_threads_is_blocked(open_server, guest, kitchen, block):
    server = open_server()
    block(server, 1)
    one = guest(server)
    for _ in range(100):
        one.send(QUICK)
        assert_answered(one)


@pytest.mark.parametrize("blocked", range(2, 8))
def test_blocked_requests_hold_up_nobody_while_a_thread_is_free(
    open_server, guest, kitchen, block, blocked
):
    server = open_server()
    block(server, blocked)
    others = [guest(server) for _ in range(10)]
    for _ in range(10):
        for one in others:
            one.send(QUICK)
        for one in others:
            assert_answered(one)


@pytest.mark.parametrize("count", range(1, 8))
def test_requests_that_come_together_with_blocking_ones_are_answered(
    open_server, guest, kitchen, count
):
    server = open_server()
    blocking = [guest(server) for _ in range(count)]
    others = [guest(server) for _ in range(20)]
    for number, one in enumerate(others):
        if number < count:
            blocking[number].send(BLOCK)
        one.send(QUICK)
    for one in others:
        assert_answered(one)


def test_the_ninth_blocked_of_8_threads_waits_without_spinning(open_server, guest, kitchen, block):
    server = open_server()
    block(server, 8)
    ninth, tenth = guest(server), guest(server)
    ninth.send(BLOCK)
    tenth.send(QUICK)
    wait_until(lambda: len(server.ready) == 2)
    start = time.process_time()
    time.sleep(1)
    assert time.process_time() - start < 0.25
    assert kitchen.blocked == 8
    kitchen.gate.release(2)
    assert_answered(tenth)
    wait_until(lambda: kitchen.blocked == 7)


def test_a_quiet_server_does_not_spin_after_its_threads_were_all_busy(
    open_server, guest, kitchen, block
):
    server = open_server()
    block(server, 8)
    ninth = guest(server)
    ninth.send(QUICK)
    wait_until(lambda: len(server.ready) == 1)
    kitchen.open()
    assert_answered(ninth)
    wait_until(lambda: not server.ready and server.turns.empty())
    looks = count_calls(server.poller, "wait")
    time.sleep(0.5)
    assert len(looks) < 10


def count_calls(thing, name):
    """Return a list that grows by one with each call of a method."""
    calls, method = [], getattr(thing, name)

    def counting(*arguments):
        calls.append(arguments)
        return method(*arguments)

    setattr(thing, name, counting)
    return calls


def test_a_pipelined_request_behind_a_blocked_one_holds_up_only_itself(
    open_server, guest, kitchen, block
):
    server = open_server(threads=2)
    one, other = guest(server), guest(server)
    one.send(QUICK + BLOCK + QUICK)
    assert_answered(one)
    wait_until(lambda: kitchen.blocked == 1)
    other.send(QUICK * 50)
    assert_answered(other, 50)
    kitchen.open()
    assert_answered(one, 2)


@pytest.fixture
def parked(kitchen):
    """A server that nobody runs, and a client parked there whose request has come."""
    from bistro import server, sockets  # not above: the plugin has to put bistro in place

    near, far = socket.socketpair()
    at_rest = server.Server(kitchen, port=0, threads=1)
    with near, far:
        client = server.Client(sockets.Connection(near, "guest"), at_rest.limits)
        at_rest.clients.add(client)
        at_rest.park(client, sockets.READ)
        far.send(QUICK)
        yield at_rest, client
    at_rest.shut_down()


def test_a_thread_without_a_client_finds_who_has_come_before_the_poller_does(parked):
    server, client = parked
    if hasattr(select, "epoll"):
        assert server.next_client() is client
        assert not server.parked
        assert server.moving
    else:
        assert server.next_client() is None  # only its own thread may look
        assert server.parked


def test_a_client_is_not_found_while_it_is_decided_who_must_leave(parked):
    server, client = parked
    found = SimpleQueue()
    thread = threading.Thread(target=lambda: found.put(server.next_client()), daemon=True)

    def look(now):
        thread.start()
        thread.join(0.2)
        assert server.parked[client.fd].client is client

    server.look_at_deadlines = look
    server.next_look = 0
    server.poller.wait = lambda seconds: []
    server.poll()
    found.get(timeout=5)
    assert found.empty()


def test_pipelines_that_block_hold_up_no_other_pipeline(open_server, guest, kitchen):
    server = open_server()
    blocking = [guest(server) for _ in range(7)]
    others = [guest(server) for _ in range(7)]
    for number, (one, other) in enumerate(zip(blocking, others, strict=True)):
        one.send(QUICK * number + BLOCK)
        other.send(QUICK * 20)
    for number, (one, other) in enumerate(zip(blocking, others, strict=True)):
        assert_answered(one, number)
        assert_answered(other, 20)
    wait_until(lambda: kitchen.blocked == 7)


class LateTurns(SimpleQueue):
    """Turns that a thread takes, and then sleeps on for a while, as on a busy machine."""

    def get(self):
        turn = super().get()
        time.sleep(0.02)
        return turn


class LeftTurns(SimpleQueue):
    """Turns that lie there for a while before a thread takes them."""

    def get(self):
        time.sleep(0.02)
        return super().get()


@pytest.mark.parametrize("turns", [LateTurns, LeftTurns])
def test_a_thread_that_is_late_and_then_blocks_holds_up_nobody(
    open_server, guest, kitchen, monkeypatch, turns
):
    monkeypatch.setattr("bistro.server.SimpleQueue", turns)
    server = open_server()
    blocking, other = [guest(server) for _ in range(7)], guest(server)
    for one in blocking:
        one.send(BLOCK)
    other.send(QUICK)
    assert_answered(other)


def test_a_crowd_of_blocked_and_quick_requests_are_all_answered(open_server, guest, kitchen):
    server = open_server()
    guests = [guest(server) for _ in range(40)]
    for number, one in enumerate(guests):
        one.send((BLOCK if number % 3 == 0 else QUICK) * 5)
    wait_until(lambda: kitchen.blocked == 8)
    kitchen.open()
    for one in guests:
        assert_answered(one, 5)


def test_all_threads_end_when_the_server_closes(open_server, guest, kitchen, block):
    server = open_server(tick=0.05)
    blocking = block(server, 8)
    waiting = [guest(server) for _ in range(3)]
    for one in waiting:
        one.send(LAST)
    wait_until(lambda: len(server.ready) == 3)
    server.stop()
    kitchen.open()
    for one in blocking + waiting:
        assert_answered(one)
        one.close()
    assert server.stopped.wait(5)
    for thread in server.threads:
        thread.join(1)
    assert not any(thread.is_alive() for thread in server.threads)


def test_threads_that_were_blocked_for_too_long_end_as_soon_as_they_can(
    open_server, guest, kitchen, block
):
    server = open_server(tick=0.05, stop_seconds=0.2)
    block(server, 8)
    guest(server).send(QUICK)
    wait_until(lambda: len(server.ready) == 1)
    server.stop()
    assert server.stopped.wait(5)
    kitchen.open()
    for thread in server.threads:
        thread.join(1)
    assert not any(thread.is_alive() for thread in server.threads)


BLOCKING_APP = """
import time

def app(environ, start_response):
    if environ["PATH_INFO"] == "/block":
        time.sleep(20)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_blocked_requests_hold_up_nobody_in_several_processes(run_module, guest):
    address, _ = run_module(BLOCKING_APP, "--workers", "2")
    with contextlib.ExitStack() as stack:
        for _ in range(7):  # whichever processes take them, each has a thread left
            one = guest(address)
            stack.callback(one.close)
            one.send(BLOCK)
        for _ in range(50):
            start = time.monotonic()
            assert ask(address) == b"ok"
            assert time.monotonic() - start < 1

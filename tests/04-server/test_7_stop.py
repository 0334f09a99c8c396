"""Step 4.7: stopping without losing anybody, and several processes."""

import contextlib
import errno
import logging
import os
import select
import signal
import socket
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from bistro import server as module
from bistro.server import STOP_IDLE, Limits, Server, supervise

GET = b"GET /menu HTTP/1.1\r\nHost: bistro\r\n\r\n"
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def hello(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]


@pytest.fixture
def open_server():
    """`open_server(app, **limits)`: a running `Server`, closed at the end of the test."""
    with contextlib.ExitStack() as stack:

        def open_server(app=hello, **limits):
            limits = {"tick": 0.01, "stop_seconds": 2.0, **limits}
            server = Server(app, port=0, threads=2, limits=Limits(**limits))
            return stack.enter_context(server)

        yield open_server


def test_stop(at_rest):
    """To stop is to say so, and until when: it returns at once and wakes the poller."""
    server = at_rest(stop_seconds=100.0)
    server.poller.watch(server.alarm)
    before = time.monotonic()
    server.stop()
    after = time.monotonic()
    assert server.stopping is True
    assert before + STOP_IDLE <= server.idle_until <= after + STOP_IDLE
    assert before + 100.0 <= server.stop_by <= after + 100.0
    assert server.poller.wait(0) == [server.alarm.fileno()]


def test_stopping_is_said_last(at_rest):
    """The poller may look as soon as the server is stopping: until when is settled before.

    It is woken after that, or it would not see it before the next tick.
    """
    order = []

    class Watched(Server):
        def __setattr__(self, name, value):
            order.append(name)
            super().__setattr__(name, value)

        def ring(self):
            order.append("rings")

    server = at_rest()
    server.__class__ = Watched
    server.stop()
    assert {"idle_until", "stop_by"} <= set(order[: order.index("stopping")])
    assert order.index("stopping") < order.index("rings")


def test_stop_twice(at_rest):
    """To stop once more changes nothing: nobody gets more time by it."""
    server = at_rest()
    server.stop()
    server.stop_by, server.idle_until = 5.0, 6.0
    server.stop()
    assert (server.stop_by, server.idle_until) == (5.0, 6.0)


def test_last_guests(at_rest, call, monkeypatch):
    """Who waits to be accepted when the server stops is accepted, however many."""
    monkeypatch.setattr(module, "MAX_ACCEPTS", 2)
    server = at_rest()
    server.accept_again()
    for _ in range(5):
        call(server)
    assert server.poller.wait(2)
    server.accept_the_last()
    assert len(server.clients) == len(server.ready) == 5


def test_nobody_after_the_last(at_rest, call):
    """After the last guest the door is closed, and the poller does not look at it."""
    server = at_rest()
    server.accept_again()
    server.accept_the_last()
    assert server.accepting is False
    assert server.listener.fileno() == -1
    with pytest.raises(ConnectionRefusedError):
        call(server)
    assert server.poller.wait(0) == []


def test_last_guests_without_descriptors(at_rest, monkeypatch):
    """When the system has no descriptor left for the last guests, the door stays open for later."""
    server = at_rest()
    server.accept_again()

    def no_descriptor(listener):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(module, "accept", no_descriptor)
    server.accept_the_last()
    assert server.accepting is False
    assert server.listener.fileno() >= 0
    server.stopping, server.stop_by = True, time.monotonic() + 100
    assert not server.is_over()


def test_open_request_is_finished(open_server, call, everything, monkeypatch):
    """A request that is being answered when the server stops is answered to the end."""
    monkeypatch.setattr(module, "STOP_IDLE", 0.02)
    called, go_on = threading.Event(), threading.Event()

    def slow(environ, start_response):
        called.set()
        go_on.wait(2)
        start_response("200 OK", [])
        return [b"hello"]

    server = open_server(slow)
    guest = call(server)
    guest.sendall(GET)
    assert called.wait(2)
    server.stop()
    go_on.set()
    assert everything(guest).endswith(b"hello")


def test_who_waited_is_served(open_server, call, everything):
    """Who has connected when the server stops is served, and told that it was the last time."""
    server = open_server()
    guest = call(server)
    server.stop()
    guest.sendall(GET)
    answer = everything(guest)
    assert b"\r\nConnection: close\r\n" in answer
    assert answer.endswith(b"hello")


def test_idle_connection_ends(open_server, call, receive, monkeypatch):
    """A connection without a request ends soon when the server stops."""
    monkeypatch.setattr(module, "STOP_IDLE", 0.02)
    server = open_server()
    guest = call(server)
    guest.sendall(GET)
    receive(guest)
    server.stop()
    assert guest.recv(1) == b""
    assert server.stopped.wait(1)


def test_no_time_left(open_server, call):
    """After stop_seconds the server ends, whoever is still there."""
    server = open_server(stop_seconds=0.02)
    guest = call(server)
    guest.sendall(GET[:-2])
    server.stop()
    assert server.stopped.wait(1)
    with pytest.raises(ConnectionError):
        guest.recv(1) or guest.sendall(GET) or guest.recv(1) or broken()


def broken():
    raise ConnectionResetError


def test_under_load(open_server, call):
    """Stopping under load loses no request: each one on an open connection gets its answer."""
    server = open_server()
    answers, lost = [], []

    def visit(guest):
        try:
            answer = b""
            while b"Connection: close" not in answer:
                guest.sendall(GET)
                answer = guest.recv(1000)
                answers.append(answer)
        except OSError as error:
            lost.append(error)

    guests = [threading.Thread(target=visit, args=[call(server)]) for _ in range(4)]
    for guest in guests:
        guest.start()
    while len(answers) < 40:
        time.sleep(0.001)
    server.stop()
    for guest in guests:
        guest.join(2)
    assert lost == []
    assert all(answer.endswith(b"hello") for answer in answers)


def test_everything_is_given_back(call):
    """A closed server leaves no thread and no descriptor behind; closing it twice does no harm."""
    threads, descriptors = set(threading.enumerate()), open_descriptors()
    with Server(hello, port=0, threads=2, limits=Limits(tick=0.01)) as server:
        guest = call(server)
        guest.sendall(GET)
        assert guest.recv(1000)
        guest.close()
    server.close()
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
    assert set(threading.enumerate()) <= threads
    assert open_descriptors() - descriptors == Counter()


def open_descriptors():
    """What this process has open, and how often, where the system tells."""
    found = Counter()
    paths = list(Path("/dev/fd").iterdir()) if Path("/dev/fd").is_dir() else []
    for path in paths:
        with contextlib.suppress(OSError):  # the folder's own descriptor is closed again
            status = path.stat()
            found[status.st_mode, status.st_dev, status.st_ino] += 1
    return found


def test_closed_before_it_served():
    """A server that never served can be closed."""
    server = Server(hello, port=0)
    server.close()
    assert server.stopping is True
    assert server.listener.fileno() == -1


@pytest.fixture
def supervised():
    """`supervised(tokens)`: supervise two workers in a process of its own.

    Each worker takes one letter of `tokens`: `d` dies, `s` sends the supervisor SIGTERM, `p` is
    there until it is stopped. Returns how the supervisor ended, how many workers began, and how
    many of them were told to stop.
    """

    def supervised(tokens, number=signal.SIGTERM):
        to_workers, from_workers = os.pipe(), os.pipe()
        os.write(to_workers[1], tokens)
        supervisor = os.fork()
        if not supervisor:
            status = 1
            with contextlib.suppress(BaseException):
                status = run(to_workers[0], from_workers[1], number)
            os._exit(status)
        os.close(from_workers[1])
        try:
            status = wait(supervisor)
            letters = b""
            while select.select([from_workers[0]], [], [], 2)[0]:
                letter = os.read(from_workers[0], 100)
                if not letter:
                    break
                letters += letter
        finally:
            for end in (*to_workers, from_workers[0]):
                os.close(end)
        return status, letters.count(b"b"), letters.count(b"t")

    def run(tokens, report, number):
        module.RESTART_PAUSE = 0
        logging.disable()
        listener = socket.create_server(("127.0.0.1", 0))

        def worker():
            signal.alarm(4)  # whatever happens to the supervisor
            signal.signal(signal.SIGTERM, lambda *_: os.write(report, b"t") and os._exit(0))
            os.write(report, b"b")
            letter = os.read(tokens, 1)
            if letter == b"s":
                os.kill(os.getppid(), number)
            while letter != b"d":
                signal.pause()

        supervise(worker, 2, listener)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
            return 3  # a worker was left behind
        return 0 if listener.fileno() == -1 else 2

    def wait(process):
        for _ in range(200):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        return "it did not end"

    return supervised


@forks
def test_workers_run_until_the_signal(supervised):
    """So many workers run until SIGTERM, which is passed on; the listener is closed then."""
    assert supervised(b"ps") == (0, 2, 2)


@forks
def test_ctrl_c(supervised):
    """SIGINT stops the workers as SIGTERM does."""
    assert supervised(b"ps", signal.SIGINT) == (0, 2, 2)


@forks
def test_dead_worker_is_replaced(supervised):
    """A worker that dies is replaced, as often as it takes, by one worker each time."""
    assert supervised(b"dpdds") == (0, 5, 2)


@forks
def test_replacement_pauses_and_is_logged(monkeypatch, caplog):
    """A worker that dies is an error in the log, and replaced after RESTART_PAUSE."""
    pauses, started = [], []
    monkeypatch.setattr(module.time, "sleep", pauses.append)

    def start_worker(serve_here, children):
        if len(started) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        child = os.fork()
        if not child:
            os._exit(3)
        started.append(child)
        children.add(child)

    monkeypatch.setattr(module, "start_worker", start_worker)
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            supervise(lambda: None, 1, listener)
    finally:
        meanwhile = signal.signal(signal.SIGTERM, before)
    assert meanwhile(0, None) is None, "the handler from before was not put back"
    assert pauses == [module.RESTART_PAUSE] * 2
    assert len(caplog.records) == 2
    assert str(started[0]) in caplog.messages[0]


@forks
def test_signal_before_the_first_worker(monkeypatch):
    """At a signal that comes when no worker is there, there is nobody to wait for."""
    calls = []

    def start_worker(serve_here, children):
        calls.append(len(children))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(module, "start_worker", start_worker)
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            supervise(lambda: None, 2, listener)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert calls == [0]


@forks
def test_worker_that_ended_by_itself(monkeypatch):
    """A worker that is gone when it is to be told to stop is no error: the others are told, too."""
    told = []

    def start_worker(serve_here, children):
        child = os.fork()
        if not child:
            os._exit(0)
        children.add(child)
        if len(children) == 2:
            signal.raise_signal(signal.SIGTERM)

    def kill(process, number):
        told.append(process)
        raise ProcessLookupError(errno.ESRCH, "No such process")

    monkeypatch.setattr(module, "start_worker", start_worker)
    monkeypatch.setattr(module.os, "kill", kill)
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            supervise(lambda: None, 2, listener)
            assert listener.fileno() == -1
            assert len(set(told)) == 2
    finally:
        signal.signal(signal.SIGTERM, before)

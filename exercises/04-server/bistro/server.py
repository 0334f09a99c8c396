"""The server: many clients at once, and none of them can hold up the others.

One thread watches all connections that have nothing to do (`Server.poll`), and hands over those
that have to a pool of threads (`Server.work`). A thread reads what is there, and as soon as it
would have to wait, for the rest of a request or for a client that reads slowly, it gives the
connection back. So only running applications hold threads; and only as many threads are woken as
it takes to get on (`Server.urge`). Builds on sockets, http and wsgi.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import select
import selectors
import signal
import socket
import sys
import threading
import time
from collections import deque
from queue import SimpleQueue

from bistro import http, wsgi
from bistro.http import ProtocolError
from bistro.sockets import (
    LINGER_SECONDS,
    READ,
    RECEIVE_SIZE,
    WRITE,
    BistroError,
    Connection,
    DeadlinePassed,
    Disconnected,
    TooLong,
    accept,
    listen,
)  # fmt: skip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from tempfile import SpooledTemporaryFile
    from types import FrameType, TracebackType
    from typing import BinaryIO, NoReturn

    from bistro.wsgi import Application

log = logging.getLogger("bistro.server")
access_log = logging.getLogger("bistro.access")

IN_MEMORY = 1_048_576
"""Bytes of a request's body, or of an answer not yet taken, kept in memory; more go to a file."""
STOP_IDLE = 0.25
"""Seconds that a connection without a request has to begin one when the server stops."""
RESTART_PAUSE = 0.5
"""Seconds before a worker process that died is replaced."""
STANDSTILL = 0.001
"""Seconds in which no thread has taken a client, after which another thread is woken."""
LOOK_AGAIN = 0.005
"""Seconds between two looks at the clients that wait, while no thread takes its turn."""
MAX_ACCEPTS = 64
"""Connections accepted in one go, before those that are open get their turn."""
MAX_CONNECTIONS = 500 if os.name == "nt" else 10_000
"""Connections open at once, where `Limits` say nothing else; Windows' select takes 512 sockets."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
NEVER = float("inf")


class Limits:
    """The server's limits; times in seconds, sizes in bytes.

    - `connections`: open at once; more are answered 503.
    - `queue`: requests that wait for a thread; more are answered 503.
    - `body`: size of a request's body; a larger one is answered 413.
    - `head_seconds`: from the first byte of a head to its last, else 408.
    - `body_seconds`: for a body, and a second more for each `body_rate` bytes of it, else 408.
    - `idle_seconds`: that a connection may stay open between two requests.
    - `send_seconds`: in which a client must take some of its answer, else it is cut off.
    - `stop_seconds`: that open requests have to finish when the server stops.
    - `unsent`: size of an answer that is kept for a slow client; then its application waits.
    - `tick`: between two looks at the deadlines.
    """

    __slots__ = (
        "body", "body_rate", "body_seconds", "connections", "head_seconds", "idle_seconds",
        "queue", "send_seconds", "stop_seconds", "tick", "unsent",
    )  # fmt: skip

    def __init__(
        self,
        *,
        connections: int = MAX_CONNECTIONS,
        queue: int = 2_000,
        body: int = 1_073_741_824,
        head_seconds: float = 10.0,
        body_seconds: float = 30.0,
        body_rate: int = 1_000,
        idle_seconds: float = 15.0,
        send_seconds: float = 30.0,
        stop_seconds: float = 30.0,
        unsent: int = 134_217_728,
        tick: float = 0.25,
    ) -> None:
        self.connections = connections
        self.queue = queue
        self.body = body
        self.head_seconds = head_seconds
        self.body_seconds = body_seconds
        self.body_rate = body_rate
        self.idle_seconds = idle_seconds
        self.send_seconds = send_seconds
        self.stop_seconds = stop_seconds
        self.unsent = unsent
        self.tick = tick


# What a client is at, and with it how long the server has patience.
IDLE = "idle"  # between two requests
HEAD = "head"  # in the middle of a request's head
BODY = "body"  # in the middle of a request's body
SENDING = "sending"  # taking an answer
LEAVING = "leaving"  # answered for the last time; only its end of the stream is waited for


def spool(size: int) -> SpooledTemporaryFile[bytes]:
    """Return an empty file for `size` bytes or more, in memory until it exceeds `IN_MEMORY`."""
    from tempfile import SpooledTemporaryFile  # imported late: a fifth of the time to import us

    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - its owner closes it
    if size > IN_MEMORY:
        file.rollover()  # now, not after having copied it to memory first
    return file


class Client(Connection):
    """A connection as the server keeps it: how far the request and the answer have come.

    Never waits: what would have to raises `BlockingIOError` and is called again later.
    """

    __slots__ = (
        "body", "closing", "decoder", "fd", "head", "limits", "missing", "parting", "phase",
        "received", "registered", "since", "unsent", "unsent_from",
    )  # fmt: skip

    def __init__(self, connection: Connection, limits: Limits) -> None:
        super().__init__(connection.socket, connection.peer)
        self.blocking = False
        self.limits = limits
        self.fd = connection.socket.fileno()
        self.registered = False  # the poller has seen `fd` before
        self.phase = IDLE
        self.since = time.monotonic()  # when the phase began
        self.closing = False  # no further request will be read
        self.parting = False  # the client said so itself, and sends nothing after its request
        self.head: http.RequestHead | None = None  # the request's head, once it is complete
        self.body: BinaryIO | None = None  # what has come of its body
        self.decoder: http.ChunkedDecoder | None = None  # for a body in chunks
        self.missing = 0  # bytes of the body still to come, where its length is known
        self.received = 0  # bytes of the body that have come
        self.unsent: SpooledTemporaryFile[bytes] | None = None  # what the client has yet to take
        self.unsent_from = 0  # how many bytes of `unsent` it has taken

    def enter(self, phase: str) -> None:
        """Begin a phase: its time starts now."""
        self.phase = phase
        self.since = time.monotonic()

    def patience(self) -> float:
        """Return how many seconds the phase may take, from its beginning."""
        if self.phase == IDLE:
            return self.limits.idle_seconds
        if self.phase == HEAD:
            return self.limits.head_seconds
        if self.phase == BODY:
            return self.limits.body_seconds + self.received / self.limits.body_rate
        if self.phase == SENDING:
            return self.limits.send_seconds
        return LINGER_SECONDS

    def read_head(self) -> http.RequestHead:
        """Return the next request's head. One empty line before it is skipped.

        Raises `BlockingIOError` until it is complete; a client that is `IDLE` has entered the phase
        `HEAD` then, if a part of it is there. Raises `ProtocolError` as `parse_request_head` does,
        and where no head ends within `MAX_HEAD` bytes: 414 when the CRLF of the request line is not
        among the first `MAX_REQUEST_LINE` + 2 of them, a skipped line not counted, else 431. Raises
        `Disconnected` when the client leaves. Source: RFC 9112 section 2.2.
        """
        raise NotImplementedError("step 4.1: write Client.read_head")

    def begin_body(self, head: http.RequestHead) -> BinaryIO:
        """Get ready for the body that follows `head`; return the file that it goes to.

        Sets `missing`, the bytes of it still to come (0 for chunks); `received`, 0; `decoder`, for
        chunks, else `None`. Then calls `open_body` for the file, which may find the body in the
        buffer already, and change `missing` and `received`.

        To a client in HTTP/1.1 that asks whether to send a body at all (`Expect: 100-continue`, in
        any case), transmits `CONTINUE`, unless there is no body or some of it is in the buffer.

        Raises `ProtocolError` as `body_length` does, 413 for a length over the limit `body`, and
        417 for another expectation in HTTP/1.1. Source: RFC 9110 section 10.1.1.
        """
        raise NotImplementedError("step 4.2: write Client.begin_body")

    def open_body(self, length: int) -> BinaryIO:
        """Return the file for a body of `length` bytes, or of `http.CHUNKED`, at its end.

        It is an `io.BytesIO` where the length is known and at most `IN_MEMORY`, else a `spool`. A
        body of which every byte is in the buffer is taken from there: all of it is `received`, and
        nothing `missing`. The file takes these bytes over as they are, without a copy.
        """
        if not 0 <= length <= IN_MEMORY:
            return spool(length)  # type: ignore[return-value]
        if not 0 < length <= len(self.buffer):
            return io.BytesIO()
        self.missing = 0
        self.received = length
        body = io.BytesIO(self.take(length))
        body.seek(length)
        return body

    def read_body(self, body: BinaryIO) -> None:
        """Write what comes of the request's body to `body`, decoded; return when it is complete.

        What follows it stays in the buffer. `received` counts the bytes as they came.

        Raises `BlockingIOError` until then; `ProtocolError` as `ChunkedDecoder.decode` does, and
        413 when the data of chunks add up to more than the limit `body`; `Disconnected` when the
        client leaves.
        """
        raise NotImplementedError("step 4.2: write Client.read_body")

    def read_request(self) -> tuple[http.RequestHead, BinaryIO, int]:
        """Return the next request: its head, its body as a file at its start, the body's length.

        Raises as `read_head`, `begin_body` and `read_body` do. Called again after a
        `BlockingIOError`, it goes on where it was: head and body are kept in `head` and `body`,
        and `head` is `None` again after a whole request. A client whose body is not complete yet
        has entered the phase `BODY`, once.
        """
        raise NotImplementedError("step 4.2: write Client.read_request")

    def transmit(self, data: bytes) -> None:
        """Send `data` behind what is unsent; what the client does not take at once is kept.

        Does not wait for the client, except as `keep` does. Raises as `keep` does, and
        `Disconnected` when the client has left.
        """
        raise NotImplementedError("step 4.3: write Client.transmit")

    def flush(self) -> None:
        """Send what is `unsent`, from `unsent_from` on; when all is, close it: `unsent` is `None`.

        Reads `RECEIVE_SIZE` bytes of it at a time. Raises `BlockingIOError`, with
        `characters_written` 0, when the client does not take all of it now, and `Disconnected` when
        it has left.
        """
        raise NotImplementedError("step 4.3: write Client.flush")

    def keep(self, data: bytes) -> None:
        """Put `data` at the end of `unsent`, a `spool` that is made where there is none.

        When more bytes than the limit `unsent` are still to send then, waits, with `wait_to_send`
        as often as it takes, until the client has taken all of them. Raises `DeadlinePassed` when
        the client takes nothing for `send_seconds`, `Disconnected` when it has left.
        """
        raise NotImplementedError("step 4.3: write Client.keep")

    def wait_to_send(self) -> None:
        """Wait, for once, until the client takes something; `send_seconds` at most."""
        self.deadline = time.monotonic() + self.limits.send_seconds
        self.blocking = True
        try:
            self.wait(WRITE)
        finally:
            self.blocking = False

    def close_files(self) -> None:
        """Give back what was kept of the request and of the answer."""
        for file in (self.body, self.unsent):
            if file is not None:
                file.close()


class Ticket:
    """What a parked client gets: until when it may wait there; `NEVER`, as long as it is open."""

    __slots__ = ("client", "expires")

    def __init__(self, client: Client) -> None:
        self.client = client
        self.expires = NEVER


class EpollPoller:
    """Watches sockets with epoll, which lets any thread arm a client while another waits."""

    def __init__(self) -> None:
        self.epoll = select.epoll()

    def watch(self, sock: socket.socket) -> None:
        """Report `sock` from `wait` whenever it can be read; in one of the processes that wait."""
        self.epoll.register(sock, select.EPOLLIN | select.EPOLLEXCLUSIVE)

    def unwatch(self, sock: socket.socket) -> None:
        """Report `sock` no longer."""
        self.epoll.unregister(sock)

    def arm(self, client: Client, event: int) -> None:
        """Report `client` once, as soon as it can be read (`READ`) or written (`WRITE`)."""
        mask = select.EPOLLONESHOT | (select.EPOLLIN if event == READ else select.EPOLLOUT)
        if client.registered:
            self.epoll.modify(client.fd, mask)
        else:
            client.registered = True
            self.epoll.register(client.fd, mask)

    def disarm(self, client: Client) -> None:
        """Nothing: epoll forgets a socket when it is closed, and reports a client only once."""

    def wait(self, seconds: float) -> list[int]:
        """Return the file descriptors that can be used, after `seconds` at the latest."""
        return [fd for fd, _ in self.epoll.poll(seconds)]

    def glance(self) -> list[int]:
        """Return those that can be used now, none after `close`; for any thread."""
        return [] if self.epoll.closed else self.wait(0)

    def close(self) -> None:
        """Give the epoll back."""
        self.epoll.close()


class SelectorPoller:
    """The same with what every system has, where only the thread that waits may change the set.

    `ring` ends its `wait`, so that it sees what the other threads have armed.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self.selector = selectors.DefaultSelector()
        self.ring = ring
        self.armed: SimpleQueue[tuple[Client, int]] = SimpleQueue()

    def watch(self, sock: socket.socket) -> None:
        """Report `sock` from `wait` whenever it can be read."""
        self.selector.register(sock, READ)

    def unwatch(self, sock: socket.socket) -> None:
        """Report `sock` no longer."""
        self.selector.unregister(sock)

    def arm(self, client: Client, event: int) -> None:
        """Report `client` once, as soon as it can be read (`READ`) or written (`WRITE`)."""
        self.armed.put((client, event))
        self.ring()

    def disarm(self, client: Client) -> None:
        """Report `client` no longer; called by the thread that waits, before it is closed."""
        if client.fd in self.selector.get_map():
            self.selector.unregister(client.fd)

    def wait(self, seconds: float) -> list[int]:
        """Return the file descriptors that can be used, after `seconds` at the latest."""
        while not self.armed.empty():
            client, event = self.armed.get()
            if client.socket.fileno() < 0:
                continue  # its time was up before we came to arm it
            if client.fd in self.selector.get_map():
                self.selector.modify(client.fd, event, client)
            else:
                self.selector.register(client.fd, event, client)
        ready = [key for key, _ in self.selector.select(seconds)]
        for key in ready:
            if key.data is not None:
                self.selector.unregister(key.fd)
        return [key.fd for key in ready]

    def glance(self) -> list[int]:
        """Return nothing: only the thread that waits may look."""
        return []

    def close(self) -> None:
        """Give the selector back."""
        self.selector.close()


class Server:
    """Serves one WSGI application in one process, with one thread that polls and a pool that works.

    `port` 0 takes a free port; `address` tells which. `threads` is how many requests are worked on
    at the same time. As a context manager it serves from a background thread, and is closed at the
    end. `listener` is used where given, instead of `host` and `port`, by several processes that
    serve side by side (`processes`).
    """

    def __init__(
        self,
        app: Application,
        host: str = "127.0.0.1",
        port: int = 8000,
        *,
        threads: int = 8,
        limits: Limits | None = None,
        listener: socket.socket | None = None,
        processes: bool = False,
    ) -> None:
        self.app = app
        self.limits = limits or Limits()
        self.listener = listener or listen(host, port)
        self.listener.setblocking(False)
        self.address: tuple[str, int] = self.listener.getsockname()[:2]
        self.base = wsgi.base_environ(
            host, self.address[1], threads=threads > 1, processes=processes
        )
        self.parent = os.getppid() if processes else None
        self.bell, self.alarm = socket.socketpair()
        self.bell.setblocking(False)
        self.alarm.setblocking(False)
        self.poller = EpollPoller() if hasattr(select, "epoll") else SelectorPoller(self.ring)
        self.ready: deque[Client] = deque()  # clients that have something to do
        self.turns: SimpleQueue[bool] = SimpleQueue()  # wakes a thread: True to work, False to end
        self.moving = False  # a thread has taken a client since the last look
        self.drained = threading.Event()  # nobody is ready any more
        self.parked: dict[int, Ticket] = {}  # those that have not, by file descriptor
        self.taking = threading.Lock()  # tickets out of `parked`, in a thread that works
        self.clients: set[Client] = set()  # all of them
        self.threads = [
            threading.Thread(target=self.work, name=f"bistro-{n}", daemon=True)
            for n in range(threads)
        ]
        self.accepting = False
        self.stopping = False
        self.idle_until = 0.0
        self.stop_by = 0.0
        self.next_look = 0.0
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None  # which polls

    def serve_forever(self) -> None:
        """Serve until `stop` is called, then let what was begun finish."""
        self.thread = threading.current_thread()
        for thread in self.threads:
            thread.start()
        self.poller.watch(self.alarm)
        self.accept_again()
        try:
            while not (self.stopping and self.is_over()):
                self.poll()
        finally:
            self.shut_down()

    def poll(self) -> None:
        """Wait for something to happen, a `tick` at most, and hand it to who can do it.

        While clients are `ready`, doesn't wait here, unless nobody takes the turn that is there.
        """
        seconds = self.limits.tick
        if self.ready:
            seconds = 0 if self.turns.empty() else LOOK_AGAIN
        for fd in self.poller.wait(seconds):
            if ticket := self.parked.pop(fd, None):
                self.enqueue(ticket.client)
            elif fd == self.alarm.fileno():
                self.alarm.recv(4096)
            elif fd == self.listener.fileno():
                self.accept_clients()
        if self.ready:
            self.urge()
        if self.stopping and self.accepting:
            self.accept_the_last()
        now = time.monotonic()
        if now >= self.next_look:
            self.next_look = now + self.limits.tick
            with self.taking:
                self.look_at_deadlines(now)

    def accept_clients(self) -> bool:
        """Accept those who wait, `MAX_ACCEPTS` at most; return whether there may be more.

        Each is put into `clients` and enqueued; one over the limit of connections is answered 503.
        One that has left already (`ConnectionError`) is passed over. When the system has no
        descriptor left (another `OSError`), that is logged, `stop_accepting` is called, and the
        result is `False`: who waits goes on waiting, until `look_at_deadlines` accepts again.
        """
        raise NotImplementedError("step 4.6: write Server.accept_clients")

    def accept_the_last(self) -> None:
        """Accept who waits now, however many, then close the listener, so that nobody else comes.

        If accepting had to stop on the way, the listener stays open, for another try.
        """
        raise NotImplementedError("step 4.7: write Server.accept_the_last")

    def stop_accepting(self) -> None:
        """Have the poller not look at the listener."""
        self.accepting = False
        self.poller.unwatch(self.listener)

    def accept_again(self) -> None:
        """Watch the listener, from the start or after a pause."""
        if not self.accepting and self.listener.fileno() >= 0:
            self.accepting = True
            self.poller.watch(self.listener)

    def enqueue(self, client: Client) -> None:
        """Let a thread work on `client`: put it into `ready`.

        One that would have a request read (in the phases `IDLE`, `HEAD` and `BODY`) is answered 503
        where as many as the limit `queue` are waiting already.
        """
        raise NotImplementedError("step 4.6: write Server.enqueue")

    def urge(self) -> None:
        """See that the clients in `ready` get on, then give the threads time: `STANDSTILL` at most.

        Gives a turn to a sleeping thread, unless somebody is `moving`: took a client since the last
        look, and did not fall asleep. If no thread sleeps, the turn waits for one; a second one is
        not given until then. Returns as soon as `ready` is `drained`.
        """
        if not self.moving and self.turns.empty():
            self.turns.put(True)
        self.moving = False
        self.drained.clear()
        if self.ready:
            self.drained.wait(STANDSTILL)

    def park(self, client: Client, event: int) -> None:
        """Give `client` to the poller until it can be read or written, or its time is up.

        Its `Ticket` in `parked` is there before the poller is armed, and gets its `expires`, the
        phase's beginning and the patience for it, after that: until then the client is ours, and
        must not be expired. From the moment it is armed another thread may work on it.
        """
        raise NotImplementedError("step 4.5: write Server.park")

    def look_at_deadlines(self, now: float) -> None:
        """Take the clients whose time is up at `now` out of `parked`, disarm and expire them.

        When the server is stopping, the time of a client that is `IDLE` is up at `idle_until`, too.
        A ticket without a date (`NEVER`) is left alone in any case. Also accepts again after a
        pause, and stops when the parent process has died.
        """
        raise NotImplementedError("step 4.5: write Server.look_at_deadlines")

    def expire(self, client: Client) -> None:
        """Part with a client whose time is up, in the way that its phase asks for.

        In the middle of a request, `HEAD` or `BODY`, it is refused with 408; while `SENDING`, it is
        cut off (`abort`), so that it knows that the answer is not whole, and released; between two
        requests, or when it is leaving, it is just released.
        """
        raise NotImplementedError("step 4.5: write Server.expire")

    def work(self) -> None:
        """Sleep until a turn comes, then work on clients until none is ready; end at `False`."""
        while self.turns.get():
            while client := self.next_client():
                try:
                    self.attend(client)
                except BaseException:  # whatever it was costs its client, not the thread
                    log.exception("serving %s failed", client.peer)
                    client.abort()
                    self.release(client)

    def next_client(self) -> Client | None:
        """Take the client out of `ready` that came first; `None` if nobody is there.

        Has a `glance` first, where `ready` is empty. Notes for `urge` that this thread is `moving`,
        or, without a client, that it is not, and that `ready` is `drained`.
        """
        if not self.ready:
            self.glance()
        try:
            client = self.ready.popleft()
        except IndexError:
            client = None
            self.drained.set()
        self.moving = client is not None
        return client

    def glance(self) -> None:
        """Enqueue the clients that the poller would report now.

        They need not wait then until its thread is awake, and has woken one that works in turn.
        Holds the lock `taking`, so that no ticket goes while `look_at_deadlines` reads it.
        """
        with self.taking:
            for fd in self.poller.glance():
                if ticket := self.parked.pop(fd, None):
                    self.enqueue(ticket.client)

    def attend(self, client: Client) -> None:
        """Advance `client`, and see to what came in between."""
        try:
            self.advance(client)
        except BlockingIOError:
            self.park(client, READ if client.unsent is None else WRITE)
        except (Disconnected, DeadlinePassed):
            self.release(client)
        except ProtocolError as error:
            self.refuse(client, error.status, error.message)

    def advance(self, client: Client) -> None:
        """Do for `client` what can be done without waiting; `BlockingIOError` means: later more.

        When it is `LEAVING`: drain, then release. In the other phases, flush what is unsent first;
        when it is `SENDING`, its time begins anew, because it takes something again. After that an
        answer it was `SENDING` is out, else the next request is read and answered. Then `proceed`.
        """
        raise NotImplementedError("step 4.4: write Server.advance")

    def answer(self, client: Client, head: http.RequestHead, body: BinaryIO, length: int) -> None:
        """Have the application answer one request; `closing` says whether it is the last one.

        The client is `parting` when it is the client who wants no other one: the `ResponseWriter`
        has no `keep_alive` from its beginning, and not because the server is stopping.

        The environ is built on `base`, the answer goes out through `transmit`, and announces that
        the connection will be closed when the server is stopping. Closes `body` at the end, and
        writes one line to the access log.

        Raises `Disconnected`, having aborted the connection, when the answer was `cut`.
        """
        raise NotImplementedError("step 4.4: write Server.answer")

    def proceed(self, client: Client) -> None:
        """Go on after an answer.

        - some of it is unsent: the client is `SENDING`, and parked until it can be written;
        - it was the last one (`closing`): `release`, when the client is `parting` and its buffer
          is empty, so that nothing can come that would destroy the answer; else `leave`;
        - the next request is in the buffer already: `IDLE`, and into `ready`, behind the others;
        - else: `IDLE`, and parked until it can be read.
        """
        raise NotImplementedError("step 4.4: write Server.proceed")

    def refuse(self, client: Client, status: int, message: str) -> None:
        """Answer with an `error_response`, and `leave`; its request is not read any further.

        What was unsent goes out first. If the client does not take all of that at once, or has
        left, it is released instead. One line in the access log names peer, status and message.
        """
        raise NotImplementedError("step 4.6: write Server.refuse")

    def leave(self, client: Client) -> None:
        """Part with a client that may still be sending, so that it gets our answer.

        See `Connection.close`; but nothing waits here, the poller has an eye on it.
        """
        client.half_close()
        client.enter(LEAVING)
        self.park(client, READ)

    def release(self, client: Client) -> None:
        """Close the connection and forget the client."""
        client.socket.close()
        client.close_files()
        self.clients.discard(client)

    def stop(self) -> None:
        """Begin to stop; returns at once. Safe in a signal handler and from any thread.

        Sets `idle_until`, `STOP_IDLE` seconds from now, and `stop_by`, `stop_seconds` from now,
        then `stopping`, and rings. Once stopping, it changes nothing.

        Who waits to be accepted is still accepted then. Requests that were begun are finished, and
        answers say `Connection: close`; a connection without a request has until `idle_until`.
        """
        raise NotImplementedError("step 4.7: write Server.stop")

    def ring(self) -> None:
        """End the poller's wait."""
        try:
            self.bell.send(b"!")
        except OSError:
            return  # full, so it rings already; or closed, so nobody waits

    def is_over(self) -> bool:
        """Return whether a stopping server is done, or out of time.

        It is done when nobody can come, the listener being closed, and nobody is there.
        """
        done = self.listener.fileno() < 0 and not self.clients
        return done or time.monotonic() >= self.stop_by

    def shut_down(self) -> None:
        """Cut off who is left, end the threads that can end, and give everything back."""
        late = list(self.clients)
        for client in late:
            client.abort()
        for _ in self.threads:
            self.turns.put(False)
        for thread in self.threads:
            if thread.ident is not None:  # it was started
                thread.join(0 if late else 1)
        self.listener.close()
        with self.taking:
            self.poller.close()
        self.bell.close()
        self.alarm.close()
        self.stopped.set()

    def close(self) -> None:
        """Stop, and wait until what was begun is finished; for `stop_seconds` at the most."""
        self.stop()
        if self.thread is None:
            self.shut_down()
        elif self.thread is not threading.current_thread():
            self.stopped.wait()

    def __enter__(self) -> Server:
        self.thread = threading.Thread(target=self.serve_forever, name="bistro", daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def serve(
    app: Application,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    threads: int = 8,
    workers: int = 1,
    limits: Limits | None = None,
) -> None:
    """Serve a WSGI application until SIGINT or SIGTERM, then let open requests finish.

    `port` 0 takes a free port. One line in the log says the address. `threads` is how many
    requests each process works on at the same time; `workers` the number of processes, which share
    the port; one that dies is replaced.

    Raises `ListenError` when the address can't be had, `BistroError` for several workers on a
    system that can't fork.
    """
    if workers > 1 and not hasattr(os, "fork"):
        raise BistroError("several workers need a system that can fork: use workers=1 here")
    listener = listen(host, port)
    announce(listener)

    def serve_here() -> None:
        if listener.fileno() < 0:  # the signal to stop came before this process was there
            return
        server = Server(
            app, host, port,
            threads=threads, limits=limits, listener=listener, processes=workers > 1,
        )  # fmt: skip
        with on_signals(server.stop):
            server.serve_forever()

    if workers > 1:
        supervise(serve_here, workers, listener)
    else:
        serve_here()


def announce(listener: socket.socket) -> None:
    """Log the address of `listener`; on standard error, where the program has set up no logging."""
    if not log.hasHandlers():
        logging.getLogger("bistro").addHandler(logging.StreamHandler())
        logging.getLogger("bistro").setLevel(logging.INFO)
        access_log.setLevel(logging.WARNING)
    host, port = listener.getsockname()[:2]
    log.info("listening on http://%s:%d/", f"[{host}]" if ":" in host else host, port)


@contextlib.contextmanager
def on_signals(handle: Callable[[], None]) -> Iterator[None]:
    """Call `handle` at SIGINT and SIGTERM, in the `with` block; only the main thread can do that.

    Source: signal(7).
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handler(number: int, frame: FrameType | None) -> None:
        handle()

    before = {number: signal.signal(number, handler) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)


def supervise(serve_here: Callable[[], None], workers: int, listener: socket.socket) -> None:
    """Keep `workers` child processes in `serve_here` until SIGINT or SIGTERM, then let them stop.

    `start_worker` starts them. One that ends is replaced, after `RESTART_PAUSE` seconds, and that
    is logged as an error. At the signal, `listener` is closed, so that only the children accept,
    SIGTERM is passed on to each child that lives, and no child is replaced any more. Returns when
    all have ended.
    """
    raise NotImplementedError("step 4.7: write supervise")


def start_worker(serve_here: Callable[[], None], children: set[int]) -> None:
    """Fork a child process that runs `serve_here` and ends; add its process id to `children`.

    A signal to stop waits until the parent knows the child, and the child has the default handlers
    instead of the parent's. Source: fork(2), sigprocmask(2).
    """
    sys.stdout.flush()  # or the child would print it, too
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    try:
        child = os.fork()
        if not child:
            run_worker(serve_here)
        children.add(child)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)


def run_worker(serve_here: Callable[[], None]) -> NoReturn:
    """Run `serve_here` in a child process and end it; nothing of the parent's runs after that."""
    status = 1
    try:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        serve_here()
        status = 0
    except BaseException:  # it ends here, whatever it is
        log.exception("a worker failed")
    finally:
        sys.stdout.flush()
        os._exit(status)

"""TCP: a listening socket, and connections that read, send and close under limits and deadlines.

A connection is a stream of bytes that may break anywhere. Everything above this file sees whole
pieces of it: up to a delimiter, or exactly so many bytes. The first file of the framework; it
imports nothing of Bistro.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import struct
import time

RECEIVE_SIZE = 98_304
"""Bytes asked of the operating system in one receive: enough for 64 KiB and what comes before."""
BACKLOG = 1024
"""Connections the operating system keeps waiting for `accept`."""
LINGER_SECONDS = 2.0
"""How long `Connection.close` waits for the peer to stop sending."""
DRAIN_LIMIT = 1_048_576
"""Bytes that `Connection.drain` throws away before it gives up on a peer that goes on sending."""

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


class BistroError(Exception):
    """The base of every error that Bistro raises on purpose."""


class ListenError(BistroError, OSError):
    """The address can't be listened on: in use, not this machine's, not allowed, or no address."""


class Disconnected(BistroError, ConnectionError):
    """The peer reset the connection, or ended it in the middle of what was being read."""


class TooLong(BistroError, ValueError):
    """The peer sent more than the limit without the delimiter that was waited for."""


class DeadlinePassed(BistroError, TimeoutError):
    """The connection's deadline passed before the peer sent or took what was needed."""


def listen(host: str, port: int, *, backlog: int = BACKLOG) -> socket.socket:
    """Return a blocking TCP socket that listens on `host` and `port`.

    `host` is a name or an IPv4 or IPv6 address. `port` 0 takes any free port;
    `listener.getsockname()[1]` tells which. A port that a server has just left can be taken again
    at once (SO_REUSEADDR), except on Windows, where that option would let two servers share one.
    `backlog` is how many connections wait for `accept` at the most.

    Raises `ListenError`, naming host and port, when the address can't be had, when `host` is no
    address or name, and when `port` is not between 0 and 65535; no socket is left open then.
    Source: RFC 9293 section 3.9.1.1 (OPEN), socket(7).
    """
    if not 0 <= port <= 65_535:
        raise ListenError(f"cannot listen on {host} port {port}: a port is between 0 and 65535")
    listener = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except (OSError, UnicodeError) as error:
        if listener is not None:
            listener.close()
        raise ListenError(f"cannot listen on {host} port {port}: {error}") from error
    return listener


def accept(listener: socket.socket) -> Connection:
    """Take the next waiting client of `listener` and return its `Connection`.

    Waits for one when `listener` blocks; else raises `BlockingIOError` when none is waiting.
    Small pieces are sent at once (TCP_NODELAY) rather than held back to be sent with later ones.
    """
    client, peer = listener.accept()
    try:  # noqa: SIM105  # A context manager would cost every client half a microsecond.
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        pass  # macOS refuses it for a client that has left already; the first receive will tell.
    return Connection(client, str(peer[0]))


class Connection:
    """A TCP connection with a buffer of bytes received and not yet read.

    `peer` is the other end's IP address. `deadline` is the time, in seconds of `time.monotonic()`,
    after which waiting raises `DeadlinePassed`; `None` waits for ever. With `blocking` false
    nothing ever waits: what would have to raises `BlockingIOError`, keeps every byte received in
    `buffer`, and may simply be called again later.
    """

    __slots__ = ("blocking", "buffer", "deadline", "peer", "socket")

    def __init__(self, sock: socket.socket, peer: str = "") -> None:
        sock.setblocking(False)
        self.socket = sock
        self.peer = peer
        self.buffer = bytearray()
        self.deadline: float | None = None
        self.blocking = True

    def wait(self, event: int) -> None:
        """Wait until the socket can be read (`READ`) or written (`WRITE`).

        A socket whose peer has left can be read: what is read is the end of the stream.
        Raises `BlockingIOError` at once when the connection is not `blocking`, and
        `DeadlinePassed` when the deadline passes first. A socket that is ready needs no waiting,
        even when the deadline has passed.
        """
        if not self.blocking:
            raise BlockingIOError("nothing more can be done without waiting")
        seconds = None if self.deadline is None else self.deadline - time.monotonic()
        with selectors.DefaultSelector() as selector:
            selector.register(self.socket, event)
            if not selector.select(seconds):
                raise DeadlinePassed("the peer kept us waiting past the deadline")

    def receive(self) -> int:
        """Add what the peer has sent to the buffer; return how many bytes came, 0 at the end.

        One receive of at most `RECEIVE_SIZE` bytes; waits for the first byte if none is there.
        What the buffer holds already is not copied.
        Raises `Disconnected`, with the `OSError` as its cause, when the connection was reset or is
        closed; `DeadlinePassed` and `BlockingIOError` as `wait` does.
        """
        while True:
            try:
                data = self.socket.recv(RECEIVE_SIZE)
            except BlockingIOError:
                self.wait(READ)
            except OSError as error:
                raise Disconnected(f"the connection broke while reading: {error}") from error
            else:
                self.buffer += data
                return len(data)

    def take(self, size: int) -> bytes:
        """Remove and return the first `size` bytes of the buffer, or all if it holds fewer.

        What stays in the buffer is not copied.
        """
        if size >= len(self.buffer):
            data = bytes(self.buffer)
            self.buffer.clear()
            return data
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def read_until(self, delimiter: bytes, limit: int) -> bytes:
        """Return the bytes up to and with `delimiter`, at most `limit` of them, delimiter included.

        What follows the delimiter stays in the buffer. The time taken is linear in the bytes read,
        however small the pieces in which `receive` brings them.

        Raises `TooLong` when the first `limit` bytes don't hold the whole delimiter, without
        receiving more; `Disconnected` when the stream ends first or as `receive` does;
        `DeadlinePassed` and `BlockingIOError` as `wait` does.
        """
        searched = 0
        while True:
            start = self.buffer.find(delimiter, searched, limit)
            if start >= 0:
                return self.take(start + len(delimiter))
            if len(self.buffer) >= limit:
                raise TooLong(f"no {delimiter!r} within {limit} bytes")
            searched = max(0, len(self.buffer) - len(delimiter))
            if not self.receive():
                raise Disconnected(f"the stream ended before {delimiter!r}")

    def read_exactly(self, size: int) -> bytes:
        """Return the next `size` bytes, waiting for all of them, in linear time as `read_until`.

        Raises `Disconnected` as `receive` does, and, with a message that tells how many bytes are
        missing, when the stream ends first; `DeadlinePassed` and `BlockingIOError` as `wait` does.
        """
        while len(self.buffer) < size:
            if not self.receive():
                raise Disconnected(f"the stream ended, {size - len(self.buffer)} bytes are missing")
        return self.take(size)

    def read_some(self, limit: int) -> bytes:
        """Return between 1 and `limit` bytes, as soon as any are there; `b""` at the stream's end.

        Receives only when the buffer is empty, and then once.
        Raises `Disconnected`, `DeadlinePassed` and `BlockingIOError` as `receive` does.
        """
        if not self.buffer:
            self.receive()
        return self.take(limit)

    def send(self, data: bytes) -> None:
        """Send all of `data`, in as many pieces as the peer's pace needs, and in linear time.

        Raises `Disconnected`, with the `OSError` as its cause, when the peer has left or the
        connection is closed; `DeadlinePassed` as `wait` does; and, when not `blocking`,
        `BlockingIOError` whose `characters_written` is the number of bytes of `data` sent.
        """
        sent = 0
        while sent < len(data):
            try:
                sent += self.socket.send(memoryview(data)[sent:] if sent else data)
            except BlockingIOError as error:
                error.characters_written = sent
                if not self.blocking:
                    raise
                self.wait(WRITE)
            except OSError as error:
                raise Disconnected(f"the connection broke while sending: {error}") from error

    def half_close(self) -> None:
        """Tell the peer that nothing more will be sent (FIN); what it sends can still be read.

        Does nothing when the connection is gone already. Source: RFC 9293 section 3.6.
        """
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def drain(self) -> None:
        """Throw away the buffer and what the peer sends, until it ends the stream or resets it.

        Gives up after receiving `DRAIN_LIMIT` bytes. Raises `DeadlinePassed` and
        `BlockingIOError` as `wait` does.
        """
        received = 0
        self.buffer.clear()
        with contextlib.suppress(Disconnected):
            while received < DRAIN_LIMIT and (size := self.receive()):
                received += size
                self.buffer.clear()

    def close(self) -> None:
        """Leave so that everything sent arrives: half-close, drain, then close the socket.

        Closing while unread bytes wait would make the operating system send a reset, which can
        destroy the end of our answer before the peer has read it. Waits for the peer's end of
        stream for `LINGER_SECONDS` at the most, whatever the deadline was; when not `blocking`,
        drains only what is there. Never raises; may be called twice.
        Source: RFC 9112 section 9.6.
        """
        self.deadline = time.monotonic() + LINGER_SECONDS
        try:
            self.half_close()
            self.drain()
        except (DeadlinePassed, BlockingIOError):
            pass  # The peer has had its time.
        finally:
            self.socket.close()

    def abort(self) -> None:
        """Cut the connection at once with a reset (RST): the peer sees a failure, not an end.

        What was sent and has not arrived is lost. Never raises; may be called twice.
        Source: RFC 9293 section 3.6, socket(7) SO_LINGER.
        """
        at_once = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        except OSError:
            pass  # The connection is gone already.
        finally:
            self.socket.close()

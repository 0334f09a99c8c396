"""Step 7: leave so that everything sent arrives."""

import socket
import threading
import time

import pytest

from bistro import sockets
from bistro.sockets import DeadlinePassed

ANSWER = b"x" * 300_000
LAST_PART = 50_000
"""Bytes of the answer that a slow guest leaves with the operating system for a while."""


def receive_all(guest):
    """What the guest receives, and how it ended: with the end of the stream or with an error."""
    received = 0
    try:
        while data := guest.recv(100_000):
            received += len(data)
    except OSError as error:
        return received, type(error).__name__
    return received, "end of stream"


def send_all_that_fits(connection):
    """Send what the system takes for a peer that doesn't read; returns how many bytes that was."""
    connection.blocking = False
    sent = 0
    with pytest.raises(BlockingIOError) as caught:
        for _ in range(20):  # Windows takes a first piece of any size.
            connection.send(b"x" * 1_000_000)
            sent += 1_000_000
    connection.blocking = True
    return sent + caught.value.characters_written


@pytest.fixture
def linger(monkeypatch):
    """Sets how long `close` may wait for the peer."""
    return lambda seconds: monkeypatch.setattr(sockets, "LINGER_SECONDS", seconds)


def test_drain_until_the_end(connection, guest):
    """`drain` throws away all that the peer sends, until it ends the stream."""
    connection.buffer += b"already here, "
    guest.sendall(b"and more")
    guest.close()
    connection.drain()
    assert connection.buffer == b""
    assert connection.receive() == 0


def test_drain_empties_the_buffer(connection, guest):
    """`drain` throws away what is in the buffer, too, even if nothing more comes."""
    connection.buffer += b"already here"
    guest.close()
    connection.drain()
    assert connection.buffer == b""


def test_drain_ends_with_a_reset(connection, hang_up):
    """A peer that resets the connection will send nothing more: that ends `drain` as well."""
    hang_up()
    assert connection.drain() is None


def test_drain_gives_up_after_its_limit(connection, guest, receive_in_pieces, monkeypatch):
    """A peer that goes on sending is drained of `DRAIN_LIMIT` bytes, and of no more than needed."""
    monkeypatch.setattr(sockets, "DRAIN_LIMIT", 50)
    receive_in_pieces(1)
    guest.sendall(b"drained " * 10)
    connection.drain()
    receive_in_pieces(65_536)
    assert connection.read_exactly(30) == (b"drained " * 10)[50:]


def test_drain_keeps_little_in_memory(connection, guest, receive_in_pieces):
    """What is drained is thrown away as it comes, not gathered first."""
    receive_in_pieces(1000)
    guest.sendall(b"x" * 30_000)
    guest.close()
    held = []
    receive = connection.receive

    class Watched(type(connection)):
        def receive(self):
            held.append(len(self.buffer))
            return super().receive()

    watched = Watched(connection.socket)
    watched.deadline = connection.deadline
    watched.drain()
    assert receive() == 0
    assert max(held) <= 1000


def test_drain_keeps_to_the_deadline(connection, trickle):
    """A peer that sends a byte now and then is drained until the deadline, and no longer."""
    start = time.monotonic()
    connection.deadline = start + 0.05
    trickle()
    with pytest.raises(DeadlinePassed):
        connection.drain()
    assert time.monotonic() - start < 0.6


def test_drain_without_blocking(connection):
    """Without blocking, `drain` raises `BlockingIOError` when it would have to wait."""
    connection.blocking = False
    with pytest.raises(BlockingIOError):
        connection.drain()


def test_close_ends_the_stream(connection, guest, meanwhile):
    """The peer reads the answer, then the end of the stream; our socket is closed."""
    reading = []
    reader = meanwhile(lambda: reading.append(receive_all(guest)) or guest.close())
    connection.send(b"soup")
    start = time.monotonic()
    connection.close()
    assert time.monotonic() - start < 1, "the peer was not told that this was all"
    reader.join(2)
    assert reading == [(4, "end of stream")]
    assert connection.socket.fileno() == -1


def test_unread_bytes_do_not_destroy_the_answer(connection, guest, meanwhile):
    """A slow peer gets the whole answer, though it sent more than we had read."""
    sent, closed = threading.Event(), threading.Event()
    reading = []

    def read_slowly():
        received = 0
        while received < len(ANSWER) - LAST_PART:
            received += len(guest.recv(10_000))
        sent.wait(0.1)
        closed.wait(0.05)
        rest, end = receive_all(guest)
        guest.close()
        reading.append((received + rest, end))

    guest.sendall(b"more than the server wants to read")
    reader = meanwhile(read_slowly)
    connection.send(ANSWER)
    sent.set()
    connection.close()
    closed.set()
    reader.join(2)
    assert reading == [(len(ANSWER), "end of stream")]


def test_bytes_that_are_still_coming(connection, guest, meanwhile):
    """The peer gets the whole answer though it goes on sending while we close."""

    def send_then_read():
        for _ in range(5):
            guest.sendall(b"x" * 1000)
            time.sleep(0.005)
        reading.append(receive_all(guest))
        guest.close()

    reading = []
    sender = meanwhile(send_then_read)
    connection.send(b"too large")
    connection.close()
    sender.join(2)
    assert reading == [(9, "end of stream")]


def test_a_silent_peer_is_waited_for_a_while(connection, linger):
    """A peer that never closes its end is waited for `LINGER_SECONDS`, and no longer."""
    linger(0.05)
    start = time.monotonic()
    connection.close()
    assert 0.03 < time.monotonic() - start < 0.6
    assert connection.socket.fileno() == -1


def test_what_a_silent_peer_has_not_taken_still_arrives(connection, guest, linger):
    """When the wait is over, the end is no reset: the system delivers what was sent."""
    linger(0.05)
    sent = send_all_that_fits(connection)
    connection.close()
    assert receive_all(guest) == (sent, "end of stream")


def test_the_wait_begins_with_the_close(connection, linger):
    """`LINGER_SECONDS` count from the call of `close`, though the deadline had passed before."""
    linger(0.05)
    connection.deadline = time.monotonic() - 1
    start = time.monotonic()
    connection.close()
    assert 0.03 < time.monotonic() - start < 0.6


def test_a_trickling_peer_is_not_waited_for_longer(connection, linger, trickle):
    """A peer that goes on sending a byte now and then doesn't put off the end of the wait."""
    linger(0.05)
    trickle()
    start = time.monotonic()
    connection.close()
    assert time.monotonic() - start < 0.6
    assert connection.socket.fileno() == -1


def test_close_without_blocking(connection, guest):
    """Without blocking, `close` waits for nothing, and closes the socket all the same."""
    connection.blocking = False
    connection.send(b"soup")
    start = time.monotonic()
    connection.close()
    assert time.monotonic() - start < 0.5
    assert connection.socket.fileno() == -1
    assert guest.recv(100) == b"soup"
    assert guest.recv(100) == b""


def test_close_without_blocking_drains_what_is_there(connection, guest):
    """Without blocking, what has come is drained, so that it doesn't destroy the answer."""
    guest.sendall(b"never read")
    connection.wait(sockets.READ)
    sent = send_all_that_fits(connection)
    connection.blocking = False
    connection.close()
    assert receive_all(guest) == (sent, "end of stream")


def test_close_twice(connection, guest):
    """A second `close` does nothing, and doesn't wait."""
    guest.close()
    connection.close()
    start = time.monotonic()
    connection.close()
    assert time.monotonic() - start < 0.5


def test_close_after_a_reset(connection, hang_up):
    """Closing a connection that the peer has reset closes the socket, and raises nothing."""
    hang_up()
    connection.close()
    assert connection.socket.fileno() == -1


def test_close_after_an_abort(connection):
    """Closing an aborted connection does nothing, and raises nothing."""
    connection.abort()
    assert connection.close() is None


def test_a_peer_that_floods(connection, guest, meanwhile, monkeypatch):
    """A peer that sends without end gets no more than `DRAIN_LIMIT` bytes of our attention."""
    monkeypatch.setattr(sockets, "DRAIN_LIMIT", 200_000)

    def flood():
        try:
            while True:
                guest.sendall(b"x" * 65_536)
        except OSError:
            return

    meanwhile(flood)
    start = time.monotonic()
    connection.close()
    assert time.monotonic() - start < 1
    assert connection.socket.fileno() == -1


def test_the_next_guest_finds_the_door_open(ends):
    """Closing one connection leaves the others as they are."""
    from bistro.sockets import Connection

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        other_guest = socket.create_connection(door.getsockname(), timeout=2)
        other = Connection(door.accept()[0])
    first = Connection(ends[0])
    ends[1].close()
    first.close()
    other.deadline = time.monotonic() + 2
    other.send(b"next, please")
    assert other_guest.recv(100) == b"next, please"
    other_guest.close()
    other.close()

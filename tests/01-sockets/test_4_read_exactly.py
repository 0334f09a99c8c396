"""Step 4: read exactly so many bytes, or whatever is there."""

import time

import pytest

from bistro.sockets import READ, DeadlinePassed, Disconnected


def test_exactly_so_many(connection, guest):
    """So many bytes are returned, no more and no fewer; what follows stays in the buffer."""
    guest.sendall(b"soupbread")
    data = connection.read_exactly(4)
    assert data == b"soup"
    assert type(data) is bytes
    assert connection.buffer == b"bread"


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9])
def test_in_whatever_pieces_they_come(connection, guest, receive_in_pieces, size):
    """All bytes are waited for, in whatever pieces they come."""
    receive_in_pieces(size)
    guest.sendall(b"12345678")
    assert connection.read_exactly(8) == b"12345678"


def test_the_buffer_is_read_first(connection, guest):
    """Bytes in the buffer come first; when they are enough, nothing is received."""
    connection.buffer += b"soup and "
    connection.blocking = False
    assert connection.read_exactly(5) == b"soup "
    assert connection.read_exactly(4) == b"and "
    connection.blocking = True
    guest.sendall(b"bread")
    connection.buffer += b"more "
    assert connection.read_exactly(10) == b"more bread"


def test_no_bytes_at_all(connection):
    """Reading exactly 0 bytes is done at once: there is nothing to wait for."""
    connection.blocking = False
    assert connection.read_exactly(0) == b""


@pytest.mark.parametrize(("sent", "missing"), [(b"", "80"), (b"1234567", "73")])
def test_a_stream_that_ends_early(connection, guest, sent, missing):
    """A stream that ends before the last byte raises `Disconnected`, and tells how many miss."""
    guest.sendall(sent)
    guest.close()
    with pytest.raises(Disconnected, match=missing):
        connection.read_exactly(80)


def test_a_deadline_for_all_of_it(connection, trickle):
    """A peer that sends one byte at a time is cut off at the deadline."""
    start = time.monotonic()
    connection.deadline = start + 0.05
    trickle()
    with pytest.raises(DeadlinePassed):
        connection.read_exactly(10_000)
    assert time.monotonic() - start < 0.6


def test_small_pieces_cost_no_more_than_large_ones(fed):
    """The time grows with the number of bytes, not with that number times the pieces."""
    connection = fed([b"x"] * 1000)
    connection.buffer += b"x" * 10_000_000
    start = time.monotonic()
    size = len(connection.read_exactly(10_001_000))
    assert time.monotonic() - start < 0.5
    assert size == 10_001_000


def test_without_blocking_nothing_is_lost(connection, guest):
    """`BlockingIOError` keeps what has come in the buffer; the same call finishes later."""
    connection.buffer += b"123"
    connection.blocking = False
    with pytest.raises(BlockingIOError):
        connection.read_exactly(8)
    assert connection.buffer == b"123"
    connection.blocking = True
    guest.sendall(b"45678")
    assert connection.read_exactly(8) == b"12345678"


def test_some_is_what_is_there(connection, guest):
    """`read_some` returns what has come, without waiting for as much as the limit."""
    guest.sendall(b"soup")
    connection.wait(READ)
    data = connection.read_some(1000)
    assert data == b"soup"
    assert type(data) is bytes


def test_some_is_never_more_than_the_limit(connection, guest):
    """`read_some` returns `limit` bytes at the most; the rest comes with the next call."""
    guest.sendall(b"soup")
    connection.wait(READ)
    assert connection.read_some(3) == b"sou"
    connection.blocking = False
    assert connection.read_some(3) == b"p"


def test_some_of_the_buffer_comes_first(connection, guest):
    """`read_some` returns what is in the buffer before it receives anything more."""
    connection.buffer += b"soup"
    guest.sendall(b"bread")
    connection.wait(READ)
    assert connection.read_some(1000) == b"soup"
    assert connection.read_some(1000) == b"bread"


def test_some_at_the_end_is_nothing(connection, guest):
    """At the end of the stream `read_some` returns no bytes, after all that came before it."""
    guest.sendall(b"soup")
    guest.close()
    assert connection.read_some(1000) == b"soup"
    assert connection.read_some(1000) == b""
    assert connection.read_some(1000) == b""


def test_some_waits_for_the_first_byte(connection, guest, meanwhile):
    """When nothing is there, `read_some` waits for the first byte, and for no more."""

    def send_later():
        time.sleep(0.02)
        guest.sendall(b"s")

    meanwhile(send_later)
    assert connection.read_some(1000) == b"s"


def test_some_from_a_peer_that_reset(connection, hang_up):
    """What is in the buffer is still returned after a reset; then comes `Disconnected`."""
    connection.buffer += b"soup"
    hang_up()
    assert connection.read_some(1000) == b"soup"
    with pytest.raises(Disconnected):
        connection.read_some(1000)


def test_some_from_a_silent_peer(connection):
    """`read_some` waits for a silent peer until the deadline and not at all without blocking."""
    connection.deadline = time.monotonic() + 0.02
    with pytest.raises(DeadlinePassed):
        connection.read_some(1000)
    connection.blocking = False
    with pytest.raises(BlockingIOError):
        connection.read_some(1000)

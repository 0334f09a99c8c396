"""Step 3: read up to a delimiter."""

import time

import pytest

from bistro.sockets import DeadlinePassed, Disconnected, TooLong


def test_take_the_first_bytes(connection):
    """`take` removes so many bytes from the front of the buffer and returns them as bytes."""
    connection.buffer += b"soup and bread"
    taken = connection.take(4)
    assert taken == b"soup"
    assert type(taken) is bytes
    assert connection.buffer == b" and bread"


@pytest.mark.parametrize("size", [4, 5, 1_000_000])
def test_take_all_there_is(connection, size):
    """Asked for as many bytes as there are, or more, `take` returns them all."""
    connection.buffer += b"soup"
    taken = connection.take(size)
    assert taken == b"soup"
    assert type(taken) is bytes
    assert connection.buffer == b""


def test_take_nothing(connection):
    """`take(0)` returns no bytes and leaves the buffer as it is."""
    connection.buffer += b"soup"
    assert connection.take(0) == b""
    assert connection.buffer == b"soup"


def test_the_delimiter_comes_along(connection, guest):
    """The bytes up to the delimiter are returned, the delimiter included."""
    guest.sendall(b"one soup\r\n")
    assert connection.read_until(b"\r\n", 100) == b"one soup\r\n"


@pytest.mark.parametrize("size", [1, 65_536])
def test_an_empty_line(connection, guest, receive_in_pieces, size):
    """A delimiter at the very beginning is found, too: the line is empty."""
    receive_in_pieces(size)
    guest.sendall(b"\r\n\r\nsoup\r\n")
    assert connection.read_until(b"\r\n", 100) == b"\r\n"
    assert connection.read_until(b"\r\n", 100) == b"\r\n"
    assert connection.read_until(b"\r\n", 100) == b"soup\r\n"


def test_what_follows_stays_in_the_buffer(connection, guest):
    """What follows the delimiter is kept for the next read, which needs no more bytes then."""
    guest.sendall(b"one soup\none bread\nand")
    assert connection.read_until(b"\n", 100) == b"one soup\n"
    connection.blocking = False
    assert connection.read_until(b"\n", 100) == b"one bread\n"
    assert connection.buffer == b"and"


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("delimiter", [b"\n", b"\r\n", b"\r\n\r\n"])
def test_the_delimiter_may_be_broken_anywhere(
    connection, guest, receive_in_pieces, size, delimiter
):
    """Wherever the stream breaks, also inside the delimiter, the same bytes are returned."""
    receive_in_pieces(size)
    guest.sendall(b"one\rsoup" + delimiter + b"rest")
    assert connection.read_until(delimiter, 100) == b"one\rsoup" + delimiter


def test_a_false_start_of_the_delimiter(connection, guest, receive_in_pieces):
    """Bytes that begin like the delimiter and go on otherwise are no delimiter."""
    receive_in_pieces(1)
    guest.sendall(b"a\r\r\n\rb\r\n\r\n")
    assert connection.read_until(b"\r\n\r\n", 100) == b"a\r\r\n\rb\r\n\r\n"


@pytest.mark.parametrize("size", [1, 65_536])
def test_a_line_of_exactly_the_limit(connection, guest, receive_in_pieces, size):
    """`limit` bytes with the delimiter at their end are not too long."""
    receive_in_pieces(size)
    guest.sendall(b"12345678\r\n")
    assert connection.read_until(b"\r\n", 10) == b"12345678\r\n"


@pytest.mark.parametrize("size", [1, 65_536])
def test_a_line_one_byte_over_the_limit(connection, guest, receive_in_pieces, size):
    """A delimiter that ends one byte after the limit is too late, though all of it has come."""
    receive_in_pieces(size)
    guest.sendall(b"12345678\r\n")
    with pytest.raises(TooLong):
        connection.read_until(b"\r\n", 9)


def test_too_long_is_told_without_receiving_more(connection):
    """With `limit` bytes in the buffer and no delimiter there is nothing to wait for."""
    connection.buffer += b"x" * 10
    connection.blocking = False
    with pytest.raises(TooLong):
        connection.read_until(b"\n", 10)


def test_an_endless_line(connection, guest, meanwhile, receive_in_pieces):
    """A peer that never sends the delimiter is cut short at the limit, not kept in memory."""
    receive_in_pieces(1000)

    def send_much():
        try:
            guest.sendall(b"x" * 1_000_000)
        except OSError:
            return

    meanwhile(send_much)
    with pytest.raises(TooLong):
        connection.read_until(b"\n", 5000)
    held = len(connection.buffer)
    assert held <= 6000
    guest.close()


@pytest.mark.parametrize("sent", [b"", b"half a li"])
def test_the_stream_ends_first(connection, guest, sent):
    """A stream that ends before the delimiter raises `Disconnected`."""
    guest.sendall(sent)
    guest.close()
    with pytest.raises(Disconnected):
        connection.read_until(b"\n", 100)


def test_the_peer_resets(connection, hang_up):
    """A connection that is reset before the delimiter raises `Disconnected`."""
    hang_up()
    with pytest.raises(Disconnected):
        connection.read_until(b"\n", 100)


def test_one_byte_at_a_time_meets_the_deadline(connection, trickle):
    """A peer that sends one byte at a time is cut off at the deadline of the whole line."""
    start = time.monotonic()
    connection.deadline = start + 0.05
    trickle()
    with pytest.raises(DeadlinePassed):
        connection.read_until(b"\n", 100_000)
    assert time.monotonic() - start < 0.6


def test_without_blocking_nothing_is_lost(connection, guest):
    """`BlockingIOError` keeps what has come in the buffer; the same call finishes later."""
    guest.sendall(b"one ")
    connection.receive()
    connection.blocking = False
    with pytest.raises(BlockingIOError):
        connection.read_until(b"\n", 100)
    assert connection.buffer == b"one "
    connection.blocking = True
    guest.sendall(b"soup\n")
    assert connection.read_until(b"\n", 100) == b"one soup\n"


def test_small_pieces_cost_no_more_than_large_ones(fed):
    """The time for a line grows with its length, not with its length times the pieces."""
    connection = fed([b"\n"] * 1000 + [b"\r", b"\n"])
    connection.buffer += b"\n" * 1_000_000
    start = time.monotonic()
    line = connection.read_until(b"\r\n", 3_000_000)
    assert time.monotonic() - start < 0.5
    size = len(line)
    assert size == 1_001_002


def test_many_lines_cost_no_more_than_one(connection):
    """Reading a line takes the time of that line, however much waits in the buffer behind it."""
    connection.buffer += b"one line of an order\n" * 100_000
    start = time.monotonic()
    for _ in range(20_000):
        connection.read_until(b"\n", 100)
    assert time.monotonic() - start < 0.5

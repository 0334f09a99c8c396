"""Step 2: wait no longer than the deadline, and receive."""

import socket
import time

import pytest

from bistro.sockets import READ, WRITE, DeadlinePassed, Disconnected


def test_what_came_is_in_the_buffer(connection, guest):
    """What the peer sent is put into the buffer, and the number of bytes is returned."""
    guest.sendall(b"two coffees")
    assert connection.receive() == 11
    assert connection.buffer == b"two coffees"


def test_new_bytes_go_to_the_end(connection, guest):
    """What comes later is put behind what is in the buffer already."""
    connection.buffer += b"two "
    guest.sendall(b"coffees")
    connection.receive()
    assert connection.buffer == b"two coffees"


def test_the_end_of_the_stream(connection, guest):
    """When the peer has ended the stream, 0 is returned, and again when it is called again."""
    guest.close()
    assert connection.receive() == 0
    assert connection.receive() == 0
    assert connection.buffer == b""


def test_one_receive_takes_a_limited_size(connection, guest, receive_in_pieces):
    """One call receives `RECEIVE_SIZE` bytes at the most; the rest waits for the next call."""
    receive_in_pieces(4)
    guest.sendall(b"coffee")
    assert connection.receive() == 4
    assert connection.buffer == b"coff"
    assert connection.receive() == 2
    assert connection.buffer == b"coffee"


def test_it_waits_for_the_first_byte(connection, guest, meanwhile):
    """When nothing is there yet, `receive` waits until something comes."""

    def send_later():
        time.sleep(0.02)
        guest.sendall(b"late")

    meanwhile(send_later)
    assert connection.receive() == 4


def test_without_a_deadline_it_waits_on(connection, guest, meanwhile):
    """With `None` as the deadline, `receive` waits however long it takes."""
    connection.deadline = None

    def send_later():
        time.sleep(0.02)
        guest.sendall(b"late")

    meanwhile(send_later)
    assert connection.receive() == 4


def test_the_deadline_passes(connection):
    """Waiting ends with `DeadlinePassed` when the deadline passes: not sooner, not much later."""
    start = time.monotonic()
    connection.deadline = start + 0.05
    with pytest.raises(DeadlinePassed):
        connection.receive()
    assert 0.03 < time.monotonic() - start < 0.6


@pytest.mark.parametrize("deadline", [0.0, -10.0])
def test_a_deadline_that_has_passed_already(connection, deadline):
    """When the deadline has passed before the call, nothing is waited for; 0.0 is one, too."""
    connection.deadline = deadline
    start = time.monotonic()
    with pytest.raises(DeadlinePassed):
        connection.receive()
    assert time.monotonic() - start < 0.5


def test_what_is_there_needs_no_waiting(connection, guest):
    """What has come is received even when the deadline has passed: only waiting is limited."""
    guest.sendall(b"x")
    connection.wait(READ)
    connection.deadline = time.monotonic() - 1
    assert connection.wait(READ) is None
    assert connection.wait(WRITE) is None
    assert connection.receive() == 1


def test_waiting_is_no_busy_loop(connection):
    """Who waits sleeps until the system wakes him, and doesn't ask again and again."""

    class Counting(socket.socket):
        def recv(self, *arguments):
            asked.append(time.monotonic())
            return super().recv(*arguments)

    asked = []
    with Counting(fileno=connection.socket.detach()) as connection.socket:
        connection.socket.setblocking(False)
        connection.deadline = time.monotonic() + 0.05
        with pytest.raises(DeadlinePassed):
            connection.receive()
    count = len(asked)
    assert count < 20


def test_a_full_buffer_is_not_copied(connection, guest, receive_in_pieces):
    """What is in the buffer stays where it is: adding a byte takes the same time, however full."""
    connection.buffer += b"x" * 10_000_000
    receive_in_pieces(1)
    guest.sendall(b"y" * 500)
    start = time.monotonic()
    for _ in range(500):
        connection.receive()
    assert time.monotonic() - start < 0.4


def test_a_trickle_does_not_put_off_the_deadline(connection, trickle):
    """A peer that sends a byte now and then can't keep us longer than until the deadline."""
    start = time.monotonic()
    connection.deadline = start + 0.05
    trickle()
    with pytest.raises(DeadlinePassed):
        for _ in range(100):
            connection.receive()
    assert time.monotonic() - start < 0.6


def test_a_reset_connection(connection, hang_up):
    """A connection that the peer reset raises `Disconnected`, with the system's error as cause."""
    hang_up()
    with pytest.raises(Disconnected) as caught:
        connection.receive()
    assert isinstance(caught.value.__cause__, OSError)


def test_a_connection_that_we_closed(connection):
    """Receiving from a socket that is closed raises `Disconnected`, as any lost connection does."""
    connection.socket.close()
    with pytest.raises(Disconnected):
        connection.receive()


def test_without_blocking_nothing_waits(connection, guest):
    """A connection that is not `blocking` raises `BlockingIOError` at once, and can be retried."""
    connection.blocking = False
    start = time.monotonic()
    with pytest.raises(BlockingIOError):
        connection.receive()
    assert time.monotonic() - start < 0.5
    connection.blocking = True
    guest.sendall(b"now")
    connection.wait(READ)
    connection.blocking = False
    assert connection.receive() == 3


def test_wait_does_not_wait_without_blocking(connection):
    """`wait` itself raises `BlockingIOError` when the connection is not `blocking`."""
    connection.blocking = False
    with pytest.raises(BlockingIOError):
        connection.wait(WRITE)


def test_wait_for_reading(connection, guest):
    """`wait(READ)` returns when bytes are there, and takes none of them away."""
    guest.sendall(b"here")
    connection.wait(READ)
    connection.wait(READ)
    assert connection.buffer == b""
    assert connection.receive() == 4


def test_wait_for_writing(connection):
    """`wait(WRITE)` returns at once while there is room to send, though nothing can be read."""
    connection.deadline = time.monotonic() + 0.03
    connection.wait(WRITE)
    with pytest.raises(DeadlinePassed):
        connection.wait(READ)

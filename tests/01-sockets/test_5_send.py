"""Step 5: send all of it."""

import socket
import time
from array import array

import pytest

from bistro.sockets import READ, DeadlinePassed, Disconnected

MUCH = array("I", range(250_000)).tobytes()
"""A million bytes, each four of them another number: more than the operating system keeps for a
peer that does not read. Windows takes the first piece whole, whatever its size: send another."""
PIECES = 20


def receive_all(guest):
    received = bytearray()
    while data := guest.recv(100_000):
        received += data
    return bytes(received)


def test_a_small_answer(connection, guest):
    """What is sent arrives."""
    connection.send(b"soup")
    assert guest.recv(100) == b"soup"


def test_nothing_to_send(connection, guest):
    """Sending no bytes does nothing: what is sent next is all that the peer receives."""
    connection.send(b"")
    connection.send(b"soup")
    assert guest.recv(100) == b"soup"


def test_in_the_order_of_the_calls(connection, guest):
    """What is sent first arrives first."""
    for dish in (b"soup ", b"fish ", b"cake"):
        connection.send(dish)
    connection.socket.close()
    assert receive_all(guest) == b"soup fish cake"


def test_more_than_fits_at_once(connection, guest, meanwhile):
    """What the system does not take at once is sent when it can: nothing is lost or sent twice."""
    received = []
    reader = meanwhile(lambda: received.append(receive_all(guest)))
    connection.send(MUCH)
    connection.socket.close()
    reader.join(2)
    arrived = received[0] == MUCH
    assert arrived, "the bytes that arrived are not the bytes that were sent"


def test_a_peer_that_does_not_read(connection):
    """A peer that takes nothing keeps us until the deadline and no longer."""
    start = time.monotonic()
    connection.deadline = start + 0.05
    with pytest.raises(DeadlinePassed):
        for _ in range(PIECES):
            connection.send(MUCH)
    assert time.monotonic() - start < 0.8


def test_a_peer_that_takes_a_little_now_and_then(connection, guest, meanwhile):
    """A peer that goes on taking a little doesn't put off the deadline."""

    def sip():
        while guest.recv(20_000):
            time.sleep(0.003)

    start = time.monotonic()
    connection.deadline = start + 0.05
    meanwhile(sip)
    with pytest.raises(DeadlinePassed):
        for _ in range(PIECES):
            connection.send(MUCH)
    assert time.monotonic() - start < 0.8


def test_waiting_for_room_is_no_busy_loop(connection):
    """Who waits for room sleeps until the system wakes him, and doesn't try again and again."""

    class Counting(socket.socket):
        def send(self, *arguments):
            tries.append(time.monotonic())
            return super().send(*arguments)

    tries = []
    with Counting(fileno=connection.socket.detach()) as connection.socket:
        connection.socket.setblocking(False)
        connection.deadline = time.monotonic() + 0.05
        with pytest.raises(DeadlinePassed):
            for _ in range(PIECES):
                connection.send(MUCH)
    count = len(tries)
    assert count < 300


def test_small_sips_cost_no_more_than_large_ones(connection):
    """The time grows with the answer's size, not with its size times the pieces it goes out in."""

    class Sipping(socket.socket):
        def send(self, data, *flags):
            taken.append(min(len(data), 5_000))
            return taken[-1]

    taken = []
    connection.socket = Sipping(fileno=connection.socket.detach())
    start = time.monotonic()
    connection.send(bytes(20_000_000))
    connection.socket.close()
    assert time.monotonic() - start < 0.5
    assert sum(taken) == 20_000_000


def test_a_peer_that_has_left(connection, hang_up):
    """Sending to a peer that reset the connection raises `Disconnected`, with its cause."""
    hang_up()
    connection.wait(READ)
    with pytest.raises(Disconnected) as caught:
        connection.send(b"soup")
    assert isinstance(caught.value.__cause__, OSError)


def test_a_peer_that_leaves_in_the_middle(connection, guest, meanwhile):
    """A peer that leaves before it has taken all of it ends the sending with `Disconnected`."""

    def read_a_little():
        guest.recv(10)
        guest.close()

    meanwhile(read_a_little)
    with pytest.raises(Disconnected):
        for _ in range(PIECES):
            connection.send(MUCH)


def test_a_connection_that_we_closed(connection):
    """Sending on a socket that is closed raises `Disconnected`, as any lost connection does."""
    connection.socket.close()
    with pytest.raises(Disconnected):
        connection.send(b"soup")


def test_without_blocking_it_tells_how_much_went(connection, guest, meanwhile):
    """Without blocking, `characters_written` tells how much was sent, so that one can go on."""
    connection.blocking = False
    whole = 0
    with pytest.raises(BlockingIOError) as caught:
        for _ in range(PIECES):
            connection.send(MUCH)
            whole += 1
    sent = caught.value.characters_written
    assert 0 <= sent < len(MUCH)
    received = []
    reader = meanwhile(lambda: received.append(receive_all(guest)))
    connection.blocking = True
    connection.send(MUCH[sent:])
    connection.socket.close()
    reader.join(2)
    arrived = received[0] == MUCH * (whole + 1)
    assert arrived, "characters_written is not the number of bytes that were sent"


def test_without_blocking_and_without_room(connection):
    """When nothing at all can be sent without waiting, `characters_written` is 0."""
    connection.blocking = False
    with pytest.raises(BlockingIOError):
        for _ in range(PIECES):
            connection.send(MUCH)
    with pytest.raises(BlockingIOError) as caught:
        connection.send(b"soup")
    assert caught.value.characters_written == 0


def test_sending_does_not_read(connection, guest):
    """What the peer sends meanwhile is left for reading."""
    guest.sendall(b"and bread")
    connection.send(b"soup")
    assert connection.buffer == b""
    assert connection.receive() == 9


def test_small_pieces_go_out_by_themselves(connection, guest):
    """What was sent is on its way when `send` returns; nothing is held back for later."""
    guest.settimeout(1)
    guest.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for number in range(3):
        connection.send(b"%d" % number)
        assert guest.recv(100) == b"%d" % number

"""Step 6: two ways to end: with a FIN, and with a reset."""

import socket
import time

import pytest

from bistro.sockets import Disconnected


def test_the_peer_sees_the_end(connection, guest):
    """After a half-close the peer reads what was sent, and then the end of the stream."""
    connection.send(b"soup")
    connection.half_close()
    assert guest.recv(100) == b"soup"
    assert guest.recv(100) == b""


def test_the_peer_can_still_be_heard(connection, guest):
    """A half-close ends our direction alone: what the peer sends can still be read."""
    connection.half_close()
    assert guest.recv(100) == b""
    guest.sendall(b"thank you")
    assert connection.read_exactly(9) == b"thank you"


def test_nothing_more_can_be_sent(connection):
    """After a half-close, sending raises `Disconnected`."""
    connection.half_close()
    with pytest.raises(Disconnected):
        connection.send(b"one more thing")


def test_half_close_twice(connection, guest):
    """A second half-close does nothing."""
    connection.half_close()
    connection.half_close()
    assert guest.recv(100) == b""


def test_half_close_when_the_peer_has_reset(connection, hang_up):
    """A half-close of a connection that is gone does nothing, and raises nothing."""
    hang_up()
    with pytest.raises(Disconnected):
        connection.receive()
    assert connection.half_close() is None


def test_half_close_of_a_closed_socket(connection):
    """A half-close of a socket that is closed does nothing, and raises nothing."""
    connection.socket.close()
    assert connection.half_close() is None


def test_the_peer_sees_a_reset(connection, guest):
    """After an abort the peer gets an error, not an end it could mistake for a whole answer."""
    connection.send(b"half an ans")
    guest.recv(100)
    connection.abort()
    with pytest.raises(ConnectionResetError):
        guest.recv(100)


def test_abort_closes_the_socket(connection):
    """After an abort the socket is closed."""
    connection.abort()
    assert connection.socket.fileno() == -1


def test_abort_does_not_wait(connection, guest):
    """An abort returns at once, though the peer has not taken what was sent; it never gets all."""
    connection.blocking = False
    sent = 0
    with pytest.raises(BlockingIOError) as caught:
        for _ in range(20):
            connection.send(b"x" * 1_000_000)
            sent += 1_000_000
    sent += caught.value.characters_written
    connection.blocking = True
    start = time.monotonic()
    connection.abort()
    assert time.monotonic() - start < 0.5
    received = 0
    with pytest.raises(ConnectionResetError):
        while data := guest.recv(100_000):
            received += len(data)
    assert received < sent


def test_abort_twice(connection):
    """A second abort does nothing, and raises nothing."""
    connection.abort()
    assert connection.abort() is None


def test_abort_when_the_peer_has_left(connection, hang_up):
    """An abort of a connection that the peer has reset closes the socket, and raises nothing."""
    hang_up()
    with pytest.raises(Disconnected):
        connection.receive()
    connection.abort()
    assert connection.socket.fileno() == -1


def test_abort_when_the_socket_takes_no_options(connection, monkeypatch):
    """An abort closes the socket even when the system refuses the option (macOS may)."""

    class Refusing(socket.socket):
        def setsockopt(self, *arguments):
            raise OSError(22, "Invalid argument")

    connection.socket = Refusing(fileno=connection.socket.detach())
    connection.abort()
    assert connection.socket.fileno() == -1

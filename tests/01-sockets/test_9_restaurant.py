"""The pay-off: the restaurant, run on your sockets, as a guest meets it."""

import os
import signal
import socket

import pytest

BROWSER = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nUser-Agent: Mozilla/5.0\r\n"
    b"Accept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\r\n"
)


@pytest.fixture
def call(restaurant):
    """Connects to the restaurant."""
    guests = []

    def connect():
        guest = socket.create_connection(("127.0.0.1", restaurant[1]), timeout=2)
        guests.append(guest)
        return guest

    yield connect
    for guest in guests:
        guest.close()


def hear(guest):
    """All that the restaurant says, up to the end of the stream."""
    heard = b""
    while data := guest.recv(65_536):
        heard += data
    guest.close()
    return heard


def test_a_guest_is_greeted(call):
    """A browser gets a page that it can show, and then the end of the stream."""
    guest = call()
    guest.sendall(BROWSER)
    answer = hear(guest)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"</html>\n")


def test_every_guest_is_greeted(call):
    """One guest after another gets the same greeting."""
    greetings = set()
    for _ in range(5):
        guest = call()
        guest.sendall(BROWSER)
        greetings.add(hear(guest))
    assert len(greetings) == 1


def test_a_guest_who_speaks_in_pieces(call):
    """A guest whose request comes in pieces is greeted as any other."""
    guest = call()
    for start in range(0, len(BROWSER), 50):
        guest.sendall(BROWSER[start : start + 50])
    assert hear(guest).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_guest_who_says_more_than_is_read(call):
    """A guest who sends more than the restaurant reads still gets the whole greeting."""
    guest = call()
    guest.sendall(BROWSER + b"x" * 100_000)
    assert hear(guest).endswith(b"</html>\n")


def test_a_guest_who_never_comes_to_an_end(call):
    """A guest who says too much without an empty line is cut off."""
    guest = call()
    with pytest.raises(OSError, match=r"."):
        for _ in range(100):
            guest.sendall(b"x" * 65_536)


def test_a_silent_guest_keeps_nobody_waiting(call):
    """While one guest stands in the door and says nothing, the next one is greeted."""
    call()
    guest = call()
    guest.sendall(BROWSER)
    assert hear(guest).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process alone")
def test_ctrl_c_closes_the_door(restaurant):
    """Ctrl-C ends the restaurant with a word of farewell, and without a traceback."""
    process, _ = restaurant
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=3)
    assert printed.endswith("The door is closed.\n")
    assert process.returncode == 0

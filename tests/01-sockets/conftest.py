"""What the tests of this chapter share: a guest who is connected to us over a real socket.

`guest` is the client's plain socket; whatever it waits for, it waits two seconds at the most.
`connection` is our end of it, a `Connection` whose deadline is far enough away for every test.
"""

import contextlib
import socket
import struct
import sys
import threading
import time

import pytest

SYSTEM_BUFFER = 32_768
"""About how much the operating system keeps for a guest who does not read."""


@pytest.fixture
def ends():
    """Both ends of a TCP connection, plain sockets: ours and the guest's."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        guest = socket.socket()
        guest.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SYSTEM_BUFFER)
        guest.settimeout(2)
        guest.connect(door.getsockname())
        ours, _ = door.accept()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_BUFFER)
    yield ours, guest
    guest.close()
    ours.close()


@pytest.fixture
def guest(ends):
    return ends[1]


@pytest.fixture
def connection(ends):
    from bistro.sockets import Connection

    connection = Connection(ends[0], "127.0.0.1")
    connection.deadline = time.monotonic() + 2
    return connection


@pytest.fixture
def fed(ends):
    """Makes a connection to which `receive` brings prepared pieces, one a call."""
    from bistro.sockets import Connection

    class Fed(Connection):
        def __init__(self, pieces):
            super().__init__(ends[0])
            self._pieces = iter(pieces)

        def receive(self):
            piece = next(self._pieces)
            self.buffer += piece
            return len(piece)

    return Fed


@pytest.fixture
def hang_up(guest):
    """Ends the guest's connection with a reset, as a crashed program or a cut line does."""

    def reset():
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        guest.close()

    return reset


@pytest.fixture
def meanwhile(ends):
    """Runs a function in a thread of its own, which has its end when the test is over."""
    threads = []

    def start(function, *arguments):
        thread = threading.Thread(target=function, args=arguments, daemon=True)
        threads.append(thread)
        thread.start()
        return thread

    yield start
    for end in ends:
        with contextlib.suppress(OSError):  # It may be closed, which is as good.
            end.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(2)


@pytest.fixture
def trickle(guest, meanwhile):
    """Has the guest send one byte every few milliseconds until the test is over."""
    over = threading.Event()

    def send_forever():
        try:
            while not over.wait(0.003):
                guest.sendall(b"x")
        except OSError:
            return

    yield lambda: meanwhile(send_forever)
    over.set()


@pytest.fixture
def receive_in_pieces(monkeypatch):
    """Makes every receive bring so many bytes at the most, so that the stream breaks there."""

    def set_size(size):
        from bistro import sockets

        monkeypatch.setattr(sockets, "RECEIVE_SIZE", size)

    return set_size

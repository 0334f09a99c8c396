"""Step 4.3: an answer that its client does not take at once."""

import contextlib
import select
import socket
from tempfile import SpooledTemporaryFile

import pytest

from bistro.server import Client
from bistro.sockets import RECEIVE_SIZE, DeadlinePassed, Disconnected

LARGE = bytes(range(256)) * 12_000
"""More than an operating system holds for a connection with small buffers."""


@pytest.fixture
def slow(connect):
    """`slow(**limits)`: a client whose guest reads nothing, with small buffers between them."""

    def slow(**limits):
        client, guest = connect(**limits)
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 262_144)
        return client, guest

    return slow


def take_all(client, guest, size):
    """What the guest reads, while the client's unsent bytes are flushed as it makes room."""
    taken = b""
    while len(taken) < size:
        ours = [client.socket] if client.unsent else []
        readable, writable, _ = select.select([guest], ours, [], 2)
        assert readable or writable, f"only {len(taken)} of {size} bytes came"
        if readable:
            taken += guest.recv(1_000_000)
        if writable:
            with contextlib.suppress(BlockingIOError):
                client.flush()
    return taken


def difference(taken, sent):
    """Where two long answers differ first; None where they don't."""
    if taken == sent:
        return None
    pairs = enumerate(zip(taken, sent, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(taken), len(sent)))


def test_small_answer(connect):
    """What the client takes at once is sent, and nothing is kept."""
    client, guest = connect()
    client.transmit(b"hello")
    assert guest.recv(100) == b"hello"
    assert client.unsent is None


def test_large_answer(slow):
    """An answer that the client does not take at once is kept, without waiting, and flushed."""
    client, guest = slow()
    client.transmit(LARGE)
    assert client.unsent is not None
    assert difference(take_all(client, guest, len(LARGE)), LARGE) is None
    client.flush()
    assert client.unsent is None


def test_answers_stay_in_order(slow):
    """What is sent later goes out later, though the client could take it by now."""
    client, guest = slow()
    client.transmit(LARGE)
    client.transmit(b"second")
    taken = guest.recv(1_000_000)
    client.transmit(b"third")
    rest = take_all(client, guest, len(LARGE) + 11 - len(taken))
    assert difference(taken + rest, LARGE + b"secondthird") is None


def test_one_large_answer_after_the_other(slow):
    """After all was taken, the next answer begins at its beginning."""
    client, guest = slow()
    for answer in (LARGE, LARGE[::-1]):
        client.transmit(answer)
        file = client.unsent
        assert difference(take_all(client, guest, len(answer)), answer) is None
        client.flush()
        assert file.closed


def test_kept_in_a_file(slow):
    """What is kept is a spool, of which RECEIVE_SIZE bytes are read at a time."""
    client, guest = slow()
    client.keep(LARGE)
    assert isinstance(client.unsent, SpooledTemporaryFile)
    read, sizes = client.unsent.read, []

    def reading(*arguments):
        data = read(*arguments)
        sizes.append(len(data))
        return data

    client.unsent.read = reading
    assert difference(take_all(client, guest, len(LARGE)), LARGE) is None
    assert max(sizes) == RECEIVE_SIZE


class Narrow:
    """A socket that takes a thousand bytes, and then nothing for once."""

    def __init__(self, wide):
        self.wide = wide
        self.room = 1000

    def __getattr__(self, name):
        return getattr(self.wide, name)

    def send(self, data):
        if not self.room:
            self.room = 1000
            raise BlockingIOError
        sent = self.wide.send(data[: self.room])
        self.room -= sent
        return sent


def test_taken_in_part(connect):
    """When the client takes a part of a piece, the next flush goes on behind that part."""
    client, guest = connect()
    client.keep(LARGE[:4321])
    client.socket = Narrow(client.socket)
    for taken in (1000, 2000, 3000, 4000):
        with pytest.raises(BlockingIOError):
            client.flush()
        assert client.unsent_from == taken
    client.flush()
    client.socket.shutdown(socket.SHUT_WR)
    came = b"".join(iter(lambda: guest.recv(65_536), b""))
    assert difference(came, LARGE[:4321]) is None


def test_nothing_to_flush(connect):
    """Where nothing is unsent, flush does nothing."""
    client, guest = connect()
    client.flush()
    guest.setblocking(False)
    with pytest.raises(BlockingIOError):
        guest.recv(1)


def test_flush_does_not_wait(slow):
    """A client that takes nothing raises BlockingIOError; none of the caller's bytes were sent."""
    client, _ = slow()
    client.transmit(LARGE)
    with pytest.raises(BlockingIOError) as caught:
        client.flush()
    assert caught.value.characters_written == 0


def test_transmit_to_nobody(connect, gone):
    """A client that has left raises Disconnected."""
    client, guest = connect()
    guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    guest.close()
    gone(client)
    with pytest.raises(Disconnected):
        client.transmit(b"hello")


def test_client_leaves_in_the_middle(slow, gone):
    """A client that leaves in the middle of its answer raises Disconnected when it is flushed."""
    client, guest = slow()
    client.transmit(LARGE)
    guest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    guest.close()
    gone(client)
    with pytest.raises(Disconnected):
        client.flush()


def test_up_to_the_limit(connect, monkeypatch):
    """Up to the limit nothing waits."""
    client, _ = connect(unsent=10)
    monkeypatch.setattr(Client, "wait_to_send", lambda client: pytest.fail("it waited"))
    client.keep(b"12345")
    client.keep(b"67890")
    assert client.unsent.tell() == 10


def test_over_the_limit(slow, monkeypatch):
    """Over the limit the caller waits until the client has taken all."""
    client, guest = slow(unsent=len(LARGE) - 1)
    taken = []

    def guest_reads(client):
        if select.select([guest], [client.socket], [], 2)[0]:
            taken.append(guest.recv(1_000_000))

    monkeypatch.setattr(Client, "wait_to_send", guest_reads)
    client.keep(LARGE)
    assert client.unsent is None
    guest.settimeout(0.05)
    with pytest.raises(TimeoutError):
        while True:
            taken.append(guest.recv(1_000_000))
    assert difference(b"".join(taken), LARGE) is None
    assert len(taken) > 1


def test_what_was_taken_does_not_count(slow, monkeypatch):
    """The limit is for the bytes still to be sent: those that were taken don't count."""
    client, guest = slow(unsent=len(LARGE))
    client.transmit(LARGE)
    taken = 0
    while client.unsent_from < 2000:
        taken += len(guest.recv(1_000_000))
        with pytest.raises(BlockingIOError):
            client.flush()
    monkeypatch.setattr(Client, "wait_to_send", lambda client: pytest.fail("it waited"))
    client.limits.unsent = client.unsent.seek(0, 2)
    client.keep(b"x" * 1000)
    assert client.unsent is not None


def test_a_client_that_takes_nothing(slow):
    """Over the limit, a client that takes nothing for send_seconds raises DeadlinePassed."""
    client, _ = slow(unsent=1000, send_seconds=0.03)
    with pytest.raises(DeadlinePassed):
        client.transmit(LARGE)
    with pytest.raises(BlockingIOError):
        client.flush()


def test_does_not_wait_for_ever_after(slow):
    """After waiting once the client does not wait any more: it is not blocking."""
    client, guest = slow(unsent=1000, send_seconds=2)
    guest.settimeout(2)
    client.transmit(LARGE[:999])
    assert guest.recv(1000) == LARGE[:999]
    assert client.blocking is False
    with pytest.raises(BlockingIOError):
        client.read_head()

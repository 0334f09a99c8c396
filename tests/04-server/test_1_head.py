"""Step 4.1: the head of a request, as far as it has come."""

import pytest

from bistro.http import MAX_HEAD, MAX_REQUEST_LINE, ProtocolError
from bistro.server import HEAD, IDLE
from bistro.sockets import Disconnected

REQUEST = b"GET /menu HTTP/1.1\r\nHost: bistro\r\n\r\n"


def status_of(client, patiently):
    with pytest.raises(ProtocolError) as caught:
        patiently(client, client.read_head)
    return caught.value.status


def test_whole_head(connect, patiently):
    """A head that is there is parsed and returned."""
    client, guest = connect()
    guest.sendall(REQUEST)
    head = patiently(client, client.read_head)
    assert (head.method, head.target) == ("GET", "/menu")
    assert head.fields == {"host": "bistro"}


def test_rest_stays(connect, patiently):
    """What comes behind the head stays in the buffer."""
    client, guest = connect()
    guest.sendall(REQUEST + b"GET /next")
    patiently(client, client.read_head)
    assert bytes(client.buffer) == b"GET /next"


def test_silence_is_idle(connect):
    """A client that has sent nothing raises BlockingIOError at once and is idle."""
    client, _ = connect()
    with pytest.raises(BlockingIOError):
        client.read_head()
    assert client.phase == IDLE


def test_part_of_a_head(connect, arrived):
    """A client that has sent a part of its head raises BlockingIOError and is in the phase HEAD."""
    client, guest = connect()
    guest.sendall(b"GET /me")
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_head()
    assert client.phase == HEAD
    assert bytes(client.buffer) == b"GET /me"


def test_byte_by_byte(connect, arrived):
    """A head that comes byte by byte is the head that comes in one piece."""
    client, guest = connect()
    for byte in REQUEST[:-1]:
        guest.sendall(bytes([byte]))
        arrived(client)
        with pytest.raises(BlockingIOError):
            client.read_head()
    guest.sendall(REQUEST[-1:])
    arrived(client)
    assert client.read_head().target == "/menu"


def test_dribbling_gains_no_time(connect, arrived):
    """The time for a head begins with its first byte, and does not begin anew with each byte."""
    client, guest = connect()
    guest.sendall(b"G")
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_head()
    client.since = 1.0
    guest.sendall(b"E")
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_head()
    assert client.since == 1.0


def test_time_begins_with_the_first_byte(connect, arrived):
    """Silence before the first byte does not count as time for the head."""
    client, guest = connect()
    client.since = 1.0
    guest.sendall(b"G")
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_head()
    assert client.since > 1.0


def test_empty_line_before(connect, patiently):
    """One empty line before a request is skipped: RFC 9112 section 2.2."""
    client, guest = connect()
    guest.sendall(b"\r\n" + REQUEST)
    assert patiently(client, client.read_head).target == "/menu"


@pytest.mark.parametrize("before", [b"\r\n\r\n", b"\r\n\n", b"\n", b"\r"])
def test_only_one_empty_line(connect, patiently, before):
    """A second empty line is no request, and a line ends with CR and LF: 400."""
    client, guest = connect()
    guest.sendall(before + REQUEST)
    assert status_of(client, patiently) == 400


def test_malformed(connect, patiently):
    """What parse_request_head refuses is refused with its status."""
    client, guest = connect()
    guest.sendall(b"GET /menu HTTP/1.1\r\nHost : bistro\r\n\r\n")
    assert status_of(client, patiently) == 400


@pytest.mark.parametrize(
    ("line", "status"),
    [(MAX_REQUEST_LINE, 431), (MAX_REQUEST_LINE + 1, 414), (MAX_HEAD, 414)],
    ids=["longest-line", "one-byte-more", "no-end"],
)
def test_no_end(connect, patiently, line, status):
    """A head without an end is 431, and 414 when even its first line is too long."""
    client, guest = connect()
    guest.sendall((b"G" * line + b"\r\n" + b"a: b\r\n" * MAX_HEAD)[:MAX_HEAD])
    assert status_of(client, patiently) == status


def test_long_line_after_an_empty_one(connect, patiently):
    """The empty line that is skipped is not the request line whose length counts."""
    client, guest = connect()
    guest.sendall(b"\r\n" + b"G" * MAX_HEAD)
    assert status_of(client, patiently) == 414


def test_longest_head(connect, patiently):
    """A head may have MAX_HEAD bytes, its empty line included, and not one more."""
    start = b"GET / HTTP/1.1\r\nHost: bistro\r\n"
    fields = b"".join(b"x-%d: %s\r\n" % (n, b"y" * 8000) for n in range(8))
    last = MAX_HEAD - len(start + fields) - len(b"z: \r\n\r\n")
    client, guest = connect()
    guest.sendall(start + fields + b"z: " + b"z" * last + b"\r\n\r\n")
    assert len(patiently(client, client.read_head).fields["z"]) == last
    guest.sendall(start + fields + b"z: " + b"z" * (last + 1) + b"\r\n\r\n")
    assert status_of(client, patiently) == 431


@pytest.mark.parametrize("sent", [b"", b"GET /menu HTTP/1.1\r\nHo"])
def test_client_leaves(connect, patiently, sent):
    """A client that leaves before its head is whole raises Disconnected."""
    client, guest = connect()
    guest.sendall(sent)
    guest.close()
    with pytest.raises(Disconnected):
        patiently(client, client.read_head)


def test_nothing_is_sent(connect, patiently):
    """Reading answers nothing by itself: a refusal is a ProtocolError for the caller."""
    client, guest = connect()
    guest.sendall(b"\0\r\n\r\n")
    assert status_of(client, patiently) == 400
    guest.setblocking(False)
    with pytest.raises(BlockingIOError):
        guest.recv(1)

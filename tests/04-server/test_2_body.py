"""Step 4.2: the body of a request, and the whole request."""

import io
from tempfile import SpooledTemporaryFile

import pytest

from bistro.http import CONTINUE, ProtocolError, RequestHead
from bistro.server import BODY, IDLE, IN_MEMORY, Client
from bistro.sockets import Disconnected


@pytest.fixture(autouse=True)
def send_at_once(monkeypatch):
    """Transmitting is the next step's: until then, what is transmitted is sent."""
    monkeypatch.setattr(Client, "transmit", Client.send)


def post(*lines, body=b"", version="HTTP/1.1"):
    """A POST request with these field lines."""
    head = "\r\n".join([f"POST /order {version}", "Host: bistro", *lines])
    return head.encode() + b"\r\n\r\n" + body


def head_with(version="HTTP/1.1", **fields):
    return RequestHead(
        "POST", "/", version, {k.replace("_", "-"): value for k, value in fields.items()}
    )


def status_of(function, *arguments):
    with pytest.raises(ProtocolError) as caught:
        function(*arguments)
    return caught.value.status


def silent(guest):
    """Whether nothing has come for the guest."""
    guest.setblocking(False)
    try:
        guest.recv(1)
    except BlockingIOError:
        return True
    finally:
        guest.settimeout(2)
    return False


def test_without_a_body(connect, patiently):
    """A request without a body has an empty file and the length 0."""
    client, guest = connect()
    guest.sendall(b"GET /menu HTTP/1.1\r\nHost: bistro\r\n\r\n")
    head, body, length = patiently(client, client.read_request)
    assert (head.target, body.read(), length) == ("/menu", b"", 0)


def test_with_a_length(connect, patiently):
    """A body of a known length comes as a file at its start; what follows stays in the buffer."""
    client, guest = connect()
    guest.sendall(post("Content-Length: 4", body=b"troutGET"))
    _, body, length = patiently(client, client.read_request)
    assert (body.read(), length) == (b"trou", 4)
    assert bytes(client.buffer) == b"tGET"


def test_in_chunks(connect, patiently):
    """A body in chunks comes decoded; what follows its last chunk stays in the buffer."""
    client, guest = connect()
    guest.sendall(post("Transfer-Encoding: chunked", body=b"3\r\ntro\r\n2\r\nut\r\n0\r\n\r\nGET"))
    _, body, length = patiently(client, client.read_request)
    assert (body.read(), length) == (b"trout", 5)
    assert bytes(client.buffer) == b"GET"


@pytest.mark.parametrize(
    "request_bytes",
    [
        post("Content-Length: 5", body=b"trout"),
        post("Transfer-Encoding: chunked", body=b"5\r\ntrout\r\n0\r\n\r\n"),
    ],
    ids=["length", "chunks"],
)
def test_byte_by_byte(connect, arrived, request_bytes):
    """A request that comes byte by byte is the request that comes in one piece."""
    client, guest = connect()
    for byte in request_bytes[:-1]:
        guest.sendall(bytes([byte]))
        arrived(client)
        with pytest.raises(BlockingIOError):
            client.read_request()
    guest.sendall(request_bytes[-1:])
    arrived(client)
    _, body, length = client.read_request()
    assert (body.read(), length) == (b"trout", 5)
    assert client.phase == BODY


@pytest.mark.parametrize(
    ("request_bytes", "rest"),
    [
        (post("Content-Length: 5", body=b"tr"), b"out"),
        (post("Transfer-Encoding: chunked", body=b"5\r\ntr"), b"out\r\n0\r\n\r\n"),
    ],
    ids=["length", "chunks"],
)
def test_rest_comes_with_the_next_request(connect, arrived, patiently, request_bytes, rest):
    """Where the rest of a body comes together with the next request, that stays in the buffer."""
    client, guest = connect()
    guest.sendall(request_bytes)
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_request()
    guest.sendall(rest + b"GET /menu")
    _, body, length = patiently(client, client.read_request)
    assert (body.read(), length) == (b"trout", 5)
    assert bytes(client.buffer) == b"GET /menu"


def test_time_for_a_body_begins_once(connect, arrived):
    """A body that is not complete is the phase BODY, whose time begins once, not with each byte."""
    client, guest = connect()
    client.since = 1.0
    guest.sendall(post("Content-Length: 9", body=b"t"))
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_request()
    assert client.phase == BODY
    assert client.since > 1.0
    client.since = 1.0
    guest.sendall(b"r")
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_request()
    assert client.since == 1.0


def test_one_request_after_the_other(connect, patiently):
    """Each request has its own head and its own body."""
    client, guest = connect()
    trout, soup = (post(f"Content-Length: {len(b)}", body=b) for b in (b"trout", b"soup"))
    guest.sendall(trout + soup)
    _, first, _ = patiently(client, client.read_request)
    assert client.head is None
    _, second, _ = patiently(client, client.read_request)
    guest.sendall(b"GET /menu HTTP/1.1\r\nHost: bistro\r\n\r\n")
    head, third, length = patiently(client, client.read_request)
    assert (first.read(), second.read(), third.read()) == (b"trout", b"soup", b"")
    assert (head.method, length) == ("GET", 0)


def test_much_behind_the_chunks(connect):
    """What follows the last chunk stays in the buffer in its order, however much it is."""
    client, _ = connect()
    behind = bytes(range(256)) * 400
    client.buffer += b"2\r\nab\r\n0\r\n\r\n" + behind
    with client.begin_body(head_with(transfer_encoding="chunked")) as body:
        client.read_body(body)
    assert bytes(client.buffer) == behind


def test_chunks_then_length(connect, patiently):
    """A body in chunks does not make the next one a body in chunks."""
    client, guest = connect()
    guest.sendall(post("Transfer-Encoding: chunked", body=b"2\r\nab\r\n0\r\n\r\n"))
    assert patiently(client, client.read_request)[1].read() == b"ab"
    guest.sendall(post("Content-Length: 2", body=b"cd"))
    assert patiently(client, client.read_request)[1].read() == b"cd"


def test_a_client_that_asks_first(connect, arrived, patiently):
    """A client that expects 100-continue is told to go on, and sends its body then."""
    client, guest = connect()
    guest.sendall(post("Content-Length: 5", "Expect: 100-Continue"))
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_request()
    assert guest.recv(100) == CONTINUE
    guest.sendall(b"trout")
    assert patiently(client, client.read_request)[1].read() == b"trout"
    assert silent(guest)


def test_asks_first_for_chunks(connect):
    """A client that will send chunks may ask first, too."""
    client, guest = connect()
    client.begin_body(head_with(transfer_encoding="chunked", expect="100-continue")).close()
    assert guest.recv(100) == CONTINUE


@pytest.mark.parametrize(
    ("head", "buffered"),
    [
        (head_with(content_length="5", expect="100-continue"), b"t"),
        (head_with(content_length="0", expect="100-continue"), b""),
        (head_with(expect="100-continue"), b""),
        (head_with("HTTP/1.0", content_length="5", expect="100-continue"), b""),
        (head_with(content_length="5"), b""),
    ],
    ids=["sends-already", "empty-body", "no-body", "http-1.0", "did-not-ask"],
)
def test_not_told_to_go_on(connect, head, buffered):
    """No 100 (Continue) goes to a client that has no body, sends it already, or did not ask."""
    client, guest = connect()
    client.buffer += buffered
    client.begin_body(head)
    assert silent(guest)


def test_other_expectations(connect):
    """Another expectation cannot be met: 417, but HTTP/1.0 knows none, and it is ignored there."""
    client, _ = connect()
    assert status_of(client.begin_body, head_with(expect="a table")) == 417
    assert client.begin_body(head_with("HTTP/1.0", expect="a table")).read() == b""


def test_too_large(connect):
    """A length over the limit is 413 before any of the body is read or asked for."""
    client, guest = connect(body=10)
    head = head_with(content_length="11", expect="100-continue")
    assert status_of(client.begin_body, head) == 413
    assert silent(guest)
    client.begin_body(head_with(content_length="10"))
    assert client.missing == 10


def test_framing_errors(connect):
    """What body_length refuses is refused with its status."""
    client, _ = connect()
    both = head_with(content_length="5", transfer_encoding="chunked")
    assert status_of(client.begin_body, both) == 400


@pytest.mark.parametrize("size", [10, 11])
def test_too_many_chunks(connect, patiently, size):
    """Chunks may add up to the limit, framing not counted; with more, it is 413."""
    client, guest = connect(body=10)
    chunks = b"1\r\nx\r\n" * size + b"0\r\n\r\n"
    guest.sendall(post("Transfer-Encoding: chunked", body=chunks))
    if size == 10:
        assert patiently(client, client.read_request)[2] == 10
    else:
        assert status_of(patiently, client, client.read_request) == 413


def test_too_many_chunks_one_by_one(connect, arrived):
    """Chunks add up however they come: those of an earlier call count."""
    client, guest = connect(body=10)
    guest.sendall(post("Transfer-Encoding: chunked", body=b"6\r\nturnip\r\n"))
    arrived(client)
    with pytest.raises(BlockingIOError):
        client.read_request()
    guest.sendall(b"6\r\nturnip\r\n")
    arrived(client)
    assert status_of(client.read_request) == 413


def test_broken_chunks(connect, patiently):
    """What ChunkedDecoder refuses is refused with its status."""
    client, guest = connect()
    guest.sendall(post("Transfer-Encoding: chunked", body=b"0x5\r\ntrout\r\n"))
    assert status_of(patiently, client, client.read_request) == 400


@pytest.mark.parametrize(
    "request_bytes",
    [
        post("Content-Length: 5", body=b"tro"),
        post("Transfer-Encoding: chunked", body=b"5\r\ntro"),
    ],
    ids=["length", "chunks"],
)
def test_client_leaves(connect, patiently, request_bytes):
    """A client that leaves in the middle of its body raises Disconnected."""
    client, guest = connect()
    guest.sendall(request_bytes)
    guest.close()
    with pytest.raises(Disconnected):
        patiently(client, client.read_request)


def test_getting_ready(connect):
    """begin_body sets missing, received and decoder anew, whatever they were."""
    client, _ = connect()
    client.missing, client.received = 7, 8
    client.begin_body(head_with(transfer_encoding="chunked")).close()
    assert (client.missing, client.received) == (0, 0)
    assert client.decoder is not None
    client.begin_body(head_with(content_length="9"))
    assert (client.missing, client.decoder) == (9, None)


def test_body_that_is_there_already(connect):
    """A body that is in the buffer as a whole is taken over: nothing of it is missing any more."""
    client, _ = connect()
    client.buffer += b"troutGET"
    body = client.begin_body(head_with(content_length="5"))
    assert (client.missing, client.received, body.tell()) == (0, 5, 5)
    client.read_body(body)
    assert (body.getvalue(), bytes(client.buffer)) == (b"trout", b"GET")


def test_received_is_counted(connect, patiently):
    """Bytes are counted as they came, a chunk's framing with its data."""
    client, guest = connect()
    guest.sendall(post("Content-Length: 5", body=b"trout"))
    patiently(client, client.read_request)
    assert client.received == 5
    guest.sendall(post("Transfer-Encoding: chunked", body=b"2\r\nab\r\n0\r\n\r\n"))
    patiently(client, client.read_request)
    assert client.received == 12


@pytest.mark.parametrize(
    ("length", "kind"),
    [
        ("0", io.BytesIO),
        (str(IN_MEMORY), io.BytesIO),
        (str(IN_MEMORY + 1), SpooledTemporaryFile),
    ],
)
def test_large_bodies_go_to_a_file(connect, length, kind):
    """A body of a known length up to IN_MEMORY stays in memory, a larger one goes to a file."""
    client, _ = connect()
    with client.begin_body(head_with(content_length=length)) as file:
        assert isinstance(file, kind)


def test_chunks_go_to_a_file(connect):
    """A body in chunks goes to a file once it is larger than IN_MEMORY."""
    client, _ = connect()
    with client.begin_body(head_with(transfer_encoding="chunked")) as file:
        assert isinstance(file, SpooledTemporaryFile)


def test_no_more_than_is_there(connect):
    """A client that sends nothing more raises BlockingIOError, and is idle with an empty buffer."""
    client, _ = connect()
    with pytest.raises(BlockingIOError):
        client.read_request()
    assert client.phase == IDLE

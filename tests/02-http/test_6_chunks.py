"""Step 2.6: a body in chunks, in pieces of any size."""

import socket
import time

import pytest

from bistro.http import (
    CHUNKED,
    MAX_CHUNK_LINE,
    MAX_FIELD_LINE,
    MAX_FIELDS,
    MAX_HEAD,
    ChunkedDecoder,
    ProtocolError,
    body_length,
    parse_request_head,
)
from bistro.sockets import Connection, Disconnected


def decode(stream, size=None):
    """Feed a stream in pieces of `size` bytes; give back the body and the decoder."""
    decoder = ChunkedDecoder()
    body = b""
    size = size or len(stream)
    for at in range(0, len(stream), size):
        body += decoder.decode(stream[at : at + size])
        if decoder.done:
            decoder.rest += stream[at + size :]
            break
    return body, decoder


def status_of(stream, size=None):
    with pytest.raises(ProtocolError) as caught:
        decode(stream, size)
    return caught.value.status


def test_one_chunk():
    """A chunk is its size in a line, its data, and a CRLF; a chunk of size 0 ends the body."""
    body, decoder = decode(b"5\r\nsoups\r\n0\r\n\r\n")
    assert body == b"soups"
    assert (decoder.done, decoder.rest, decoder.trailers) == (True, b"", {})


def test_many_chunks():
    """The body is the data of all chunks, joined, whatever bytes they hold."""
    stream = b"4\r\nsoup\r\n1;a=b\r\n,\r\n00A\r\n\r\n0\r\n\r\nbun\r\n000\r\n\r\n"
    body, decoder = decode(stream)
    assert body == b"soup,\r\n0\r\n\r\nbun"
    assert decoder.done is True


def test_an_empty_body():
    """A body may have the last chunk only, and is empty then."""
    body, decoder = decode(b"0\r\n\r\n")
    assert (body, decoder.done) == (b"", True)


def test_data_is_returned_as_it_comes():
    """What is decoded is returned at once; nothing waits for the end of its chunk."""
    decoder = ChunkedDecoder()
    assert decoder.decode(b"6\r\nso") == b"so"
    assert decoder.decode(b"up") == b"up"
    assert decoder.decode(b"") == b""
    assert decoder.decode(b"!!\r") == b"!!"
    assert decoder.decode(b"\n2\r\nOK\r\n0") == b"OK"
    assert decoder.done is False
    assert decoder.decode(b"\r\n\r\n") == b""
    assert decoder.done is True


def test_what_follows_belongs_to_the_next_request():
    """Bytes behind the body's end are kept in `rest`; they begin the next request."""
    body, decoder = decode(b"1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n")
    assert (body, decoder.rest) == (b"a", b"GET / HTTP/1.1\r\n")


def test_trailers():
    """Fields behind the last chunk are kept in `trailers`, apart from those of the head."""
    body, decoder = decode(b"1\r\na\r\n0;x\r\nX-Sum: 97\r\nx-sum: 98 \r\n\r\nnext")
    assert (body, decoder.trailers, decoder.rest) == (b"a", {"x-sum": "97, 98"}, b"next")


def test_not_done_before_the_end():
    """No beginning of a body is taken for a whole one."""
    stream = b"3\r\nabc\r\n0\r\nX: a\r\n\r\n"
    for end in range(len(stream)):
        decoder = ChunkedDecoder()
        decoder.decode(stream[:end])
        assert (end, decoder.done, decoder.rest) == (end, False, b"")


@pytest.mark.parametrize(
    "stream",
    [
        b"5\r\nsoupsX\r\n0\r\n\r\n",
        b"5\r\nsoups0\r\n\r\n",
        b"5\r\nsoups\n0\r\n\r\n",
        b"5\r\nsoups\r0\r\n\r\n",
        b"5\r\nsoups\n\r\n0\r\n\r\n",
        b"5\r\nsoups\r\r\n0\r\n\r\n",
        b"5\r\nsoups",
        b"4\r\nsoups\r\n0\r\n\r\n",
    ],
)
def test_data_is_followed_by_crlf(stream):
    """Anything but CRLF after a chunk's data is 400, told by the first byte that differs."""
    if stream.endswith(b"soups"):
        decoder = ChunkedDecoder()
        assert decoder.decode(stream) == b"soups"
        assert decoder.decode(b"\r") == b""
        with pytest.raises(ProtocolError) as caught:
            decoder.decode(b"X")
        assert caught.value.status == 400
        return
    assert status_of(stream) == 400
    assert status_of(stream, 1) == 400


def test_wrong_data_end_is_told_at_once():
    """The byte after a chunk's data is looked at when it comes, not when a line is whole."""
    decoder = ChunkedDecoder()
    assert decoder.decode(b"1\r\na") == b"a"
    with pytest.raises(ProtocolError) as caught:
        decoder.decode(b"\n")
    assert caught.value.status == 400


def test_broken_bodies():
    """A line that is no chunk size or no trailer is 400, wherever the stream was cut."""
    for stream in [
        b"\r\n5\r\nsoups\r\n0\r\n\r\n",
        b"+5\r\nsoups\r\n0\r\n\r\n",
        b"0x5\r\nsoups\r\n0\r\n\r\n",
        b"5 \r\nsoups\r\n0\r\n\r\n",
        b"5\nsoups\r\n0\r\n\r\n",
        b"5;a\nb\r\nsoups\r\n0\r\n\r\n",
        b"5;a\rb\r\nsoups\r\n0\r\n\r\n",
        b"5\r\r\nsoups\r\n0\r\n\r\n",
        b"\r5\r\nsoups\r\n0\r\n\r\n",
        b"5\r\nsoups\r\n\r\n0\r\n\r\n",
        b"5\r\nsoups\r\n-0\r\n\r\n",
        b"0\r\nno colon\r\n\r\n",
        b"0\r\nContent-Length: 5\r\n\r\n",
        b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"0\r\nX: a\nY: b\r\n\r\n",
        b"0\r\nX: a\r\r\n\r\n",
        b"0\r\n\r\r\n\r\n",
        b"0\r\n folded: a\r\n\r\n",
    ]:
        assert status_of(stream) == 400
        assert status_of(stream, 1) == 400
        assert status_of(stream, 3) == 400


def test_the_longest_chunk_line():
    """A chunk-size line of MAX_CHUNK_LINE bytes is read; one that can only be longer is 400."""
    for size in [1, 5, MAX_CHUNK_LINE, MAX_CHUNK_LINE + 1, None]:
        line = b"0;" + b"a" * (MAX_CHUNK_LINE - 2)
        assert decode(line + b"\r\n\r\n", size)[1].done is True
        assert status_of(line + b"a\r\n\r\n", size) == 400
        assert status_of(line + b"aa", size) == 400


def test_the_longest_trailer():
    """A trailer of MAX_FIELD_LINE bytes is read; one that can only be longer is 431."""
    for size in [64, MAX_FIELD_LINE, MAX_FIELD_LINE + 1, None]:
        line = b"X: " + b"a" * (MAX_FIELD_LINE - 3)
        assert decode(b"0\r\n" + line + b"\r\n\r\n", size)[1].trailers == {"x": line[3:].decode()}
        assert status_of(b"0\r\n" + line + b"a\r\n", size) == 431
        assert status_of(b"0\r\n" + line + b"aa", size) == 431


def test_how_many_trailers():
    """MAX_FIELDS trailers are read; one more is 431, told without waiting for the end."""
    lines = b"0\r\n" + b"X: a\r\n" * MAX_FIELDS
    assert decode(lines + b"\r\n")[1].done is True
    assert status_of(lines + b"Y: b\r\n") == 431
    assert status_of(lines + b"Y: b\r\n", 1) == 431


def test_the_same_error_however_cut():
    """A stream with two faults is refused for the same one, wherever it was cut."""
    for stream in [
        b"0\r\nno colon\r\nX: " + b"a" * MAX_FIELD_LINE + b"\r\n\r\n",
        b"0\r\nno colon\r\n" + b"X: a\r\n" * MAX_FIELDS + b"\r\n",
        b"0\r\nHost: a\r\nno colon\r\n" + b"X: a\r\n" * MAX_FIELDS + b"\r\n",
        b"5;" + b"\n" * MAX_CHUNK_LINE + b"\r\n",
    ]:
        whole = status_of(stream)
        for size in (1, 2, 1000):
            assert status_of(stream, size) == whole


def test_wherever_it_is_cut():
    """The pieces in which a body comes make no difference to what it says."""
    for size in range(1, 40):
        stream = b"4\r\nsoup\r\n1;a=b\r\n,\r\n00A\r\n\r\n0\r\n\r\nbun\r\n000\r\nX: a\r\n\r\nGET /"
        body, decoder = decode(stream, size)
        assert body == b"soup,\r\n0\r\n\r\nbun"
        assert (decoder.trailers, decoder.rest) == ({"x": "a"}, b"GET /")


def test_many_small_chunks_take_linear_time():
    """Fifteen thousand chunks of one byte on either side of a large one are decoded in a moment."""
    small, large = 15_000, 3_000_000
    chunks = b"1\r\na\r\n" * small
    stream = chunks + b"%x\r\n%b\r\n" % (large, b"b" * large) + chunks + b"0\r\n\r\n"
    start = time.process_time()
    body, decoder = decode(stream)
    seconds = time.process_time() - start
    assert seconds < 1
    assert (len(body), decoder.done) == (small + large + small, True)


REQUEST = b"POST /order HTTP/1.1\r\nHost: a\r\n"
STREAMS = [
    REQUEST + b"Content-Length: 5\r\n\r\nsoupsGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    REQUEST + b"Transfer-Encoding: chunked\r\n\r\n2\r\nso\r\n3;x\r\nups\r\n0\r\nX: a\r\n\r\n"
    b"GET /menu HTTP/1.0\r\n\r\n" + REQUEST + b"\r\n",
    REQUEST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
    REQUEST + b"Transfer-Encoding: chunked\r\n\r\n5 \r\nsoups\r\n0\r\n\r\n",
    REQUEST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nsoups!\r\n0\r\n\r\n",
    REQUEST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nsoups\r\n0\r\nHost: b\r\n\r\n",
    REQUEST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    REQUEST + b"X: a\n\nGET / HTTP/1.1\r\nHost: b\r\n\r\n",
    REQUEST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/2.0\r\nHost: a\r\n\r\n",
]


def read_all(stream, size):
    """What a server reads from a client that sends a stream in pieces of `size` bytes."""
    client, server = socket.socketpair()
    with client, server:
        client.settimeout(2)
        connection = Connection(server)
        connection.blocking = False
        requests = reader(connection)
        heard = []
        try:
            for at in range(0, len(stream), size):
                client.sendall(stream[at : at + size])
                while (request := next(requests)) is not None:
                    heard.append(request)
            client.shutdown(socket.SHUT_WR)
            connection.blocking = True  # whatever is still on its way comes before the end
            for request in requests:
                heard.append(request)
        except ProtocolError as error:
            heard.append(error.status)
        except Disconnected:
            heard.append("left")
        return heard


def reader(connection):
    """The requests of a connection, one by one; None whenever more must come first."""

    def patiently(read, *arguments):
        while True:
            try:
                return read(*arguments)
            except BlockingIOError:
                yield None

    while True:
        head = parse_request_head(
            (yield from patiently(connection.read_until, b"\r\n\r\n", MAX_HEAD))
        )
        length = body_length(head.version, head.fields)
        decoder = ChunkedDecoder()
        if length == CHUNKED:
            body = b""
            while not decoder.done:
                data = yield from patiently(connection.read_some, 65_536)
                if not data:
                    raise Disconnected("in the middle of a body")
                body += decoder.decode(data)
            connection.buffer[:0] = decoder.rest
        else:
            body = yield from patiently(connection.read_exactly, length)
        yield head.method, head.target, head.fields, body, decoder.trailers


def test_no_request_is_read_differently():
    """A stream of requests is read in one piece as it is byte by byte, over a real socket."""
    for stream in STREAMS:
        whole = read_all(stream, len(stream))
        assert whole
        assert read_all(stream, 1) == whole
        assert read_all(stream, 7) == whole

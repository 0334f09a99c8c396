"""Mutated requests thrown at the parser and at a running server; Hypothesis chooses them."""

from __future__ import annotations

import contextlib
import socket

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bistro.http import (
    CHUNKED,
    ChunkedDecoder,
    ProtocolError,
    body_length,
    keeps_alive,
    parse_request_head,
)
from tests.framework.conftest import ask

SEEDS = [
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"GET /a%20b?c=d&e HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nAccept: */*\r\nAccept: x\r\n\r\n",
    b"POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
    b"GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    b"POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n"
    b"5;a=b\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nX-A: 1\r\n\r\n",
    b"PUT http://b.example:80/x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
    b"Content-Length: 3\r\n\r\nabc",
]
# What smugglers use: bytes that two readers may take differently, and fields that frame.
PIECES = [
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"\x0b", b"\0", b"\x85", b"\xff", b":", b";",
    b",", b"+", b"0x", b"_", b"-1", b"0\r\n\r\n", b"Content-Length: 0\r\n", b"Content-Length:4\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding : chunked\r\n", b"Host: x\r\n",
    b"chunked, ", b"HTTP/1.1", b"/", b"//", b"%", b"#", b"GET ",
]  # fmt: skip


@st.composite
def mutated(draw):
    """A request with a few pieces cut out, put in, or doubled."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 6))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3) | st.just(data[at : at + 9]))
        data = data[:at] + piece + data[at + cut :]
    return data


def read_all(data, size):
    """Read `data` as a server would, `size` bytes at a time; return what it was read as."""
    buffer, read, decoder, missing = b"", [], None, 0
    for start in range(0, len(data), size):
        buffer += data[start : start + size]
        try:
            while True:
                if decoder:
                    read.append(decoder.decode(buffer))
                    buffer = decoder.rest
                    if not decoder.done:
                        break
                    read.append(sorted(decoder.trailers.items()))
                    decoder = None
                if missing:
                    read.append(buffer[:missing])
                    buffer, missing = buffer[missing:], max(0, missing - len(buffer))
                if missing or (end := buffer.find(b"\r\n\r\n") + 4) < 4:
                    break
                head = parse_request_head(buffer[:end])
                buffer = buffer[end:]
                read.append((head.method, head.target, head.version, sorted(head.fields.items())))
                read.append(keeps_alive(head.version, head.fields))
                length = body_length(head.version, head.fields)
                decoder = ChunkedDecoder() if length == CHUNKED else None
                missing = max(0, length)
        except ProtocolError as error:
            while decoder and isinstance(read[-1], bytes):  # what came of a refused body is dropped
                read.pop()
            read.append(error.status)
            break
    return joined(read)


def joined(read):
    """Join the neighbouring pieces of a body in `read`."""
    whole = []
    for part in read:
        if isinstance(part, bytes) and whole and isinstance(whole[-1], bytes):
            whole[-1] += part
        elif part != b"":
            whole.append(part)
    return whole


@settings(max_examples=1500, deadline=None)
@given(mutated())
def test_no_request_is_read_differently_in_one_piece_and_byte_by_byte(data):
    """What is refused is refused with a status between 400 and 505, and nothing else is raised."""
    whole = read_all(data, len(data) or 1)
    assert read_all(data, 1) == whole
    assert read_all(data, 7) == whole


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_the_head_of_anything_is_a_head_or_refused(data):
    with contextlib.suppress(ProtocolError):
        parse_request_head(data + b"\r\n\r\n")


def talk(address, data):
    """Send `data`, say that this is all, and read the answers to their end."""
    with socket.create_connection(address, timeout=5) as sock:
        sock.sendall(data)
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            return b"".join(iter(lambda: sock.recv(65_536), b""))
    return b""


@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(mutated())
def test_a_running_server_answers_or_hangs_up_and_goes_on(server, caplog, data):
    answer = talk(server.address, data)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert ask(server.address) == b"hello\n"
    assert not [record for record in caplog.records if record.exc_info]

"""A smuggled request: two servers read the same bytes differently, and a guest pays for it.

Guests speak with the door, a proxy that hands their requests on to the kitchen over a connection of
its own. The door finds the end of a body by Content-Length; the kitchen, by Transfer-Encoding.
The first kitchen reads with a careless parser, the second with the one of chapter 2.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from bistro.http import (
    CHUNKED,
    MAX_HEAD,
    ChunkedDecoder,
    ProtocolError,
    body_length,
    error_response,
    parse_request_head,
    response_head,
)
from bistro.sockets import Connection, Disconnected, accept, listen

HIDDEN = b"GET /order?dish=champagne HTTP/1.1\r\nX-Nothing: "
BODY = b"0\r\n\r\n" + HIDDEN
MALLORY = (
    b"POST /order?dish=soup HTTP/1.1\r\nHost: bistro\r\nCookie: guest=Mallory\r\n"
    b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n%b" % (len(BODY), BODY)
)
ADA = b"GET /menu HTTP/1.1\r\nHost: bistro\r\nCookie: guest=Ada\r\n\r\n"

Request = tuple[str, dict[str, str]]
Reader = Callable[[Connection], Request]


def read_loosely(connection: Connection) -> Request:
    """The careless parser: it works with every browser, and checks nothing."""
    head = connection.read_until(b"\r\n\r\n", MAX_HEAD).decode()
    line, *rest = head.strip().split("\r\n")
    fields = {name.lower(): value for name, value in (field.split(": ", 1) for field in rest)}
    if fields.get("transfer-encoding") == "chunked":
        while size := int(connection.read_until(b"\r\n", 100), 16):
            connection.read_exactly(size + 2)
        connection.read_exactly(2)
    else:
        connection.read_exactly(int(fields.get("content-length", 0)))
    return line, fields


def read_strictly(connection: Connection) -> Request:
    """The parser of chapter 2."""
    head = parse_request_head(connection.read_until(b"\r\n\r\n", MAX_HEAD))
    length = body_length(head.version, head.fields)
    if length == CHUNKED:
        decoder = ChunkedDecoder()
        while not decoder.done:
            decoder.decode(connection.read_some(MAX_HEAD))
        connection.buffer[:0] = decoder.rest
    else:
        connection.read_exactly(length)
    return f"{head.method} {head.target}", head.fields


def kitchen(listener: socket.socket, read: Reader) -> None:
    """Answer one request after the other on each connection, until it ends or makes no sense."""
    while True:
        connection = accept(listener)
        try:
            while True:
                connection.send(cook(*read(connection)))
        except ProtocolError as error:
            connection.send(error_response(error.status, error.message))
        except Disconnected:
            pass
        connection.close()


def cook(line: str, fields: dict[str, str]) -> bytes:
    """Answer with the menu, or put a dish on the bill of whoever the Cookie names."""
    _, _, dish = line.split()[1].partition("?dish=")
    guest = fields.get("cookie", "").removeprefix("guest=")
    answer = f"{dish}, on the bill of {guest}\n" if dish else "the menu\n"
    return response_head("200 OK", [("Content-Length", str(len(answer)))]) + answer.encode()


def door(listener: socket.socket, address: tuple[str, int]) -> None:
    """Hand on a request of each guest over one connection to the kitchen, and the answer back."""
    inside = Connection(socket.create_connection(address))
    while True:
        guest = accept(listener)
        inside.send(read_by_length(guest))
        answer = read_by_length(inside)
        guest.send(answer)
        guest.close()
        if b"Connection: close" in answer:
            inside.close()
            inside = Connection(socket.create_connection(address))


def read_by_length(connection: Connection) -> bytes:
    """A message as the door understands it: it has never heard of chunks."""
    head = connection.read_until(b"\r\n\r\n", MAX_HEAD)
    _, _, length = head.partition(b"Content-Length: ")
    return head + connection.read_exactly(int(length.split(b"\r\n")[0] or 0))


def ask(address: tuple[str, int], name: str, request: bytes) -> None:
    """Print what a guest asks for, and what comes back."""
    guest = Connection(socket.create_connection(address, timeout=5))
    guest.send(request)
    _, _, body = read_by_length(guest).partition(b"\r\n\r\n")
    asked = request.partition(b" HTTP")[0].decode()
    print(f"{name} asks for {asked}\n    and gets: {body.decode().rstrip()}")
    guest.close()


if __name__ == "__main__":
    for read in (read_loosely, read_strictly):
        print(f"The kitchen uses {read.__name__}:")
        behind, front = listen("127.0.0.1", 0), listen("127.0.0.1", 0)
        threading.Thread(target=kitchen, args=(behind, read), daemon=True).start()
        threading.Thread(target=door, args=(front, behind.getsockname()), daemon=True).start()
        ask(front.getsockname(), "Mallory", MALLORY)
        ask(front.getsockname(), "Ada", ADA)

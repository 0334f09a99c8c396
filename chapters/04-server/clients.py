"""Clients that do not behave, against the server of chapter 4: heads, readers or workers."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import time

from bistro.server import Server, serve
from bistro.sockets import listen

ANSWER = b"x" * 10_000_000


def kitchen(environ, start_response):
    """Answers with ten megabytes at /large, else with the process that answers."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [ANSWER if environ["PATH_INFO"] == "/large" else b"served by %d" % os.getpid()]


def ask(address, path="/", *, end="\r\n\r\n", read=True):
    """Connect and send a request; return the connection, and its answer where it is read."""
    guest = socket.create_connection(address, 5)
    guest.sendall(f"GET {path} HTTP/1.1\r\nHost: bistro\r\nConnection: close{end}".encode())
    answer = b""
    while read and (data := guest.recv(65_536)):
        answer += data
    return guest, answer


def ask_as_usual(address):
    """Be a guest who behaves, and tell how long that took."""
    began = time.perf_counter()
    _, answer = ask(address)
    print(f"  a normal guest: {answer[:15].decode()}, after {time.perf_counter() - began:.3f} s")


def heads():
    """Two hundred half-sent heads, and eight threads."""
    with Server(kitchen, port=0, threads=8) as server:
        guests = [ask(server.address, end="", read=False)[0] for _ in range(200)]
        print(f"{len(guests)} heads without an end, 8 threads")
        ask_as_usual(server.address)
        for guest in guests:
            guest.close()


def readers():
    """Fifty clients that ask for ten megabytes and read nothing, and eight threads."""
    with Server(kitchen, port=0, threads=8) as server:
        guests = [ask(server.address, "/large", read=False)[0] for _ in range(50)]
        print(f"{len(guests)} guests who do not take their {len(ANSWER):,} bytes, 8 threads")
        ask_as_usual(server.address)
        for guest in guests:
            guest.close()


def workers():
    """Two processes, one of which is killed."""
    with listen("127.0.0.1", 0) as probe:
        address = probe.getsockname()
    heard, said = os.pipe()
    supervisor = os.fork()
    if not supervisor:
        logging.basicConfig(stream=os.fdopen(said, "w"), format="%(message)s")
        logging.disable(logging.INFO)
        serve(kitchen, *address, workers=2)
        os._exit(0)
    os.close(said)
    victim = last_word(address)
    print("a worker serves; it is killed")
    os.kill(victim, signal.SIGKILL)
    with os.fdopen(heard) as log:
        print(log.readline(), end="")  # once the supervisor has noticed, not before
        ask_as_usual(address)
        os.kill(supervisor, signal.SIGTERM)
        print("the supervisor ended with", os.waitpid(supervisor, 0)[1])


def last_word(address):
    """Ask until there is an answer; return the number it ends in: the process that gave it."""
    while True:
        try:
            return int(ask(address)[1].split()[-1])
        except (OSError, IndexError):
            time.sleep(0.01)


if __name__ == "__main__":
    {"heads": heads, "readers": readers, "workers": workers}[sys.argv[1]]()

"""What the tests of chapter 4 share: clients with a guest at the other end, servers at rest."""

import contextlib
import select
import socket
import threading

import pytest


def hello(environ, start_response):
    """The smallest application."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@pytest.fixture
def connect():
    """`connect(**limits)`: a `Client` and, at the other end of its connection, a guest's socket."""
    from bistro.server import Client, Limits
    from bistro.sockets import Connection

    with contextlib.ExitStack() as stack:

        def connect(**limits):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            guest = stack.enter_context(socket.create_connection(listener.getsockname()))
            guest.settimeout(2)
            near = stack.enter_context(listener.accept()[0])
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client = Client(Connection(near, "guest"), Limits(**limits))
            stack.callback(client.close_files)
            return client, guest

        yield connect


@pytest.fixture
def at_rest():
    """`at_rest(app, **limits)`: a `Server` that nobody runs; the test calls what it wants to."""
    from bistro.server import Limits, Server

    with contextlib.ExitStack() as stack:

        def at_rest(app=hello, **limits):
            server = Server(app, port=0, threads=2, limits=Limits(**limits))
            stack.callback(server.shut_down)
            return server

        yield at_rest


@pytest.fixture
def running():
    """`running(app, **limits)`: a `Server` at work, run by the test until the test is over."""
    from bistro.server import Limits, Server

    with contextlib.ExitStack() as stack:

        def running(app=hello, threads=2, **limits):
            limits = {"tick": 0.01, **limits}
            server = Server(app, port=0, threads=threads, limits=Limits(**limits))
            over = threading.Event()

            def run():
                for thread in server.threads:
                    thread.start()
                server.poller.watch(server.alarm)
                server.accept_again()
                try:
                    while not over.is_set():
                        server.poll()
                finally:
                    server.shut_down()

            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            stack.callback(thread.join, 2)
            stack.callback(server.ring)
            stack.callback(over.set)
            return server

        yield running


@pytest.fixture
def call():
    """`call(server)`: a guest's socket, connected to a server."""
    with contextlib.ExitStack() as stack:

        def call(server):
            guest = stack.enter_context(socket.create_connection(server.address, 2))
            guest.settimeout(2)
            return guest

        yield call


@pytest.fixture(params=["epoll", "selector"])
def poller(request, monkeypatch):
    """Runs a test with both pollers, where the system has both."""
    if request.param == "selector":
        monkeypatch.delattr(select, "epoll", raising=False)
    elif not hasattr(select, "epoll"):
        pytest.skip("this system has no epoll")


@pytest.fixture
def arrived():
    """`arrived(client)`: wait until something that the guest sent is there."""

    def arrived(client):
        assert select.select([client.socket], [], [], 2)[0], "nothing arrived"

    return arrived


@pytest.fixture
def patiently(arrived):
    """`patiently(client, function)`: call it again, as more arrives, until it has all it needs."""

    def patiently(client, function, *arguments):
        while True:
            try:
                return function(*arguments)
            except BlockingIOError:
                arrived(client)

    return patiently


@pytest.fixture
def gone():
    """`gone(client)`: wait until the guest's reset is there."""

    def gone(client):
        client.socket.setblocking(True)
        client.socket.settimeout(2)
        with contextlib.suppress(ConnectionError):
            while client.socket.recv(65_536):
                pass
        client.socket.setblocking(False)

    return gone


@pytest.fixture
def receive():
    """`receive(guest)`: one whole response, head and body as declared."""

    def receive(guest):
        data = b""
        while b"\r\n\r\n" not in data:
            data += guest.recv(1) or stop(data)
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        while len(body) < length:
            body += guest.recv(length - len(body)) or stop(data + body)
        return head + b"\r\n\r\n" + body

    def stop(data):
        raise AssertionError(f"the answer ended after {data!r}")

    return receive


@pytest.fixture
def everything():
    """`everything(guest)`: all that comes until the connection ends."""

    def everything(guest):
        pieces = []
        while piece := guest.recv(65_536):
            pieces.append(piece)
        return b"".join(pieces)

    return everything

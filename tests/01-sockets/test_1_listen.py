"""Step 1: listen on a port."""

import os
import socket

import pytest

from bistro.sockets import ListenError, accept, listen

ON_WINDOWS = os.name == "nt"


@pytest.fixture
def sockets_made(monkeypatch):
    """Every socket that is made during the test, in order, and the backlogs they listened with."""
    made, backlogs = [], []

    class Noted(socket.socket):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            made.append(self)

        def listen(self, *backlog):
            backlogs.extend(backlog)
            super().listen(*backlog)

    monkeypatch.setattr(socket, "socket", Noted)
    yield made, backlogs
    for one in made:
        one.close()


def test_a_guest_can_connect():
    """Who connects to the address gets through, and `accept` gives us our end of it."""
    with listen("127.0.0.1", 0) as door:
        guest = socket.create_connection(door.getsockname(), timeout=2)
        connection = accept(door)
        connection.socket.setblocking(True)
        connection.socket.sendall(b"welcome")
        assert guest.recv(100) == b"welcome"
        assert connection.peer == "127.0.0.1"
        guest.close()
        connection.socket.close()


def test_port_0_takes_a_free_port():
    """Port 0 asks the operating system for any free port; each listener gets another."""
    with listen("127.0.0.1", 0) as one, listen("127.0.0.1", 0) as other:
        assert one.getsockname()[1] > 0
        assert one.getsockname()[1] != other.getsockname()[1]


def test_the_port_that_was_asked_for():
    """A port other than 0 is the port that is listened on."""
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
    with listen("127.0.0.1", port) as listener:
        assert listener.getsockname()[:2] == ("127.0.0.1", port)


def test_it_is_a_tcp_socket():
    """The listener is a stream socket: what is sent over its connections is a stream of bytes."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.type == socket.SOCK_STREAM


def test_a_name_serves_as_well_as_an_address():
    """`host` may be a name, such as localhost."""
    with listen("localhost", 0) as listener:
        assert listener.getsockname()[0] in ("127.0.0.1", "::1")


def test_an_ipv6_address():
    """`host` may be an IPv6 address; the socket is one of that family then."""
    if not _has_ipv6():
        listen("127.0.0.1", 0).close()
        pytest.skip("this machine has no IPv6")
    with listen("::1", 0) as listener:
        assert listener.getsockname()[0] == "::1"
        guest = socket.create_connection(listener.getsockname()[:2], timeout=2)
        connection = accept(listener)
        assert connection.peer == "::1"
        guest.close()
        connection.socket.close()


def test_a_port_just_left_can_be_taken_again():
    """A server that is started again can have its old port back at once."""
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        guest = socket.create_connection(("127.0.0.1", port), timeout=2)
        ours, _ = listener.accept()
    ours.close()  # Our end closes first: the system remembers the connection (TIME_WAIT).
    assert guest.recv(1) == b""
    guest.close()
    with listen("127.0.0.1", port) as again:
        assert again.getsockname()[1] == port


def test_two_servers_never_share_a_port():
    """A port on which another socket listens can't be had, and the error names it."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ListenError, match=f"127.0.0.1.*{port}"):
            listen("127.0.0.1", port)


def test_nor_do_two_of_ours():
    """A port on which `listen` listens already can't be had a second time."""
    with listen("127.0.0.1", 0) as first, pytest.raises(ListenError):
        listen("127.0.0.1", first.getsockname()[1]).close()


def test_the_listener_waits():
    """The listener is a blocking socket, as sockets are at first: `accept` waits for a guest."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.gettimeout() is None


def test_the_cause_is_kept():
    """The operating system's own error is the cause of the `ListenError`."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ListenError) as caught:
            listen("127.0.0.1", other.getsockname()[1])
    assert isinstance(caught.value.__cause__, OSError)


def test_an_address_of_another_machine():
    """An address that is not this machine's is refused with a `ListenError` that names it."""
    with pytest.raises(ListenError, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


@pytest.mark.parametrize("host", ["a" * 64, "bistro..example"])
def test_what_is_no_host_at_all(host):
    """A host that can't be a name or an address is refused with a `ListenError`, like any other."""
    with pytest.raises(ListenError, match=host):
        listen(host, 0)


@pytest.mark.parametrize("port", [-1, 65_536, 70_000])
def test_what_is_no_port(port):
    """A port outside 0 to 65535 is refused, not cut down to some other port."""
    with pytest.raises(ListenError, match=str(port)):
        listen("127.0.0.1", port).close()


def test_the_highest_port_there_is():
    """65535 is a port: it is listened on, or refused because someone else has it."""
    try:
        listener = listen("127.0.0.1", 65_535)
    except ListenError as error:
        assert isinstance(error.__cause__, OSError)  # noqa: PT017  # either is right
    else:
        assert listener.getsockname()[1] == 65_535
        listener.close()


def test_no_socket_is_left_open(sockets_made):
    """When the address can't be had, the socket made for it is closed."""
    with pytest.raises(ListenError):
        listen("192.0.2.1", 0)
    made, _ = sockets_made
    assert [one.fileno() for one in made] == [-1] * len(made)


def test_a_socket_that_cannot_listen_is_closed(sockets_made, monkeypatch):
    """When the address can be bound and not listened on, the socket is closed as well."""

    def refuse(self, *backlog):
        raise OSError(98, "Address already in use")

    monkeypatch.setattr(socket.socket, "listen", refuse)
    with pytest.raises(ListenError):
        listen("127.0.0.1", 0)
    made, _ = sockets_made
    assert [one.fileno() for one in made] == [-1] * len(made)


def test_the_backlog_is_passed_on(sockets_made):
    """`backlog` is what the operating system is told about how many may wait."""
    listen("127.0.0.1", 0, backlog=7)
    _, backlogs = sockets_made
    assert backlogs == [7]


@pytest.mark.skipif(ON_WINDOWS, reason="on Windows the option would let two servers share a port")
def test_address_reuse_is_asked_for():
    """Everywhere but on Windows the listener has SO_REUSEADDR set."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0


def _has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True

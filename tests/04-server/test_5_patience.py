"""Step 4.5: clients that wait, and until when."""

import time

import pytest

from bistro.server import BODY, HEAD, IDLE, LEAVING, NEVER, SENDING, Ticket
from bistro.sockets import LINGER_SECONDS, READ, WRITE

pytestmark = pytest.mark.usefixtures("poller")


@pytest.fixture
def serve(at_rest, connect):
    """`serve(**limits)`: a server, a client of its and the guest at the other end."""

    def serve(**limits):
        server = at_rest(**limits)
        client, guest = connect(**limits)
        server.clients.add(client)
        return server, client, guest

    return serve


def refusals(server):
    """What a server refuses from now on; refusing itself is a later step."""
    refused = []
    server.refuse = lambda client, status, message: refused.append((client, status))
    return refused


def test_parked_until_it_can_be_read(serve):
    """A parked client is reported as soon as its guest sends something, and not before."""
    server, client, guest = serve()
    server.park(client, READ)
    assert server.poller.wait(0) == []
    guest.sendall(b"G")
    assert server.poller.wait(2) == [client.fd]
    assert server.parked[client.fd].client is client


def test_parked_until_it_can_be_written(serve):
    """A client parked for writing is reported when it can take something."""
    server, client, _ = serve()
    server.park(client, WRITE)
    assert server.poller.wait(2) == [client.fd]


def test_reported_once(serve):
    """A client is reported once; to be reported again it is parked again."""
    server, client, guest = serve()
    server.park(client, READ)
    guest.sendall(b"G")
    assert server.poller.wait(2) == [client.fd]
    assert server.poller.wait(0) == []
    server.park(client, READ)
    assert server.poller.wait(2) == [client.fd]


@pytest.mark.parametrize(
    ("phase", "seconds"),
    [(IDLE, 1.0), (HEAD, 2.0), (BODY, 3.0 + 10.0), (SENDING, 4.0), (LEAVING, LINGER_SECONDS)],
)
def test_ticket(serve, phase, seconds):
    """The ticket says until when: the phase's beginning, and the patience for the phase."""
    limits = {"idle_seconds": 1.0, "head_seconds": 2.0, "send_seconds": 4.0}
    server, client, _ = serve(body_seconds=3.0, body_rate=100, **limits)
    client.phase, client.since, client.received = phase, 5000.0, 1000
    server.park(client, READ)
    assert server.parked[client.fd].expires == 5000.0 + seconds


def test_ticket_is_dated_last(serve):
    """When the poller is armed, the ticket is there and has no date: nobody expires it before."""
    server, client, _ = serve()
    seen = []

    def arm(client, event):
        ticket = server.parked[client.fd]
        seen.append((ticket.client, ticket.expires, event))

    server.poller.arm = arm
    server.park(client, WRITE)
    assert seen == [(client, NEVER, WRITE)]


def test_date_is_worked_out_before(serve):
    """Once the poller is armed another thread may work on the client: the date is older."""
    server, client, _ = serve(idle_seconds=1.0, send_seconds=4.0)
    client.since = 5000.0

    def arm(client, event):
        client.phase, client.since = SENDING, 6000.0

    server.poller.arm = arm
    server.park(client, READ)
    assert server.parked[client.fd].expires == 5001.0


def test_each_parking_has_its_ticket(serve):
    """A client that is parked again gets a new ticket: a late date on the old one does no harm."""
    server, client, _ = serve()
    server.park(client, READ)
    first = server.parked[client.fd]
    server.park(client, READ)
    assert server.parked[client.fd] is not first


def test_time_is_up(serve):
    """A client is expired when its time is up, not a moment earlier, and is not parked any more."""
    server, client, guest = serve(idle_seconds=10.0)
    client.since = 5000.0
    server.park(client, READ)
    server.look_at_deadlines(5009.9)
    assert client.fd in server.parked
    server.look_at_deadlines(5010.0)
    assert server.parked == {}
    assert client not in server.clients
    assert guest.recv(1) == b""


def test_all_whose_time_is_up(serve, connect):
    """One look takes all those whose time is up, and leaves the others."""
    server, early, _ = serve(idle_seconds=10.0)
    late, _ = connect(idle_seconds=10.0)
    other, _ = connect(idle_seconds=10.0)
    early.since, other.since, late.since = 5000.0, 5000.0, 6000.0
    for client in (early, late, other):
        server.park(client, READ)
    server.look_at_deadlines(5010.0)
    assert list(server.parked) == [late.fd]


def test_disarmed_before_it_is_expired(serve):
    """A client whose time is up is disarmed first, while its socket is open."""
    server, client, _ = serve()
    done = []
    server.poller.disarm = lambda client: done.append(("disarm", client.socket.fileno() >= 0))
    server.expire = lambda client: done.append(("expire", client.fd in server.parked))
    server.park(client, READ)
    server.look_at_deadlines(time.monotonic() + 1000)
    assert done == [("disarm", True), ("expire", False)]


def test_ticket_without_a_date(serve):
    """A ticket without a date is left alone, also when the server is stopping."""
    server, client, _ = serve()
    server.parked[client.fd] = Ticket(client)
    server.look_at_deadlines(time.monotonic() + 1000)
    server.stopping = True
    server.look_at_deadlines(time.monotonic() + 1000)
    assert client.fd in server.parked


def test_idle_when_the_server_stops(serve):
    """When the server is stopping, an idle client has until idle_until."""
    server, client, _ = serve(idle_seconds=1000.0)
    client.since = 5000.0
    server.park(client, READ)
    server.idle_until = 5001.0
    server.look_at_deadlines(5001.0)
    assert client.fd in server.parked, "it is not stopping"
    server.stopping = True
    server.look_at_deadlines(5000.9)
    assert client.fd in server.parked, "it is not time"
    server.look_at_deadlines(5001.0)
    assert server.parked == {}


def test_idle_until_gives_nobody_more_time(serve):
    """A time that is up before idle_until is up also when the server is stopping."""
    server, client, _ = serve(idle_seconds=1.0)
    client.since = 5000.0
    server.park(client, READ)
    server.stopping, server.idle_until = True, 6000.0
    server.look_at_deadlines(5001.0)
    assert server.parked == {}


def test_busy_when_the_server_stops(serve):
    """A request that was begun keeps its time when the server is stopping."""
    server, client, _ = serve(head_seconds=1000.0)
    client.enter(HEAD)
    client.since = 5000.0
    server.park(client, READ)
    server.stopping, server.idle_until = True, 5001.0
    server.look_at_deadlines(5500.0)
    assert client.fd in server.parked
    assert client.phase == HEAD, "it was refused, and is leaving"


@pytest.mark.parametrize("phase", [HEAD, BODY])
def test_half_a_request(serve, phase):
    """Half a request is refused with 408."""
    server, client, _ = serve()
    refused = refusals(server)
    client.enter(phase)
    server.expire(client)
    assert refused == [(client, 408)]
    assert client in server.clients


@pytest.mark.parametrize("phase", [IDLE, LEAVING])
def test_without_a_request(serve, phase):
    """A client without a request is just released: its guest sees the end."""
    server, client, guest = serve()
    refused = refusals(server)
    client.enter(phase)
    server.expire(client)
    assert guest.recv(1) == b""
    assert client not in server.clients
    assert refused == []


def test_answer_that_is_not_taken(serve):
    """A client that does not take its answer is cut off with a reset, and released."""
    server, client, guest = serve()
    client.send(b"x" * 1000)
    client.enter(SENDING)
    server.expire(client)
    assert client not in server.clients
    with pytest.raises(ConnectionResetError):
        while guest.recv(65_536):
            pass


@pytest.mark.parametrize("stopping", [False, True])
def test_accepts_again(serve, stopping):
    """Each look begins to accept again, if that paused: a server that stops has its last guests."""
    server, _, _ = serve()
    server.stopping = stopping
    assert server.accepting is False
    server.look_at_deadlines(0.0)
    assert server.accepting is True


def test_parent_has_died(serve):
    """A worker process whose parent has died stops; a server without a parent does not."""
    server, _, _ = serve()
    stops = []
    server.stop = lambda: stops.append(True)
    server.look_at_deadlines(0.0)
    server.parent = -1
    server.look_at_deadlines(0.0)
    assert stops == [True]


def test_expired_between_parking_and_waiting(serve, connect):
    """A client that is expired before the poller has waited does not disturb the others."""
    server, client, _ = serve()
    other, guest = connect()
    server.park(client, READ)
    server.park(other, READ)
    server.parked[client.fd].expires = 0.0
    server.look_at_deadlines(1.0)
    guest.sendall(b"G")
    assert server.poller.wait(2) == [other.fd]

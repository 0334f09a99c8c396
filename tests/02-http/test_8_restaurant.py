"""The restaurant of chapter 2, visited over real sockets."""

import os
import signal
import socket

import pytest

from bistro import http


@pytest.fixture
def visit(restaurant):
    """Send bytes as a guest, and return what comes until the restaurant ends the connection."""

    def send(request):
        answer = b""
        with socket.create_connection(("127.0.0.1", restaurant[1]), timeout=3) as guest:
            guest.sendall(request)
            while data := guest.recv(65_536):
                answer += data
        head, _, body = answer.partition(b"\r\n\r\n")
        return head.split(b"\r\n"), body

    return send


def test_the_menu(visit):
    """The menu is a page with a form, and its head says how long it is."""
    head, page = visit(b"GET / HTTP/1.1\r\nHost: bistro\r\n\r\n")
    assert head[0] == b"HTTP/1.1 200 OK"
    assert b"Content-Length: %d" % len(page) in head
    assert b"Connection: close" in head
    assert b"mushroom risotto" in page


def test_what_was_understood(visit):
    """A page shows the head of the visitor's own request, harmlessly escaped."""
    _, page = visit(b"GET /table?x=<b> HTTP/1.1\r\nHost: bistro\r\nX-A: <i>\r\nx-a: 2\r\n\r\n")
    assert b"<td>/table?x=&lt;b&gt;" in page
    assert b"<tr><th>x-a<td>&lt;i&gt;, 2" in page
    assert b"<i>" not in page


def test_other_paths(visit):
    """What the bistro does not have is 404, and an order that is not sent by POST 405."""
    assert visit(b"GET /cellar HTTP/1.1\r\nHost: a\r\n\r\n")[0][0] == b"HTTP/1.1 404 Not Found"
    assert visit(b"GET //order HTTP/1.1\r\nHost: a\r\n\r\n")[0][0] == b"HTTP/1.1 404 Not Found"
    head, _ = visit(b"GET /order HTTP/1.1\r\nHost: a\r\n\r\n")
    assert head[0] == b"HTTP/1.1 405 Method Not Allowed"


def test_head_has_no_body(visit):
    """The answer to HEAD has the length of the page, and no page."""
    head, page = visit(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert page == b""
    assert any(line.startswith(b"Content-Length: 1") for line in head)


def test_an_order_with_a_length(visit):
    """A body is read by its length, whatever its bytes are."""
    request = b"POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\ndish=\r\n\r\n"
    head, page = visit(request)
    assert head[0] == b"HTTP/1.1 200 OK"
    assert b"has read 9 bytes" in page


def test_an_order_in_chunks(visit):
    """A body is read in chunks, with the trailers behind it."""
    head, page = visit(
        b"POST /order HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\ndish=\r\n4\r\nsoup\r\n0\r\nX-Sum: 9\r\n\r\n"
    )
    assert head[0] == b"HTTP/1.1 200 OK"
    assert b"<tr><th>body<td>dish=soup" in page
    assert b"<tr><th>x-sum<td>9" in page


def test_a_guest_who_asks_before_the_body(visit):
    """A guest who waits for `100 Continue` is told to go on."""
    request = (
        b"POST /order HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    )
    head, _ = visit(request + b"soup")
    assert head[0] == http.CONTINUE.partition(b"\r\n")[0]


def test_guests_who_are_not_understood(visit):
    """What is not HTTP is answered with a status, and the next guest is served."""
    for request, status in [
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", b"505"),
        (b"POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", b"413"),
        (
            b"POST /order HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"400",
        ),
        (b"GET /" + b"a" * http.MAX_HEAD, b"431"),
    ]:
        head, _ = visit(request)
        assert head[0].split()[1] == status
        assert b"Connection: close" in head
    assert visit(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")[0][0] == b"HTTP/1.1 200 OK"


def test_a_guest_who_leaves(restaurant, visit):
    """A guest who leaves in the middle of a word does not stop the restaurant."""
    socket.create_connection(("127.0.0.1", restaurant[1]), timeout=2).close()
    with socket.create_connection(("127.0.0.1", restaurant[1]), timeout=2) as guest:
        guest.sendall(b"POST /order HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5")
    assert visit(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")[0][0] == b"HTTP/1.1 200 OK"


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a console, not to a process")
def test_ctrl_c(restaurant):
    """Ctrl-C ends the restaurant without a traceback."""
    process, _ = restaurant
    process.send_signal(signal.SIGINT)
    assert process.wait(3) == 0
    assert "Traceback" not in process.stdout.read()

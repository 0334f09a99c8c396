"""The restaurant of chapter 3, as a visitor meets it."""

import http.client
import socket

import pytest


@pytest.fixture
def guest(port):
    """A client as the standard library has it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    yield connection
    connection.close()


def asked(guest, method, target, body=None, **fields):
    """Send a request; the response, and its body as text."""
    guest.request(method, target, body, {key.replace("_", "-"): v for key, v in fields.items()})
    response = guest.getresponse()
    return response, response.read().decode("utf-8")


def test_the_menu_is_a_page(guest):
    """The restaurant's page comes whole, with its length."""
    response, page = asked(guest, "GET", "/")
    assert response.status == 200
    assert int(response.headers["Content-Length"]) == len(page.encode())
    assert "Trout with almonds" in page


def test_one_connection_carries_many_requests(guest):
    """Requests follow each other on one connection, whatever the answers were."""
    for target, status in [("/", 200), ("/nowhere", 404), ("/slip", 200), ("/", 200)]:
        response, _ = asked(guest, "GET", target)
        assert response.status == status
        assert not response.will_close
    response, page = asked(guest, "HEAD", "/")
    assert (response.status, page) == (200, "")
    assert asked(guest, "GET", "/")[0].status == 200


def test_an_order_is_read_from_the_input(guest):
    """A form reaches the kitchen through wsgi.input, with a length or in chunks."""
    _, page = asked(guest, "POST", "/order", "dish=Leek+tart")
    assert "Leek tart, 11 €" in page
    _, page = asked(guest, "POST", "/order", iter([b"dish=Leek", b"+tart"]))
    assert "Leek tart, 11 €" in page
    response, _ = asked(guest, "POST", "/order", "dish=<script>")
    assert response.status == 400


def test_the_order_slip_shows_the_environ(guest):
    """The slip shows what the server says, without the fields that no application may see."""
    _, page = asked(guest, "GET", "/slip?table=7", Proxy="http://evil.example/", X_Table="7")
    assert "<th>QUERY_STRING<td>table=7" in page
    assert "<th>HTTP_X_TABLE<td>7" in page
    assert "evil.example" not in page


def test_kitchens_of_others_can_be_plugged_in(guest):
    """The demo application of the standard library runs unchanged, and sees its own path."""
    response, text = asked(guest, "GET", "/demo/caf%C3%A9")
    assert response.status == 200
    assert "Hello world!" in text
    assert "SCRIPT_NAME = '/demo'" in text
    assert "PATH_INFO = '/café'".encode().decode("latin-1") in text


def test_django_can_be_plugged_in(guest):
    """A Django site runs unchanged."""
    pytest.importorskip("django")
    response, page = asked(guest, "GET", "/django/")
    assert response.status == 200
    assert "Served by Django, at /django/." in page


def test_who_does_not_speak_http_is_told_so(port):
    """A request that is not HTTP is answered 400, and the next guest is served."""
    for line, status in [(b"EAT /soup now", b"400"), (b"GET / HTTP/1.1", b"200")]:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as guest:
            guest.sendall(line + b"\r\nHost: bistro.example\r\nConnection: close\r\n\r\n")
            assert guest.makefile("rb").readline().split()[1] == status


def test_a_broken_kitchen_harms_nobody(guest):
    """Neither a body that is too long nor a path with CR LF in it puts words into our mouth."""
    assert asked(guest, "GET", "/broken/long")[1] == "soup\n"
    assert "Menu" in asked(guest, "GET", "/")[1]
    response, _ = asked(guest, "GET", "/broken/menu%0D%0ASet-Cookie:%20guest=evil")
    assert response.status == 500
    assert "Set-Cookie" not in response.headers


def test_the_kitchen_is_streamed(port):
    """What the kitchen yields first can be read while it is still cooking."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as guest:
        guest.sendall(b"GET /kitchen HTTP/1.1\r\nHost: bistro.example\r\n\r\n")
        seen = b""
        while b"The pan is hot" not in seen:
            seen += guest.recv(65_536)
    assert b"\r\nTransfer-Encoding: chunked\r\n" in seen
    assert b"The trout is in" not in seen

"""The pay-off: a Django site, run on your server, as its guests meet it."""

import http.client
import os
import signal
import socket
from urllib.parse import urlencode

import pytest


@pytest.fixture(scope="module")
def restaurant(open_restaurant):
    """The running restaurant's process and port, where Django is installed."""
    pytest.importorskip("django", reason="Django is not installed")
    return open_restaurant()


@pytest.fixture
def browser(restaurant):
    """`browser(method, path, form, cookies)`: status, head and text of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", restaurant[1], timeout=2)
    cookies = {}

    def browser(method, path, form=None):
        fields = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if form is not None:
            form = urlencode({**form, "csrfmiddlewaretoken": cookies.get("csrftoken", "")})
            fields["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, form, fields)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            cookies[name] = value
        return answer.status, answer.headers, answer.read().decode()

    yield browser
    connection.close()


def test_menu(browser):
    """A guest sees the menu."""
    status, _, page = browser("GET", "/")
    assert status == 200
    assert "Trout with almonds" in page


def test_booking(browser):
    """A guest books a table: a form with a CSRF token, a row in the database, a redirect."""
    browser("GET", "/")
    status, fields, _ = browser("POST", "/", {"name": "Ada", "guests": "3"})
    assert (status, fields["Location"]) == (302, "/")
    assert "Ada (3)" in browser("GET", "/")[2]


def test_booking_in_anothers_name(browser):
    """A form without the token is refused."""
    status, _, _ = browser("POST", "/", {"name": "Eve", "guests": "3"})
    assert status == 403


def test_staff(browser):
    """The chef logs in to Django's admin and changes the menu."""
    browser("GET", "/admin/login/")
    status, _, _ = browser(
        "POST", "/admin/login/?next=/admin/", {"username": "chef", "password": "bistro"}
    )
    assert status == 302
    status, _, _ = browser("POST", "/admin/restaurant/dish/add/", {"name": "Tarte", "price": "8"})
    assert status == 302
    assert "Tarte" in browser("GET", "/")[2]


def test_static_files(browser):
    """The admin's style sheet comes through the server."""
    status, fields, _ = browser("GET", "/static/admin/css/base.css")
    assert (status, fields["Content-Type"]) == (200, "text/css")


def test_many_silent_guests(restaurant, browser):
    """A hundred guests who say half a sentence keep nobody waiting."""
    guests = [socket.create_connection(("127.0.0.1", restaurant[1]), 2) for _ in range(100)]
    try:
        for guest in guests:
            guest.sendall(b"GET / HTTP/1.1\r\nHo")
        assert browser("GET", "/")[0] == 200
    finally:
        for guest in guests:
            guest.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process alone")
def test_ctrl_c_closes_the_restaurant(restaurant):
    """Ctrl-C ends the restaurant, and it says so."""
    process, _ = restaurant
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=3)
    assert printed.endswith("The restaurant is closed.\n")
    assert process.returncode == 0

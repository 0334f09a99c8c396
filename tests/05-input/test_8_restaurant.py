"""The pay-off: the restaurant of chapter 5, as its guests meet it."""

import http.client
import os
import re
import signal

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


@pytest.fixture
def ask(restaurant):
    """`ask(method, path, body, **fields)`: status, head and body of one answer."""
    guest = http.client.HTTPConnection("127.0.0.1", restaurant[1], timeout=2)

    def ask(method, path, body=None, **fields):
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        guest.request(method, path, body, fields)
        answer = guest.getresponse()
        return answer.status, answer.headers, answer.read()

    yield ask
    guest.close()


def picture(filename, content):
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="%s"\r\n\r\n' % filename
    title = b'\r\n--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nMy <tart>'
    return head + content + title + b"\r\n--x--\r\n"


def test_a_search(ask):
    """The query says what of the menu is shown."""
    status, _, page = ask("GET", "/?q=leek+TART")
    assert status == 200
    assert b"Leek tart" in page
    assert b"Onion soup" not in page
    assert b"Nothing here is called &lt;b&gt;" in ask("GET", "/?q=%3Cb%3E")[2]


def test_an_order_and_a_cookie(ask):
    """An order of several dishes is understood, and its guest known again by a cookie."""
    form = "dish=Leek+tart&dish=Onion+soup&guests=2&name=Zo%C3%AB%3B"
    kind = "application/x-www-form-urlencoded"
    status, head, page = ask("POST", "/order", form, Content_Type=kind)
    assert status == 200
    assert "2 times Leek tart and Onion soup: 36 €" in page.decode()
    assert head["Set-Cookie"].startswith(r'guest="Zo\303\253\073"; Max-Age=2592000; HttpOnly;')
    page = ask("GET", "/", Cookie=head["Set-Cookie"].partition("; Max-Age")[0])[2]
    assert "Good to see you again, Zoë;." in page.decode()


def test_wrong_orders(ask):
    """An order that makes no sense is 400."""
    for form in [
        "",
        "dish=Caviar&guests=2",
        "dish=Leek+tart&guests=many",
        "dish=Leek+tart&guests=0",
    ]:
        assert ask("POST", "/order", form)[0] == 400


def test_a_picture_on_the_wall(ask):
    """An uploaded picture hangs on the wall, byte for byte, under a name that is ours."""
    kind = "multipart/form-data; boundary=x"
    status, head, _ = ask("POST", "/wall", picture(b"../../tart.png", PNG), Content_Type=kind)
    assert (status, head["Location"]) == (303, "/")
    page = ask("GET", "/")[2]
    assert b"My &lt;tart&gt;" in page
    path = re.search(rb'src="(/wall/[0-9]+)"', page)[1].decode()
    status, head, body = ask("GET", path)
    assert (status, head["Content-Type"], body) == (200, "image/png", PNG)


def test_what_is_not_a_picture(ask):
    """A page that calls itself a picture, a form cut short and one without end do not hang."""
    kind = "multipart/form-data; boundary=x"
    page = picture(b"a.png", b"<script>alert(1)</script>")
    assert ask("POST", "/wall", page, Content_Type=kind)[0] == 400
    assert ask("POST", "/wall", page[:-9], Content_Type=kind)[0] == 400
    assert ask("POST", "/wall", picture(b"", b""), Content_Type=kind)[0] == 400
    assert ask("POST", "/wall", page, Content_Type="multipart/form-data")[0] == 400
    large = picture(b"a.png", PNG + bytes(2_097_152))
    assert ask("POST", "/wall", iter([large]), Content_Type=kind)[0] == 413


def test_what_is_not_there(ask):
    """Other paths and pictures that never hung are 404."""
    for path in ["/wall/9999", "/wall/", "/wall/../restaurant.py", "/order"]:
        assert ask("GET", path)[0] == 404


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a console, not to a process")
def test_ctrl_c(restaurant):
    """Ctrl-C ends the restaurant without a traceback."""
    process, _ = restaurant
    process.send_signal(signal.SIGINT)
    assert "Traceback" not in process.communicate(timeout=3)[0]
    assert process.returncode == 0

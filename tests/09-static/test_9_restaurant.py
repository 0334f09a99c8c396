"""The pay-off: the restaurant of Part II, as its guests meet it."""

import http.client
import json
import re
from urllib.parse import urlencode

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100_000)


@pytest.fixture
def guest(restaurant):
    """`guest(method, path, form, **fields)`: status, fields and body of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", restaurant[1], timeout=2)

    def ask(method, path, form=None, **fields):
        if isinstance(form, dict):
            fields["Content_Type"] = "application/x-www-form-urlencoded"
            form = urlencode(form)
        connection.request(
            method, path, form, {name.replace("_", "-"): value for name, value in fields.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    yield ask
    connection.close()


def upload(guest, dish, data):
    """Send a picture of a dish, named like a page."""
    body = (
        b'--wall\r\nContent-Disposition: form-data; name="picture"; filename="../../cat.html"\r\n'
        b"Content-Type: text/html\r\n\r\n" + data + b"\r\n--wall--\r\n"
    )
    kind = "multipart/form-data; boundary=wall"
    return guest("POST", f"/dishes/{dish}/picture", body, Content_Type=kind)


def test_the_menu(guest):
    """The menu has the dishes, a style sheet and pictures, all of which are there for ever."""
    status, _, page = guest("GET", "/")
    assert status == 200
    assert "Trout with almonds" in page.decode()
    urls = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.decode())
    assert {url.partition("?")[0] for url in urls} == {"/static/site.css", "/static/plate.svg"}
    for url in urls:
        status, fields, _ = guest("GET", url)
        assert (status, fields["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        status, _, body = guest("GET", url, If_None_Match=fields["ETag"])
        assert (status, body) == (304, b"")


def test_a_booking(guest):
    """A right booking sends the guest on to a page that can be reloaded."""
    form = {"name": "Zoë <b>", "guests": "4", "time": "19:30"}
    status, fields, _ = guest("POST", "/booking", form)
    assert status == 303
    for _ in range(2):
        status, _, page = guest("GET", fields["Location"])
        assert status == 200
        assert "A table for 4 at 19:30, Zoë &lt;b&gt;." in page.decode()


def test_a_wrong_booking(guest):
    """A wrong booking is shown again, with what is wrong, and with what the guest typed."""
    form = {"name": '"><script>', "guests": "forty", "time": "19:30"}
    status, _, page = guest("POST", "/booking", form)
    assert status == 422
    assert page.decode().count("role='alert'") == 1
    assert "We have tables for 1 to 12 guests." in page.decode()
    assert 'value="&quot;&gt;&lt;script&gt;"' in page.decode()
    assert 'value="forty"' in page.decode()
    assert "<option selected>19:30" in page.decode()
    status, _, page = guest("POST", "/booking", {})
    assert (status, page.decode().count("role='alert'")) == (422, 3)


def test_a_picture(guest):
    """A guest's picture is served as the picture that it is, under a new URL for each."""
    urls = []
    for data in (PNG, PNG + b"another"):
        status, fields, _ = upload(guest, 2, data)
        assert (status, fields["Location"]) == (303, "/dishes/2")
        page = guest("GET", "/dishes/2")[2].decode()
        urls += re.findall(r'src="(/pictures/[^"]+)"', page)
        status, fields, body = guest("GET", urls[-1])
        assert (status, fields["Content-Type"], body) == (200, "image/png", data)
        assert fields["X-Content-Type-Options"] == "nosniff"
    assert len(set(urls)) == 2
    status, _, body = guest("GET", urls[-1], Range="bytes=1-3")
    assert (status, body) == (206, b"PNG")


def test_what_is_no_picture(guest):
    """What does not begin like a picture is refused, whatever it is called."""
    assert upload(guest, 3, b"<script>alert(1)</script>")[0] == 415
    assert upload(guest, 3, b"\x89PNG\r\n\x1a\n" + bytes(2_000_000))[0] == 413
    assert upload(guest, 9, PNG)[0] == 404
    assert "/pictures/" not in guest("GET", "/dishes/3")[2].decode()


def test_what_is_not_there(guest):
    """What is not there has the page of the house, also below the directory of files."""
    for path in (
        "/nowhere",
        "/dishes/9",
        "/static/nothing.css",
        "/static/../restaurant.py",
        "/static/%2e%2e/restaurant.py",
        "/pictures/",
        "/booking/00000000-0000-4000-8000-000000000000",
    ):
        status, _, page = guest("GET", path)
        assert status == 404
        assert "Not on the menu" in page.decode()


def test_our_own_mistake(restaurant, guest):
    """A mistake of ours has a page with a number, which is in the log beside the traceback."""
    process, _ = restaurant
    status, fields, page = guest("GET", "/kitchen")
    assert status == 500
    assert "on fire" not in page.decode()
    number = re.search(r"We know it as ([0-9a-f]+)\.", page.decode())[1]
    assert fields["X-Request-ID"] == number
    for line in iter(process.stdout.readline, ""):
        record = json.loads(line)
        if record.get("request") == number and "traceback" in record:
            break
    assert record["traceback"].endswith("RuntimeError: the pan is on fire")


def test_nothing_of_others_is_loaded(guest):
    """Each answer tells the browser to load nothing from elsewhere, and to run nothing inline."""
    for path in ("/", "/nowhere", "/static/site.css"):
        assert "default-src 'self'" in guest("GET", path)[1]["Content-Security-Policy"]

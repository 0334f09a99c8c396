"""The restaurant of chapter 6, as a visitor meets it."""

import http.client
import json

import pytest

PICTURE = b"\x89PNG\r\n\x1a\n not a real one"


@pytest.fixture(scope="module")
def address(open_restaurant):
    """The port of a restaurant that runs behind one proxy."""
    return open_restaurant(PROXIES="1")[1]


@pytest.fixture
def guest(address):
    """`guest(method, target, body, **fields)`: the response, with its body as `.data`."""
    connection = http.client.HTTPConnection("127.0.0.1", address, timeout=2)

    def guest(method, target, body=None, **fields):
        fields = {name.replace("_", "-"): value for name, value in fields.items()}
        connection.request(method, target, body, fields)
        response = connection.getresponse()
        response.data = response.read()
        return response

    yield guest
    connection.close()


def form(picture=PICTURE, kind="image/png", filename="plate.png"):
    """A browser's form: type and body."""
    body = (
        '--x\r\nContent-Disposition: form-data; name="dish"\r\n\r\nLeek tart\r\n'
        '--x\r\nContent-Disposition: form-data; name="guest"\r\n\r\nZoë <b>\r\n'
        f'--x\r\nContent-Disposition: form-data; name="picture"; filename="{filename}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return body.encode() + picture + b"\r\n--x--\r\n"


def ordered(guest, **options):
    """Order by form, and return where the slip is."""
    response = guest(
        "POST", "/order", form(**options), Content_Type="multipart/form-data; boundary=x"
    )
    assert response.status == 303, response.data
    return response.headers["Location"]


def test_the_menu_is_a_page(guest):
    """The menu comes whole, with its length; HEAD has the same head and no body."""
    response = guest("GET", "/")
    assert (response.status, b"Trout with almonds" in response.data) == (200, True)
    assert guest("HEAD", "/").headers["Content-Length"] == str(len(response.data))


def test_an_order_becomes_a_slip(guest):
    """A form leads to a slip, by a redirect that reloading does not repeat."""
    page = guest("GET", ordered(guest), Accept="text/html").data.decode()
    assert "Leek tart" in page
    assert "Zoë &lt;b&gt;" in page
    assert "<b>" not in page


def test_the_guest_is_remembered(guest):
    """The cookie that an order sets fills in the name next time."""
    response = guest("POST", "/order", "dish=Leek+tart&guest=Zo%C3%AB", **{
        "Content-Type": "application/x-www-form-urlencoded"
    })  # fmt: skip
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert 'value="Zoë"' in guest("GET", "/", Cookie=cookie.partition(";")[0]).data.decode()


def test_a_slip_is_a_page_or_json(guest):
    """The same slip comes in the form that the client likes, or not at all."""
    location = ordered(guest)
    response = guest("GET", location, Accept="application/json, */*;q=0.1")
    slip = json.loads(response.data)
    assert (slip["dish"], slip["price"], slip["guest"]) == ("Leek tart", 11, "Zoë <b>")
    assert response.headers["Vary"] == "Accept"
    assert guest("GET", location, Accept="image/png").status == 406


def test_a_picture_is_sent_once(guest):
    """Who has the picture gets a 304 without it."""
    location = ordered(guest, filename="猫%22%0D%0A.png").replace("/slip", "/picture")
    response = guest("GET", location)
    assert (response.status, response.data) == (200, PICTURE)
    assert response.headers["Content-Type"] == "image/png"
    again = guest("GET", location, If_None_Match=response.headers["ETag"])
    assert (again.status, again.data) == (304, b"")


def test_a_page_is_no_picture(guest):
    """A page would be shown as one of ours: only pictures are taken."""
    for kind in ("text/html", "image/svg+xml"):
        body = form(b"<script>", kind)
        response = guest("POST", "/order", body, Content_Type="multipart/form-data; boundary=x")
        assert response.status == 415


def test_an_order_as_json(guest):
    """JSON is answered with JSON: 201 and where the slip is; broken JSON is 400."""
    good = '{"dish": "Chestnut soup", "guest": "Max"}'
    response = guest("POST", "/order", good, Content_Type="application/json")
    assert (response.status, json.loads(response.data)["dish"]) == (201, "Chestnut soup")
    assert guest("GET", response.headers["Location"]).status == 200
    for body in ("", "NaN", "[1]", '{"dish": ["Leek tart"], "guest": "Max"}', "[" * 99_999):
        response = guest("POST", "/order", body, Content_Type="application/json")
        assert response.status == 400
    assert guest("POST", "/order", good, Content_Type="text/plain").status == 400


def test_the_bill_is_streamed(guest):
    """The bill has a line for each slip, and no length beforehand."""
    ordered(guest)
    response = guest("GET", "/bill")
    assert response.headers["Content-Length"] is None
    assert "Leek tart" in response.data.decode()
    assert "Total" in response.data.decode()


def test_what_is_not_there(guest):
    """A wrong path is 404, a wrong number, too; a wrong method is 405 and says which are right."""
    for target in (
        "/nowhere",
        "/slip",
        "/slip?number=999999",
        "/slip?number=one",
        "/picture?number=0",
    ):
        assert guest("GET", target).status == 404
    response = guest("DELETE", "/")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


def test_the_proxy_is_believed_and_nobody_else(guest):
    """The slip has the address that the proxy saw, whatever the guest claims."""
    response = guest(
        "POST", "/order", '{"dish": "Leek tart", "guest": "Max"}',
        Content_Type="application/json", X_Forwarded_For="127.0.0.1, 203.0.113.9",
    )  # fmt: skip
    assert json.loads(response.data)["from"] == "203.0.113.9"


def test_a_name_can_not_split_the_response(guest):
    """A line break in what is put into a field is a 500, and no field of the guest's goes out."""
    assert guest("GET", "/careless?guest=Zoe").headers["X-Guest"] == "Zoe"
    response = guest("GET", "/careless?guest=Zoe%0D%0ASet-Cookie:%20guest=evil")
    assert response.status == 500
    assert response.headers["Set-Cookie"] is None

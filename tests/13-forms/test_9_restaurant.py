"""The pay-off: the restaurant takes bookings, as its guests meet it."""

import http.client
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1_000)


def next_day(weekday):
    """The next day, from tomorrow on, that is such a day of the week; Monday is 0."""
    tomorrow = date.today() + timedelta(1)
    return tomorrow + timedelta((weekday - tomorrow.weekday()) % 7)


FRIDAY = next_day(4)
GOOD = {
    "name": "Zoë <b>",
    "mail": "zoe@bistro.example",
    "guests": "4",
    "day": FRIDAY.isoformat(),
    "time": "19:30",
}


@pytest.fixture
def guest(port):
    """`guest(method, path, form, **fields)`: status, fields and text of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)

    def ask(method, path, form=None, **fields):
        if isinstance(form, dict):
            fields["Content_Type"] = "application/x-www-form-urlencoded"
            form = urlencode(form, doseq=True)
        connection.request(
            method, path, form, {name.replace("_", "-"): value for name, value in fields.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode("utf-8", "replace")

    yield ask
    connection.close()


def upload(guest, data, name="plan.png"):
    """Send a floor plan."""
    body = (
        f'--wall\r\nContent-Disposition: form-data; name="picture"; filename="{name}"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    body += data + b"\r\n--wall--\r\n"
    return guest("POST", "/plan", body, Content_Type="multipart/form-data; boundary=wall")


def test_the_form(guest, read):
    """The form has the rules in its HTML, and no mistakes; every label has its widget."""
    status, _, page = guest("GET", "/")
    assert status == 200
    assert "alert" not in page
    inputs = {element.attrs["name"]: element.attrs for element in read(page, "input")}
    assert (inputs["guests"]["min"], inputs["guests"]["max"]) == ("1", "12")
    assert inputs["day"]["min"] == date.today().isoformat()
    ids = {element.attrs.get("id") for element in read(page)}
    assert all(element.attrs["for"] in ids for element in read(page, "label"))


def test_a_booking(guest):
    """A right booking sends the guest on to a page that can be reloaded, and is in the list."""
    form = {**GOOD, "wishes": ["High chair", "By the window"], "note": "a\r\n<i>"}
    status, fields, _ = guest("POST", "/", form)
    assert status == 303
    for _ in range(2):
        status, _, page = guest("GET", fields["Location"])
        assert status == 200
        assert f"A table for 4 on {FRIDAY:%d %B %Y} at 19:30." in page
        assert "See you soon, Zoë &lt;b&gt;" in page
        assert "By the window, High chair" in page
        assert "a\n&lt;i&gt;" in page
    assert "Zoë &lt;b&gt;" in guest("GET", "/bookings")[2]


def test_a_wrong_booking(guest, read):
    """A wrong booking is shown again, with its mistakes, and with what the guest typed."""
    form = {**GOOD, "guests": "forty", "name": '"><script>', "wishes": "High chair"}
    status, _, page = guest("POST", "/", form)
    assert status == 422
    assert "<script" not in page
    assert "<title>Error: Book a table" in page
    inputs = {element.attrs.get("value"): element.attrs for element in read(page, "input")}
    assert inputs["forty"]["aria-invalid"] == "true"
    assert inputs['"><script>']["name"] == "name"
    assert inputs["19:30"]["checked"] is True
    assert inputs["High chair"]["checked"] is True
    assert "checked" not in inputs["18:00"]
    assert [element.text for element in read(page, "a") if "#" in element.attrs["href"]] == [
        "Guests: Enter a whole number."
    ]


def test_nothing_is_filled_in(guest, read):
    """An empty booking is told all that is missing, at once."""
    status, _, page = guest("POST", "/", {})
    links = [element for element in read(page, "a") if element.attrs["href"].startswith("#")]
    assert (status, len(links)) == (422, 5)


def test_days(guest):
    """The house is closed on Mondays, on days that are over, and a year ahead."""
    for day, message in [
        (next_day(0), "We are closed on Mondays."),
        (date.today() - timedelta(1), "The least is"),
        (date.today() + timedelta(366), "The most is"),
    ]:
        status, _, page = guest("POST", "/", {**GOOD, "day": day.isoformat()})
        assert status == 422
        assert message in page


def test_what_does_not_fit_together(guest):
    """Eight guests don't fit at a table by the window."""
    status, _, page = guest("POST", "/", {**GOOD, "guests": "8", "wishes": "By the window"})
    assert status == 422
    assert "The tables by the window have six chairs." in page


def test_a_full_house(guest):
    """When the chairs are taken, the next guests are told, and nobody is seated twice."""
    evening = {**GOOD, "day": next_day(5).isoformat(), "guests": "12"}
    statuses = [guest("POST", "/", evening)[0] for _ in range(3)]
    assert statuses == [303, 303, 422]
    assert "6 seats are left at that time." in guest("POST", "/", evening)[2]
    assert guest("POST", "/", {**evening, "guests": "6"})[0] == 303


def test_the_floor_plan(guest):
    """A floor plan is hung up, and seen where tables are booked."""
    status, fields, _ = upload(guest, PNG)
    assert (status, fields["Location"]) == (303, "/plan")
    url = re.search(r'src="(/pictures/plan\.png[^"]*)"', guest("GET", "/")[2])[1]
    status, fields, _ = guest("GET", url)
    assert (status, fields["Content-Type"]) == (200, "image/png")


def test_what_is_no_floor_plan(guest):
    """What is no picture is refused, whatever it is called, and so is one that is too large."""
    for data, name, message in [
        (b"<script>alert(1)</script>", "plan.png", "That is no PNG, JPEG or GIF picture."),
        (PNG, "plan.html", "The file&#39;s name has to end in"),
        (b"", "plan.png", "The file is empty."),
        (PNG + bytes(2_000_000), "plan.png", "A file has at most 2000000 bytes here."),
    ]:
        status, _, page = upload(guest, data, name)
        assert status == 422
        assert message in page


def test_what_is_not_there(guest):
    """What is not there has the page of the house."""
    for path in ("/nowhere", "/booked/00000000-0000-4000-8000-000000000000", "/static/x.css"):
        status, _, page = guest("GET", path)
        assert status == 404
        assert "Book a table" in page

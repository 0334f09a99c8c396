"""The pay-off: dishes and bookings, as guests and the kitchen meet them."""

import http.client
import re
import threading
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest


def next_day(weekday):
    """The next day, from tomorrow on, that is such a day of the week; Monday is 0."""
    tomorrow = date.today() + timedelta(1)
    return tomorrow + timedelta((weekday - tomorrow.weekday()) % 7)


GOOD = {
    "name": "Zoë <b>",
    "mail": "zoe@bistro.example",
    "guests": "4",
    "day": next_day(4).isoformat(),
    "time": "19:30",
}


class House:
    """The restaurant with its database in a file; it can be started again."""

    def __init__(self, start, path):
        self.start = start
        self.path = path
        self.open()

    def open(self):
        self.process, self.port = self.start(DATABASE=str(self.path))

    def ask(self, path="/", form=None):
        """Status, fields and text of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=4)
        try:
            if form is None:
                connection.request("GET", path)
            else:
                fields = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", path, urlencode(form, doseq=True), fields)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def address(self, name):
        """Where the card has the link to change a dish."""
        return re.search(rf'href="(/dishes/\d+)" aria-label="Change {name}"', self.ask()[2])[1]


@pytest.fixture(scope="module")
def house(open_restaurant, tmp_path_factory):
    """One house for all tests."""
    return House(open_restaurant, tmp_path_factory.mktemp("house") / "house.db")


def test_the_card(house):
    """A new house has a card, in the order of the courses."""
    status, _, page = house.ask()
    assert status == 200
    places = [page.index(name) for name in ("Onion soup", "Ratatouille", "Crème brûlée")]
    assert places == sorted(places)
    assert "<b>7.50 €</b>" in page


def test_one_query_a_page(house):
    """The card takes one query, and the page shows which."""
    page = house.ask()[2]
    assert page.count("<code>") == 1
    assert "<code>SELECT " in page


def test_a_new_dish(house):
    """A dish is written on the card; what is in its name is shown, not run."""
    form = {"name": "Tart <b>'); DROP TABLE dish;--", "course": "3", "price": "6.50"}
    status, fields, _ = house.ask("/dishes/new", form)
    assert (status, fields["Location"]) == (303, "/")
    assert "Tart &lt;b&gt;&#39;); DROP TABLE dish;--" in house.ask()[2]


def test_wrong_dishes(house):
    """What is no dish is refused, with what was typed, and so is a name that is taken."""
    for name, price, message in [
        ("Air", "free", "Enter a number."),
        ("Air", "-1", "The least is"),
        ("x" * 41, "1", "at most 40"),
        ("Ratatouille", "1", "There is a dish of that name."),
    ]:
        form = {"name": name, "course": "2", "price": price}
        status, _, page = house.ask("/dishes/new", form)
        assert status == 422
        assert f'value="{name}"' in page
        assert message in page
    assert "Air" not in house.ask()[2]


def test_a_dish_changes(house):
    """The form shows a dish as it is, and changes it, not another."""
    address = house.address("Onion soup")
    page = house.ask(address)[2]
    assert 'value="Onion soup"' in page
    assert 'value="7.50"' in page
    form = {"id": "2", "pk": "2", "name": "Fish soup", "course": "1", "price": "9"}
    assert house.ask(address, form)[0] == 303
    page = house.ask()[2]
    assert "Onion soup" not in page
    assert "<b>9.00 €</b>" in page
    assert "Leek vinaigrette" in page


def test_a_dish_goes(house):
    """A dish is taken off the card; its number is never another's."""
    house.ask("/dishes/new", {"name": "Stew", "course": "2", "price": "12"})
    old = house.address("Stew")
    assert house.ask(old, {"delete": "1"})[0] == 303
    assert house.ask(old)[0] == 404
    house.ask("/dishes/new", {"name": "Goulash", "course": "2", "price": "12"})
    assert house.address("Goulash") != old


def test_a_booking(house):
    """A booking is kept, shown to who knows its address, and in the list."""
    form = {**GOOD, "wishes": ["High chair", "By the window"], "note": "a <i>"}
    status, fields, _ = house.ask("/book", form)
    assert status == 303
    page = house.ask(fields["Location"])[2]
    assert "See you soon, Zoë &lt;b&gt;" in page
    assert "A table for 4 on" in page
    assert "By the window, High chair" in page
    assert "a &lt;i&gt;" in page
    assert "Zoë &lt;b&gt;" in house.ask("/bookings")[2]


def test_wrong_bookings(house):
    """A booking that the form refuses is shown again."""
    for wrong in ({"guests": "13"}, {"day": next_day(0).isoformat()}, {"time": "03:00"}):
        status, _, page = house.ask("/book", {**GOOD, **wrong})
        assert status == 422
        assert 'value="Zoë &lt;b&gt;"' in page


def test_the_last_chairs(house):
    """When many want the last chairs at the same moment, nobody is seated twice."""
    evening = {**GOOD, "day": next_day(5).isoformat(), "guests": "12"}
    statuses = []
    threads = [
        threading.Thread(target=lambda: statuses.append(house.ask("/book", evening)[0]))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 303, 422, 422, 422, 422]
    assert "6 seats are left at that time." in house.ask("/book", evening)[2]


def test_a_restart(house):
    """After a restart all is as it was: the card, with its changes, and the bookings."""
    house.ask("/book", {**GOOD, "name": "Ben"})
    house.ask("/dishes/new", {"name": "Bread", "course": "1", "price": "2"})
    card, bookings = house.ask()[2], house.ask("/bookings")[2]
    house.process.kill()
    house.process.wait(2)
    house.open()
    assert house.ask()[2] == card
    assert house.ask("/bookings")[2] == bookings
    assert "Bread" in card
    assert "Ben" in bookings


def test_a_cancelled_booking(house):
    """Who cancels gives the chairs back."""
    evening = {**GOOD, "day": next_day(6).isoformat(), "guests": "12", "name": "Cy"}
    places = [house.ask("/book", evening)[1]["Location"] for _ in range(2)]
    assert house.ask("/book", evening)[0] == 422
    cancel = places[0].replace("/booked/", "/bookings/") + "/cancel"
    assert house.ask(cancel, {})[0] == 303
    assert house.ask(places[0])[0] == 404
    assert house.ask("/book", evening)[0] == 303


def test_what_is_not_there(house):
    """What is not there has the page of the house, whatever stands in the address."""
    for path in ("/nowhere", "/dishes/0", f"/dishes/{10**30}", "/booked/x", "/booked/%00"):
        status, _, page = house.ask(path)
        assert status == 404
        assert "Book a table" in page

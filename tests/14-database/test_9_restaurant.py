"""The pay-off: the ledger, as the house meets it."""

import http.client
from urllib.parse import urlencode

import pytest

PLUG = 70


class House:
    """The restaurant with its ledger in a file; it can be started again."""

    def __init__(self, start, path):
        self.start = start
        self.path = path
        self.open()

    def open(self):
        self.process, self.port = self.start(DATABASE=str(self.path))

    def ask(self, path="/", form=None):
        """Status, fields and text of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            if form is None:
                connection.request("GET", path)
            else:
                fields = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", path, urlencode(form), fields)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def bill(self, seat, guest, euros):
        return self.ask("/", {"seat": seat, "guest": guest, "euros": euros})


@pytest.fixture(scope="module")
def house(open_restaurant, tmp_path_factory):
    """One house for all tests, which work at tables of their own."""
    return House(open_restaurant, tmp_path_factory.mktemp("house") / "ledger.db")


def test_a_bill(house):
    """A bill is opened, and seen by everybody; what is in a name is shown, not run."""
    status, fields, _ = house.bill(1, "Zoë <b>'); DROP TABLE bill; --", "12.50")
    assert (status, fields["Location"]) == (303, "/")
    page = house.ask()[2]
    assert "Zoë &lt;b&gt;&#39;); DROP TABLE bill; --" in page
    assert "12.50 €" in page


def test_a_taken_table(house):
    """A table has one bill: the second is refused, with a message, and the first stays."""
    assert house.bill(2, "Ada", "10")[0] == 303
    status, _, page = house.bill(2, "Ben", "20")
    assert status == 422
    assert "That table has a bill already." in page
    assert "10.00 €" in page


def test_a_wrong_bill(house):
    """What is no bill is refused, and nothing is written."""
    for seat, euros in ((99, "1"), (3, "-1"), (3, "0"), (3, "nan"), (3, "0.001")):
        assert house.bill(seat, "Eve", euros)[0] == 422
    assert "<span>Eve</span>" not in house.ask()[2]


def test_a_cent(house):
    """The least bill is a cent."""
    assert house.bill(9, "Una", "0.01")[0] == 303
    assert "<span>Una</span> <b>0.01 €</b>" in house.ask()[2]


def test_no_such_table(house):
    """A table that the house has not has no bill, whatever its number."""
    for seat in ("0", "13", "9" * 30):
        assert house.ask(f"/tables/{seat}/pay", {})[0] == 404
        assert house.ask(f"/tables/{seat}/move", {"to": "1"})[0] == 404


def test_moving(house):
    """Guests move to a free table, not to one that is taken."""
    house.bill(4, "Cy", "30")
    house.bill(5, "Dot", "40")
    assert house.ask("/tables/4/move", {"to": "5"})[0] == 409
    assert house.ask("/tables/4/move", {"to": "13"})[0] == 400
    assert house.ask("/tables/12/move", {"to": "11"})[0] == 404
    assert house.ask("/tables/4/move", {"to": "6"})[0] == 303
    assert "<strong>Table 6</strong> <span>Cy</span>" in house.ask()[2]


def test_paying(house):
    """What was on a table is in the till, once."""
    house.bill(7, "Flo", "70.07")
    assert house.ask("/tables/7/pay", {})[0] == 303
    page = house.ask()[2]
    assert '<tr><th scope="row">Flo</th><td>70.07 €</td></tr>' in page
    assert "<strong>Table 7</strong>" not in page
    assert house.ask("/tables/7/pay", {})[0] == 404


def test_what_the_database_was_asked(house):
    """The page shows the statements that it took."""
    page = house.ask()[2]
    assert "<code>SELECT seat, guest, cents FROM bill ORDER BY seat</code>" in page


def test_the_plug_is_pulled(house):
    """When the plug is pulled in the middle of a payment, no money is lost or doubled."""
    house.bill(8, "Gus", "80")
    before = house.ask()[2]
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        house.ask("/tables/8/pay", {"plug": "1"})
    assert house.process.wait(2) == PLUG
    house.open()
    after = house.ask()[2]
    assert "<strong>Table 8</strong> <span>Gus</span> <b>80.00 €</b>" in after
    assert total(after) == total(before)


def total(page):
    """What the page says that there is, all together."""
    return page.partition("All together ")[2].partition("<")[0]


def test_what_is_not_there(house):
    """What is not there has the page of the house."""
    for path in ("/nowhere", "/tables/1/eat", "/static/x.css"):
        status, _, page = house.ask(path)
        assert status == 404
        assert "Back to the ledger" in page

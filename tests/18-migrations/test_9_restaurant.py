"""The pay-off: the card and its tables, as the house meets them."""

import http.client
import re
import sqlite3
from contextlib import closing
from urllib.parse import urlencode

import pytest


class House:
    """The restaurant with its card in a file; it can be started again."""

    def __init__(self, start, path):
        self.start = start
        self.path = path
        self.open()

    def open(self):
        self.process, self.port = self.start(DATABASE=str(self.path))

    def ask(self, path="/", form=None):
        """Status and text of one answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with closing(connection):
            if form is None:
                connection.request("GET", path)
            else:
                fields = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", path, urlencode(form), fields)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def change(self, sql):
        """Change something behind the house's back."""
        with closing(sqlite3.connect(self.path)) as driver:
            driver.execute(sql)
            driver.commit()

    def go(self, number):
        """Bring the tables to a migration."""
        return self.ask(f"/migrations/{number}", {})

    def dishes(self):
        """What the card says, dish by dish, without the markup."""
        items = re.findall(r"<li>\s*(.*?)</li>", self.ask()[1].partition("<form")[0], re.S)
        return [" ".join(re.sub("<[^>]*>", " ", item).split()) for item in items]


@pytest.fixture(scope="module")
def opened(open_restaurant, tmp_path_factory):
    """One house for all tests."""
    return House(open_restaurant, tmp_path_factory.mktemp("house") / "card.db")


@pytest.fixture
def house(opened):
    """The house with the card of the first day."""
    assert opened.go(1)[0] == 200
    opened.change("DELETE FROM dish WHERE id > 3")
    return opened


def test_the_menu_changes(house):
    """The card goes to allergens and a second price, and back, and has its dishes all the time."""
    first = ["Onion soup with bread 6.50 €", "Trout with almonds 18.90 €", "Walnut tart 5.80 €"]
    assert house.dishes() == first
    status, page = house.go(3)
    assert status == 200
    assert "  rename Dish.price to large" in page
    assert house.dishes() == [
        "Onion soup with bread with gluten 6.50 €",
        "Trout with almonds with nuts, fish small 11.30 € 18.90 €",
        "Walnut tart with gluten, nuts 5.80 €",
    ]
    assert house.go(2)[0] == 200
    assert "Trout with almonds with nuts, fish 18.90 €" in house.dishes()
    assert house.go(1)[0] == 200
    assert house.dishes() == first


def test_a_dish_at_each_point(house):
    """A dish is written whatever the tables are, and stays; what is in a name is shown."""
    assert house.ask("/", {"name": "Rice <b>'); --", "price": "4"})[0] == 303
    house.go(3)
    assert house.ask("/", {"name": "Pie", "price": "7.5"})[0] == 303
    assert house.ask("/", {"name": "Water", "price": "0.01"})[0] == 303
    house.go(1)
    page = house.ask()[1]
    assert "Rice &lt;b&gt;&#39;); --" in page
    assert "7.50 €" in page
    assert len(house.dishes()) == 6


def test_what_cannot_be_written(house):
    """A dish twice, or without a price, is refused with a message."""
    for name, price, message in [
        ("Walnut tart", "5", "There is a dish of that name."),
        ("Air", "", "This field is required."),
        ("Gold", "1000", "The most is 999."),
    ]:
        status, page = house.ask("/", {"name": name, "price": price})
        assert status == 422
        assert message in page


def test_the_house_opens_again(house):
    """The house opens where its tables are, and a migration is not run again."""
    house.go(2)
    house.process.kill()
    house.process.wait(2)
    house.open()
    assert "Walnut tart with gluten, nuts 5.80 €" in house.dishes()
    assert "nothing to do" in house.go(2)[1]


def test_somebody_has_changed_the_tables(house):
    """When a migration fails, the page says so, and all is as it was."""
    house.change("CREATE TABLE allergen (word TEXT)")
    status, page = house.go(3)
    house.change("DROP TABLE allergen")
    assert status == 409
    assert "All is as it was" in page
    assert "Walnut tart 5.80 €" in house.dishes()


def test_no_such_migration(house):
    """There is no way to a migration that is none."""
    for number in ("0", "4", "99", "zero"):
        assert house.go(number)[0] == 404
    assert len(house.dishes()) == 3

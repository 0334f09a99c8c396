"""The pay-off: orders with dishes, as the house meets them."""

import http.client
import re
from urllib.parse import urlencode

import pytest


@pytest.fixture(scope="module")
def house(open_restaurant, tmp_path_factory):
    """`house(path, form)`: status and text of one answer of a house with its own file."""
    path = tmp_path_factory.mktemp("house") / "orders.db"
    _, port = open_restaurant(DATABASE=str(path))

    def ask(path="/", form=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            if form is None:
                connection.request("GET", path)
            else:
                fields = {"Content-Type": "application/x-www-form-urlencoded"}
                connection.request("POST", path, urlencode(form), fields)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    return ask


def queries(page):
    """How many queries a page says that it took."""
    return int(re.search(r"<strong>(\d+) quer", page)[1])


def key_of(page, name):
    """The key of a dish in the room's form."""
    return re.search(rf'value="(\d+)"[^>]*>{name}<', page)[1]


def flat(page):
    """A page without tags, and with single spaces."""
    text = re.sub(r"<[^>]*>", " ", page).replace("&times;", "x")
    return " ".join(text.split()).replace(" ,", ",")


def test_the_room(house):
    """The room shows each order with its sum in three queries; one by one it takes more."""
    status, page = house()
    assert status == 200
    assert "Table 4 2 x Soup, 2 x Bread, 2 x Lemonade 20.60 €" in flat(page)
    assert queries(page) == 3
    slow = house("/?one_by_one=1")[1]
    assert queries(slow) > 9
    assert "20.60 €" in slow


def test_an_order(house):
    """What a table orders is on its bill, and in the kitchen, however often."""
    cake = key_of(house()[1], "Cake")
    for _ in range(2):
        assert house("/", {"table": 2, "dish": cake, "count": 3})[0] == 303
    status, page = house("/tables/2")
    assert status == 200
    assert flat(page).count("3 x Cake 6.00 € 18.00 €") == 2
    assert "The bill 36.00 €" in flat(page)
    assert queries(page) == 3
    assert flat(house("/kitchen")[1]).count("3 x Cake for table 2") == 2


def test_queries_do_not_grow(house):
    """However much is ordered, the pages take the same number of queries."""
    before = [queries(house(path)[1]) for path in ("/", "/kitchen", "/card")]
    bread = key_of(house()[1], "Bread")
    for table in (1, 3, 5, 6):
        assert house("/", {"table": table, "dish": bread, "count": 1})[0] == 303
    assert [queries(house(path)[1]) for path in ("/", "/kitchen", "/card")] == before
    assert before == [3, 3, 2]


def test_what_is_cooked(house):
    """What the kitchen has done is gone from its list, and stays on the bill."""
    steak = r'action="/kitchen/(\d+)/done">\s*<button aria-label="Steak for table 7'
    number = re.search(steak, house("/kitchen")[1])[1]
    assert house(f"/kitchen/{number}/done", {})[0] == 303
    assert "Steak" not in house("/kitchen")[1]
    assert "1 x Steak" in flat(house("/tables/7")[1])


def test_paid(house):
    """Who has paid owes nothing any more, and what was ordered is not cooked."""
    assert house("/tables/9/pay", {})[0] == 303
    assert house("/tables/9")[0] == 404
    assert house("/tables/9/pay", {})[0] == 404
    assert "for table 9" not in flat(house("/kitchen")[1])


def test_wrong_orders(house):
    """A table, dish or number that there is not is refused."""
    soup = key_of(house()[1], "Soup")
    for form in (
        {"table": 13, "dish": soup, "count": 1},
        {"table": 1, "dish": "999", "count": 1},
        {"table": 1, "dish": soup, "count": 0},
        {"table": 1, "dish": "1 OR 1=1", "count": 1},
        {},
    ):
        assert house("/", form)[0] == 422


def test_labels(house):
    """A dish gets a label, and loses it again."""
    number = re.search(r'/card/(\d+)/label">\s*<button[^>]*aria-label="Cake', house("/card")[1])[1]
    before = house("/card")[1].count('<span class="label">vegan</span>')
    for change in (1, 0):
        assert house(f"/card/{number}/label", {"label": "vegan"})[0] == 303
        count = house("/card")[1].count('<span class="label">vegan</span>')
        assert count == before + change
    assert house(f"/card/{number}/label", {"label": "<b>"})[0] == 400
    assert house("/card/999/label", {"label": "vegan"})[0] == 404


def test_off_the_card(house):
    """A dish that somebody has ordered stays on the card; the database sees to it."""
    soup = key_of(house()[1], "Soup")
    status, page = house(f"/card/{soup}/off", {})
    assert status == 409
    assert "Somebody has ordered that dish" in page
    assert house("/card/999/off", {})[0] == 404


def test_what_is_not_there(house):
    """What is not there has the page of the house."""
    for path in ("/nowhere", "/tables/0", "/tables/x", "/static/x.css"):
        status, page = house(path)
        assert status == 404
        assert "Back to the room" in page

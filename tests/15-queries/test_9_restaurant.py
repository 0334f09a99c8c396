"""The pay-off: the ledger is asked, as its visitors do it."""

import http.client
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest


@pytest.fixture(scope="module")
def port(open_restaurant, tmp_path_factory):
    """The port of one house for all tests, with a new ledger."""
    _, port = open_restaurant(DATABASE=str(tmp_path_factory.mktemp("house") / "orders.db"))
    return port


@pytest.fixture
def ask(port):
    """`ask(words="soup")`: the status and the page of an answer; `ask("/path")` of another path."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)

    def get(path="/", **query):
        connection.request("GET", f"{path}?{urlencode(query)}" if query else path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    yield get
    connection.close()


def lines(page):
    """The lines of a page: of each the dish, the table, the wish, the count and the cost."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [(a, int(b), c, int(d), float(e.removesuffix(" €"))) for a, b, c, d, e in found]


def sums(page):
    """How many dishes, on how many lines, for how much."""
    return [float(text) for text in re.findall(r"<b>([0-9.]+)(?: €)?</b>", page)[:3]]


def test_a_day(ask):
    """The page shows the orders of today, and their sums."""
    status, page = ask()
    assert status == 200
    assert f"Orders of {date.today():%d %B %Y}" in page
    assert len(lines(page)) == 20
    assert sums(page)[1] == 24
    assert "Coffee" in page.partition("Not ordered")[2]


def test_a_search(ask):
    """Words are found in dishes and wishes, in any case; the sums are those of what is found."""
    _, page = ask(words="SOUP")
    found = lines(page)
    assert found
    assert all("soup" in dish for dish, *_ in found)
    assert sums(page)[:2] == [sum(count for *_, count, _ in found), len(found)]
    assert sums(page)[2] == pytest.approx(sum(cost for *_, cost in found))
    _, page = ask(words="bread")
    assert all(wish == "extra bread" for _, _, wish, _, _ in lines(page))


def test_hostile_words(ask):
    """What has a meaning in SQL is looked for as it is written, and nothing is called that."""
    for words in ["%", "_", "\\", "*", "' OR 1=1 --", '"', "<script>", "?"]:
        status, page = ask(words=words)
        assert status == 200
        assert lines(page) == []
        assert sums(page) == [0, 0, 0]
        assert "<script>" not in page


def test_filters(ask):
    """Tables and costs are asked for together."""
    _, page = ask(seat=5)
    assert {seat for _, seat, *_ in lines(page)} == {5}
    _, page = ask(least="40", seat="")
    assert lines(page)
    assert all(cost >= 40 for *_, cost in lines(page))


def test_orders(ask):
    """The lines come in the order that was chosen."""
    _, page = ask(sort="cost")
    costs = [cost for *_, cost in lines(page)]
    assert costs == sorted(costs, reverse=True)
    _, page = ask(sort="name", words="o")
    names = [dish for dish, *_ in lines(page)]
    assert names == sorted(names)


def test_names_of_fields(ask):
    """No field can be named from outside: what was not offered is refused."""
    for sort in ("dish__price", "-id", "id; DROP TABLE line", "__class__"):
        status, page = ask(sort=sort)
        assert status == 422
        assert "Choose one of those that are offered." in page
    status, page = ask(dish__name__startswith="S", words="soup")
    assert (status, lines(page)) == (200, lines(ask(words="soup")[1]))


def test_wrong_numbers(ask):
    """A table that there is not, and a number that is none, are said to be so."""
    for query in ({"seat": "99"}, {"seat": "9" * 30}, {"least": "nan"}, {"day": "yesterday"}):
        status, page = ask(**query)
        assert status == 422
        assert "<title>Error: " in page


def test_other_days(ask):
    """Another day has other orders; one without any says so, and all dishes are left."""
    _, today = ask()
    _, yesterday = ask(day=(date.today() - timedelta(1)).isoformat())
    assert lines(yesterday) != lines(today)
    status, page = ask(day="1999-12-31")
    assert status == 200
    assert "Nothing was found." in page
    assert "Steak frites" in page.partition("Not ordered")[2]


def test_what_the_database_was_asked(ask):
    """The page tells its statements; the values stand beside, and not in them."""
    _, page = ask(words="ratatouille")
    asked = page.partition("What the database was asked")[2]
    assert "ratatouille" in asked
    assert all("ratatouille" not in sql for sql in re.findall(r"<code>(.*?)</code>", asked))
    assert asked.count("<li>") == 4


def test_what_is_not_there(ask):
    """What is not there has the page of the house."""
    status, page = ask("/nowhere")
    assert status == 404
    assert "Back to the orders" in page

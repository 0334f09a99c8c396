"""The pay-off: one layout, many cards, as guests meet them."""

import http.client
import re

import pytest


@pytest.fixture
def get(port):
    """`get(path)`: status and page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)

    def ask(path):
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    yield ask
    connection.close()


def test_every_page_has_the_layout(get):
    """All pages have the same head, links and foot, and a title of their own."""
    titles = set()
    for path in ["/", "/cards/lunch", "/cards/dinner", "/cards/children", "/dishes/3", "/cellar"]:
        status, page = get(path)
        assert status == 200
        assert page.startswith("<!doctype html>")
        assert page.count('<nav aria-label="Cards">') == page.count("<footer>") == 1
        titles.add(re.search(r"<title>(.*)</title>", page)[1])
    assert len(titles) == 6
    assert get(re.search(r'href="(/static/site[^"]+)"', page)[1])[0] == 200


def test_a_card_of_the_third_generation(get):
    """The children's card has the dinner card's words, and half a portion of each dish."""
    page = get("/cards/children")[1]
    assert "From six." in page
    assert "half the price" in page
    assert re.findall(r"half a portion .*?([\d.]+) €", page) == ["4.50", "5.50", "4.00"]
    assert "half a portion" not in get("/cards/dinner")[1]


def test_names_are_escaped(get):
    """A dish's name stands in the page as it is called, whatever it is called."""
    assert "Bread &amp; &lt;proper&gt; butter" in get("/cards/lunch")[1]
    assert "<title>Bread &amp; &lt;proper&gt; butter</title>" in get("/dishes/4")[1]


def test_what_is_not_there(get):
    """What is not there has a page in the layout, and no name leads to another template."""
    for path in ["/nowhere", "/dishes/9", "/cards/breakfast", "/cards/card", "/cards/..%2Flayout"]:
        status, page = get(path)
        assert status == 404
        assert "<h1>Not Found</h1>" in page
        assert "<footer>" in page


def test_the_cellar_is_whole(get):
    """The long page, which is sent in pieces, has all of its rows and its end."""
    page = get("/cellar")[1]
    assert page.count('<th scope="row">') == 2000
    assert page.rstrip().endswith("</html>")


def test_a_mistake_names_its_template(get):
    """The developer's page for a mistake names the template, its line, and the way there."""
    status, page = get("/tasting")
    assert status == 500
    assert "ZeroDivisionError" in page
    places = re.findall(r"templates/([a-z./]+), line (\d+)", page.replace("\\", "/"))
    assert places[:4] == [
        ("parts/score.html", "3"),
        ("tasting.html", "5"),
        ("layout.html", "22"),
        ("tasting.html", "1"),
    ]

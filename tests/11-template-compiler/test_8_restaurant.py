"""The restaurant of chapter 11, as a visitor meets it."""

import http.client
import re
from html import unescape

import pytest


@pytest.fixture
def page(port):
    """`page(path)`: the status and the text of a page."""

    def page(path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode("utf-8")
        connection.close()
        return response.status, text

    return page


def test_the_card_is_printed(page):
    """The card shows tonight's dishes, and what a guest has typed is no markup."""
    status, text = page("/")
    assert status == 200
    assert "<h2>Tonight, for Zoë &lt;b&gt;&amp; friends&lt;/b&gt;</h2>" in text
    assert "<li>Trout &amp; almonds, 19 €" in text
    assert "from <em>our</em> stream" in text
    assert "vegetarian, warm" in text
    assert "<b>" not in text


def test_its_python_stands_beside_it(page):
    """The Python beside the card is what it was compiled to."""
    _, text = page("/card")
    python = unescape(re.search(r"<h2>The Python</h2><pre>(.*?)</pre>", text, re.DOTALL)[1])
    compile(python, "card", "exec")
    assert "for " in python
    assert "text(" in python


def test_it_is_timed(page):
    """A thousand printings are timed, and compiling once is faster than compiling for each."""
    _, text = page("/bill")
    once, each = re.search(r"([0-9.]+) ms compiled once,<br>\s*([0-9]+) ms", text).groups()
    assert 0 < float(once) < float(each)
    assert "<td>19 €" in text
    assert "39 €, 13.00 € a dish, thank you." in text


def test_a_mistake_shows_its_line(page):
    """A template with a mistake shows the error and its line."""
    status, text = page("/broken")
    assert status == 200
    assert "UndefinedError" in text
    assert "A mistake, line 3." in text
    assert "<mark>  &lt;li&gt;{{ dish.name }}, {{ dish.price / dish.portions }}" in text


def test_a_spy_sees_nothing(page):
    """A template cannot reach Python's insides."""
    status, text = page("/curious")
    assert status == 200
    assert "SecurityError" in text
    assert "&lt;class" not in text


def test_every_link_leads_somewhere(page):
    """The links lead to pages, and nothing else does."""
    _, text = page("/")
    links = re.findall(r'href="(/[^"]*)"', text)
    assert len(links) == 4
    assert [page(link)[0] for link in links] == [200] * 4
    assert page("/pizza")[0] == 404
    assert page("/%3Cscript%3E")[0] == 404

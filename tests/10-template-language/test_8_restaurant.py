"""The restaurant of chapter 10, as a visitor meets it."""

import http.client
import os
import re
import signal
from urllib.parse import urlencode

import pytest


class House:
    """A running restaurant and its pages."""

    def __init__(self, process, port):
        self.process = process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)

    def get(self, target):
        self.connection.request("GET", target)
        response = self.connection.getresponse()
        return response.status, response.read().decode()

    def read(self, template):
        """Send a template in the form; the status and the page."""
        fields = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", "/", urlencode({"template": template}), fields)
        response = self.connection.getresponse()
        return response.status, response.read().decode()


@pytest.fixture(scope="module")
def house(restaurant):
    house = House(*restaurant)
    yield house
    house.connection.close()


def test_the_card_is_shown_with_its_tags(house):
    """The first page shows the card's template, coloured, with its tree beside it."""
    status, page = house.get("/")
    assert status == 200
    assert '<b class="name">dishes</b>' in page
    assert '<b class="tag">{%</b>' in page
    assert "<summary>For" in page


def test_the_examples_are_linked(house):
    """Each link leads to an example, and one of them is wrong on purpose."""
    _, page = house.get("/")
    links = re.findall(r'href="(/examples/[a-z-]+)"', page)
    assert len(links) >= 3
    statuses = {house.get(link)[0] for link in links}
    assert statuses == {200, 400}
    assert house.get("/examples/nothing")[0] == 404


def test_a_template_of_ones_own(house):
    """What is typed into the form is read, and stays in it."""
    status, page = house.read("{{ a + b * c }}")
    assert status == 200
    assert "{{ a + b * c }}</textarea>" in page
    assert page.index("operator: +") < page.index("operator: *")


def test_a_mistake_is_pointed_at(house):
    """A wrong template is answered with 400, the line and a caret below it."""
    status, page = house.read("one\n{{ a b }}\n")
    assert status == 400
    assert "line 2, column 6" in page
    assert "\n         ^</pre>" in page


@pytest.mark.parametrize(
    "template", ["<script>", "{{ '</b><script>' }}", "{{ <script> }}", "{# <script> #}"]
)
def test_a_template_is_shown_and_not_run(house, template):
    """Whatever a guest types comes back as text."""
    _, page = house.read(template)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "template", ["", "{{ " + "(" * 5000, "{% if a %}" * 500, "{{ '\\", "\x00{%"]
)
def test_whatever_is_typed_is_answered(house, template):
    """No template brings the house down: what is wrong with it is a 400."""
    assert house.read(template)[0] in {200, 400}


def test_what_is_dropped_is_marked(house):
    """Comments, and the white space that a sign takes away, are shown as gone."""
    _, page = house.read("a{# b #}c  {{- d -}}\n e")
    assert "<s>{# b #}</s>" in page
    assert "<s>  </s>" in page
    assert "<s>\n </s>" in page


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process alone")
def test_ctrl_c_ends_it(open_restaurant):
    """Ctrl-C ends the restaurant without a traceback."""
    house = House(*open_restaurant())
    assert house.get("/")[0] == 200
    house.process.send_signal(signal.SIGINT)
    printed, _ = house.process.communicate(timeout=3)
    assert house.process.returncode == 0
    assert "Traceback" not in printed

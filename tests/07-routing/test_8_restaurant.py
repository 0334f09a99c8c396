"""The restaurant of chapter 7, as a visitor meets it."""

import http.client
import re

import pytest


@pytest.fixture
def guest(port):
    """`guest(method, target)`: the response, with its body as `.text`."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)

    def guest(method, target):
        connection.request(method, target)
        response = connection.getresponse()
        response.text = response.read().decode("utf-8")
        return response

    yield guest
    connection.close()


def test_every_link_leads_somewhere(guest):
    """All paths in the pages are made by url_for, and lead to a page."""
    seen, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            response = guest("GET", path)
            assert response.status == 200, path
            if "/demo/" not in path:
                waiting += re.findall(r'href="(/[^"]*)"', response.text)
    assert {"/dishes/leek-tart", "/tables/12/", "/bill-7.txt", "/bar/", "/demo/caf%C3%A9"} <= seen


def test_a_dish_is_ordered_at_a_table(guest):
    """An order is sent to a path with two parameters, and stands on the bill."""
    response = guest("POST", "/tables/3/orders/leek-tart")
    assert (response.status, response.headers["Location"]) == (303, "/tables/3/")
    assert "<td>Leek tart<td>11 €" in guest("GET", "/tables/3/").text
    assert "Leek tart" in guest("GET", "/bill-3.txt").text
    assert guest("DELETE", "/tables/3/").status == 204
    assert "Leek tart" not in guest("GET", "/bill-3.txt").text


def test_a_mounted_router_pours(guest):
    """The bar's routes answer behind its prefix."""
    assert guest("POST", "/bar/cider/5").status == 303
    assert "Cider" in guest("GET", "/tables/5/").text


@pytest.mark.parametrize(
    "path",
    ["/tables/13/", "/tables/0/", "/tables/%D9%A3/", "/tables/5%0A/", "/dishes/pizza",
     "/bar/beer/1", "/bill-1.png", "//evil.example", "/" * 1000, "/tables/" + "9" * 3000 + "/"],
)  # fmt: skip
def test_what_is_not_there_is_404(guest, path):
    """A table, a dish or a drink that is not there is a 404, never an error of ours."""
    response = guest("GET", path)
    assert response.status == 404
    assert "Location" not in response.headers


def test_another_method_is_told_which(guest):
    """A path with the wrong method is 405 with Allow, and OPTIONS asks for it."""
    response = guest("PUT", "/tables/3/")
    assert (response.status, response.headers["Allow"]) == (405, "DELETE, GET, HEAD, OPTIONS")
    response = guest("OPTIONS", "/tables/3/")
    assert (response.status, response.headers["Allow"]) == (204, "DELETE, GET, HEAD, OPTIONS")


def test_a_slash_is_added(guest):
    """Without its last slash a path is sent on, with its query, and with its method."""
    response = guest("GET", "/tables/3?a=%20b")
    assert (response.status, response.headers["Location"]) == (308, "/tables/3/?a=%20b")
    assert guest("POST", "/tables/3").status == 404


def test_somebody_elses_application_is_mounted(guest):
    """The demo of the standard library sees its own part of the path."""
    text = guest("GET", "/demo/caf%C3%A9").text
    assert "SCRIPT_NAME = '/demo'" in text
    assert "PATH_INFO = '/café'".encode().decode("latin-1") in text


def test_all_routes_are_listed(guest):
    """The page of routes shows methods, paths and names, the mounted ones too."""
    text = guest("GET", "/routes").text
    assert "<td>POST<td>/tables/&lt;int(min=1, max=12):table&gt;/orders/&lt;dish:dish&gt;" in text
    assert "<td>bar.pour" in text

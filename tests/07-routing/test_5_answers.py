"""Step 7.5: what a table answers."""

import pytest

from bistro.converters import CONVERTERS, parse_path
from bistro.errors import HTTPError
from bistro.routing import MethodNotAllowed, Node, Route, SlashMissing, Table


def table_of(*paths):
    """A table with a route for each path, given as "GET /menu", or "/menu" for GET."""
    table = Table()
    for text in paths:
        method, _, path = text.rpartition(" ")
        table.add(Route(path, parse_path(path, CONVERTERS), (method or "GET",), print, text))
    return table


def matched(table, method, path):
    """The name of the route and the values by name."""
    route, values = table.match(method, path)
    return route.name, values


def test_a_route_comes_with_its_values_by_name():
    """The values come in a dict, under the names that the route's own path gives them."""
    table = table_of("/tables/<int:table>/<dish>")
    assert matched(table, "GET", "/tables/7/soup") == (
        "/tables/<int:table>/<dish>", {"table": 7, "dish": "soup"},
    )  # fmt: skip


def test_each_route_has_its_own_names():
    """Two routes of the same paths may call their parameters differently."""
    table = table_of("/<int:id>", "POST /<int:number>")
    assert matched(table, "GET", "/5") == ("/<int:id>", {"id": 5})
    assert matched(table, "POST", "/5") == ("POST /<int:number>", {"number": 5})


def test_a_path_of_text_has_no_values():
    """A path without parameters is found with an empty dict, a new one each time."""
    table = table_of("/menu/today", "/<a>/<b>")
    route, values = table.match("GET", "/menu/today")
    assert (route.name, values) == ("/menu/today", {})
    values["changed"] = True
    assert table.match("GET", "/menu/today")[1] == {}


def test_a_path_of_text_needs_no_search():
    """A path without parameters is looked up in `whole`; the trie is not asked."""
    table = table_of("/menu/today", "/<a>/<b>")
    table.root = Node()
    assert matched(table, "GET", "/menu/today") == ("/menu/today", {})
    with pytest.raises(HTTPError):
        table.match("GET", "/menu/monday")


def test_head_follows_get():
    """HEAD is answered by the route for GET, unless there is one for HEAD, and never by another."""
    table = table_of("/menu", "/bill", "HEAD /bill", "POST /order", "HEAD /early", "/early")
    assert matched(table, "HEAD", "/menu")[0] == "/menu"
    assert matched(table, "HEAD", "/bill")[0] == "HEAD /bill"
    assert matched(table, "HEAD", "/early")[0] == "HEAD /early"
    with pytest.raises(MethodNotAllowed):
        table.match("HEAD", "/order")


def test_an_unknown_path_is_404():
    """Where no path fits, the answer is HTTPError with 404."""
    table = table_of("/menu", "/dishes/<int:id>")
    for path in ("/", "/nowhere", "/dishes/soup", "//menu", "/menu/", "/menu ", "/menu\n"):
        with pytest.raises(HTTPError) as caught:
            table.match("GET", path)
        assert caught.value.status == 404
        assert not isinstance(caught.value, MethodNotAllowed)


def test_another_method_is_405():
    """Where paths fit, but for other methods, the answer is MethodNotAllowed with all of these."""
    table = table_of("/menu", "PUT /menu", "DELETE /<name>", "POST /other")
    with pytest.raises(MethodNotAllowed) as caught:
        table.match("POST", "/menu")
    assert caught.value.status == 405
    assert caught.value.allowed == ["DELETE", "GET", "HEAD", "OPTIONS", "PUT"]


def test_allow_lists_the_methods():
    """Allow has every method once, in alphabetical order, with a comma and a space between."""
    error = MethodNotAllowed(["PUT", "GET", "HEAD", "PUT"])
    assert error.allowed == ["GET", "HEAD", "OPTIONS", "PUT"]
    assert error.headers == {"Allow": "GET, HEAD, OPTIONS, PUT"}
    assert (error.status, error.phrase) == (405, "Method Not Allowed")


def test_options_is_always_allowed():
    """OPTIONS is in the list, once, since the application answers it for every path."""
    assert MethodNotAllowed(iter(["OPTIONS", "GET"])).allowed == ["GET", "OPTIONS"]
    assert MethodNotAllowed({"POST"}).headers["Allow"] == "OPTIONS, POST"


def test_a_missing_slash_is_not_an_error_yet():
    """SlashMissing comes through as it is: it is no HTTPError, and the application redirects."""
    table = table_of("/menu/", "/<int:id>/", "POST /menu")
    for path in ("/menu", "/5"):
        with pytest.raises(SlashMissing):
            table.match("GET", path)
    with pytest.raises(MethodNotAllowed):
        table.match("PUT", "/menu")


def test_what_is_no_path_is_not_known():
    """A target that does not begin with a slash is 404, even where a parameter would take it."""
    table = table_of("/<path:rest>", "/<name>", "/")
    for path in ("*", "menu", "", "x/menu", "http://bistro.example/menu"):
        with pytest.raises(HTTPError) as caught:
            table.match("GET", path)
        assert caught.value.status == 404


def test_a_method_is_taken_as_it_is():
    """Methods have upper and lower case, and any token may be one."""
    table = table_of("/menu", "PROPFIND /menu")
    assert matched(table, "PROPFIND", "/menu")[0] == "PROPFIND /menu"
    for method in ("get", "Get", "", "\u0130"):
        with pytest.raises(MethodNotAllowed):
            table.match(method, "/menu")


def test_text_for_another_method_leaves_room_for_a_parameter():
    """A path of text that is known for GET does not hide a parameter that is for POST."""
    table = table_of("/tables/new", "POST /tables/<name>")
    assert matched(table, "POST", "/tables/new") == ("POST /tables/<name>", {"name": "new"})
    assert matched(table, "GET", "/tables/new") == ("/tables/new", {})

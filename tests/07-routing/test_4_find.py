"""Step 7.4: the way through the trie."""

import pytest

from bistro.converters import CONVERTERS, Converter, Parameter, parse_path
from bistro.routing import Rest, Route, SlashMissing, Table, find, find_below


def table_of(*paths):
    """A table with a route for each path, given as "GET /menu", or "/menu" for GET; or a mount."""
    table = Table()
    for text in paths:
        method, _, path = text.rpartition(" ")
        if method == "MOUNT":
            prefix = parse_path(path, CONVERTERS) if path != "/" else []
            segments = [*prefix, [Parameter("path", Rest())]]
            table.add(Route(path, segments, ("*",), print, text, is_mount=True))
        else:
            table.add(Route(path, parse_path(path, CONVERTERS), (method or "GET",), print, text))
    return table


def found(table, path, method="GET"):
    """What is found for a path: the route's name with the values; None; or the methods there."""
    allowed = set()
    result = find(table.root, path.split("/"), 1, method, (), allowed)
    if result is None:
        return sorted(allowed) or None
    route, values = result
    return route.name, *values


def test_text_is_found():
    """A path of text is found, and nothing that is like it."""
    table = table_of("/menu", "/menu/today", "/")
    assert found(table, "/menu") == ("/menu",)
    assert found(table, "/menu/today") == ("/menu/today",)
    assert found(table, "/") == ("/",)
    for path in ("/Menu", "/men", "/menu/", "/menu/today/soup", "//", "//menu", "/menu//today"):
        assert found(table, path) is None


def test_values_come_in_the_order_of_the_path():
    """What parameters read is returned in a tuple, in the order of the path."""
    table = table_of("/tables/<int:table>/orders/<dish>/<float:price>")
    assert found(table, "/tables/7/orders/soup/9.50") == (
        "/tables/<int:table>/orders/<dish>/<float:price>", 7, "soup", 9.5,
    )  # fmt: skip
    table = table_of("/<int:day>.<int:month>/<name>")
    assert found(table, "/24.12/Ann") == ("/<int:day>.<int:month>/<name>", 24, 12, "Ann")


def test_the_search_may_begin_anywhere():
    """`find` begins at the node and the depth it is given, with the values that are there."""
    table = table_of("/tables/<int:table>/orders")
    node = table.root.static["tables"]
    route, values = find(node, ["", "tables", "7", "orders"], 2, "GET", ("before",), set())
    assert (route.name, values) == ("/tables/<int:table>/orders", ("before", 7))
    route, values = find_below(node, ["7", "orders"], 0, "GET", (), set())
    assert values == (7,)
    assert find_below(node, ["x", "orders"], 0, "GET", (), set()) is None


def test_text_goes_before_parameters():
    """Text beats a parameter that would take it, whichever was registered first."""
    for paths in (["/dishes/<name>", "/dishes/soup"], ["/dishes/soup", "/dishes/<name>"]):
        table = table_of(*paths)
        assert found(table, "/dishes/soup") == ("/dishes/soup",)
        assert found(table, "/dishes/tart") == ("/dishes/<name>", "tart")


def test_the_narrower_goes_before_the_wider():
    """Text with a parameter, a number, any text, a path: they are tried in this order."""
    table = table_of("/<path:p>", "/<name>", "/<int:id>", "/dish-<int:id>", "/menu")
    assert found(table, "/menu") == ("/menu",)
    assert found(table, "/dish-5") == ("/dish-<int:id>", 5)
    assert found(table, "/5") == ("/<int:id>", 5)
    assert found(table, "/dish-x") == ("/<name>", "dish-x")
    assert found(table, "/a/b") == ("/<path:p>", "a/b")


def test_a_way_that_ends_nowhere_is_walked_back():
    """Where text leads to nothing, the parameters beside it get their chance, at every depth."""
    table = table_of("/tables/new/form", "/tables/<name>/bill", "/<area>/<name>/tip")
    assert found(table, "/tables/new/form") == ("/tables/new/form",)
    assert found(table, "/tables/new/bill") == ("/tables/<name>/bill", "new")
    assert found(table, "/tables/new/tip") == ("/<area>/<name>/tip", "tables", "new")
    assert found(table, "/tables/new/none") is None


def test_values_of_a_way_back_are_forgotten():
    """What was read on a way that ended nowhere is not among the values of the next."""
    table = table_of("/<int:a>/<int:b>/x", "/<a>/<int:b>/y", "/<path:rest>")
    assert found(table, "/1/2/x") == ("/<int:a>/<int:b>/x", 1, 2)
    assert found(table, "/1/2/y") == ("/<a>/<int:b>/y", "1", 2)
    assert found(table, "/1/2/z") == ("/<path:rest>", "1/2/z")


def test_a_tail_is_tried_after_text():
    """Where text leads to nothing, a `<path:…>` beside it gets its chance, without a parameter."""
    table = table_of("/files/new", "/files/<path:file>", "/files/new/a/b")
    assert found(table, "/files/new") == ("/files/new",)
    assert found(table, "/files/new/a") == ("/files/<path:file>", "new/a")
    assert found(table, "/files/old") == ("/files/<path:file>", "old")


def test_a_refusal_means_the_next():
    """Where a converter refuses a text, the next one is asked, and no error is raised."""
    table = table_of("/<int(max=12):table>", "/<name>", "/bills/<int(max=12):table>")
    assert found(table, "/12") == ("/<int(max=12):table>", 12)
    assert found(table, "/13") == ("/<name>", "13")
    for path in ("/bills/13", "/bills/12 ", "/bills/12\n"):
        assert found(table, path) is None


def test_an_empty_segment_is_no_value():
    """No parameter takes an empty segment, whatever its pattern says; a tail may begin with one."""

    class Anything(Converter):
        pattern = ".*"

    table = Table()
    path = "/a/<any:x>/b"
    table.add(Route(path, parse_path(path, {"any": Anything}), ("GET",), print, path))
    assert found(table, "/a/c/b") == (path, "c")
    assert found(table, "/a//b") is None
    table = Table()
    path = "/a/<any:x>"
    Anything.multi = True
    table.add(Route(path, parse_path(path, {"any": Anything}), ("GET",), print, path))
    assert found(table, "/a//b") == (path, "/b")
    assert found(table_of("/<name>"), "/") is None
    assert found(table_of("/<name>/<int:id>"), "//5") is None


def test_the_method_decides_at_the_end():
    """A path that is known for other methods only is not found, and these are told."""
    table = table_of("/menu", "PUT /menu", "POST /<name>")
    assert found(table, "/menu", "PUT") == ("PUT /menu",)
    assert found(table, "/menu", "HEAD") == ("/menu",)
    assert found(table, "/menu", "POST") == ("POST /<name>", "menu")
    assert found(table, "/menu", "DELETE") == ["GET", "HEAD", "POST", "PUT"]
    assert found(table, "/soup", "GET") == ["POST"]


def test_a_route_for_the_method_wins_over_one_that_is_narrower():
    """Another path that fits goes on being looked for while the method is not found."""
    table = table_of("POST /<int:id>", "GET /<name>", "PUT /<path:rest>")
    assert found(table, "/5", "POST") == ("POST /<int:id>", 5)
    assert found(table, "/5", "GET") == ("GET /<name>", "5")
    assert found(table, "/5", "PUT") == ("PUT /<path:rest>", "5")
    assert found(table, "/5", "DELETE") == ["GET", "HEAD", "POST", "PUT"]


def test_a_slash_that_is_missing_is_told():
    """Where the path is known with a slash at its end, for this method, SlashMissing is raised."""
    table = table_of("/menu/", "POST /dishes/<int:id>/", "/")
    assert found(table, "/menu/") == ("/menu/",)
    with pytest.raises(SlashMissing):
        found(table, "/menu")
    with pytest.raises(SlashMissing):
        found(table, "/dishes/5", "POST")
    assert found(table, "/dishes/5", "GET") is None
    assert found(table, "/menu", "POST") is None


def test_a_slash_that_is_missing_is_told_at_once():
    """SlashMissing ends the search, whether or not a wider route or a mount would take the path."""
    for wider in ("/<name>", "/<path:rest>", "MOUNT /menu", "MOUNT /"):
        table = table_of("/menu/", wider)
        with pytest.raises(SlashMissing):
            found(table, "/menu")


def test_a_path_that_is_there_needs_no_slash():
    """A route for the path as it is beats the one with a slash more."""
    table = table_of("/menu", "/menu/", "POST /menu/")
    assert found(table, "/menu") == ("/menu",)
    assert found(table, "/menu/") == ("/menu/",)
    with pytest.raises(SlashMissing):
        found(table, "/menu", "POST")


def test_a_mount_takes_what_is_left():
    """A mounted application gets the rest of the path, be it empty, and any method."""
    table = table_of("MOUNT /files")
    assert found(table, "/files/a/b.txt") == ("MOUNT /files", "a/b.txt")
    assert found(table, "/files/") == ("MOUNT /files", "")
    assert found(table, "/files", "PATCH") == ("MOUNT /files", "")
    assert found(table, "/filesystem") is None


def test_routes_go_before_mounts_and_the_longer_before_the_shorter():
    """Whatever is more specific than a mount is found first, also a mount in it."""
    table = table_of("MOUNT /", "MOUNT /shop", "/shop/<int:id>", "MOUNT /<area>/bar")
    assert found(table, "/shop/5") == ("/shop/<int:id>", 5)
    assert found(table, "/shop/x/y") == ("MOUNT /shop", "x/y")
    assert found(table, "/inn/bar/x") == ("MOUNT /<area>/bar", "inn", "x")
    assert found(table, "/inn/x") == ("MOUNT /", "inn/x")
    assert found(table, "/shop/5", "PUT") == ("MOUNT /shop", "5")


def test_a_long_path_is_no_deeper_than_the_trie():
    """Thousands of slashes end the search where the trie ends; Python's stack has room for it."""
    table = table_of("/a/<x>/b", "/<name>/<other>/c")
    assert found(table, "/a" * 2000) is None
    assert found(table, "/" * 4000) is None

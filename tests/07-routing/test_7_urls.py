"""Step 7.7: the way back."""

from urllib.parse import unquote

import pytest

from bistro.converters import CONVERTERS, Converter, parse_path
from bistro.routing import Router, RoutingError, write


def router_of(**paths):
    """A router with a route for each name and path."""
    router = Router()
    for name, path in paths.items():
        router.get(path, name=name)(lambda request: None)
    return router


def test_segments_are_written():
    """`write` puts a slash before each segment, and values where the parameters are."""
    segments = parse_path("/tables/<int:table>/x-<dish>.html", CONVERTERS)
    assert write(segments, {"table": 7, "dish": "soup", "more": 1}) == "/tables/7/x-soup.html"
    assert write(parse_path("/", CONVERTERS), {}) == "/"
    assert write(parse_path("/menu/", CONVERTERS), {}) == "/menu/"


def test_text_is_quoted_as_values_are():
    """The text of a path is percent-encoded where a URL needs it, as its values are."""
    segments = parse_path("/menü du jour/<dish>/a+b@c/100%2F", CONVERTERS)
    assert write(segments, {"dish": "crème"}) == (
        "/men%C3%BC%20du%20jour/cr%C3%A8me/a+b@c/100%252F"
    )


def test_what_cannot_be_written_is_an_error():
    """`write` lets the converters' errors through."""
    segments = parse_path("/<int:table>", CONVERTERS)
    with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
        write(segments, {"table": "seven"})


def test_a_url_has_the_values():
    """`url_for` gives the path of the route with that name."""
    router = router_of(menu="/menu/", order="/tables/<int:table>/orders/<dish>")
    assert router.url_for("menu") == "/menu/"
    assert router.url_for("order", table=7, dish="soup") == "/tables/7/orders/soup"


def test_a_url_leads_back():
    """What `url_for` gives is found, with the same values."""
    router = router_of(a="/<float:x>/<path:rest>", b="/<name>-<int:number>.png")
    for name, values in [
        ("a", {"x": 0.5, "rest": "Zoë & co/?#[%]"}),
        ("b", {"name": "a-b", "number": 7}),
    ]:
        route, found = router.match("GET", unquote(router.url_for(name, **values)))
        assert (route.name, found) == (name, values)


def test_other_values_go_into_the_query():
    """Values that are no parameters become the query; None is left away, a list is repeated."""
    router = router_of(menu="/menu/<day>")
    assert router.url_for("menu", day="mon", page=2, q="a b&c") == "/menu/mon?page=2&q=a+b%26c"
    assert router.url_for("menu", day="mon", page=None) == "/menu/mon"
    assert router.url_for("menu", day="mon", tag=["new", "hot"]) == "/menu/mon?tag=new&tag=hot"
    assert router.url_for("menu", day="mon", page=0, q="") == "/menu/mon?page=0&q="


def test_none_is_no_value():
    """A parameter that is None is missing: no link leads to a page called None."""
    router = router_of(guest="/guests/<name>")
    with pytest.raises(RoutingError) as caught:
        router.url_for("guest", name=None)
    assert "/guests/<name>" in str(caught.value)
    house, table = Router(), router_of(door="/")
    house.mount("/", table, host="<table>.example")
    with pytest.raises(RoutingError):
        house.url_for("door", table=None)

    def show(request):
        return None

    router.get("/menu")(show)
    router.get("/menu/<day>")(show)
    assert router.url_for("show", day=None) == "/menu"


def test_a_parameter_may_be_called_name():
    """The route's name is given by place, so that parameters can have any name."""
    router = router_of(guest="/guests/<name>")
    assert router.url_for("guest", name="Ann") == "/guests/Ann"


def test_an_unknown_name_is_told_with_the_nearest():
    """A name that no route has is RoutingError, and the message has the one that was meant."""
    router = router_of(dishes="/dishes/", menu="/menu")
    with pytest.raises(RoutingError) as caught:
        router.url_for("dishs")
    assert "'dishs'" in str(caught.value)
    assert "'dishes'" in str(caught.value)
    with pytest.raises(RoutingError):
        Router().url_for("dishes")


def test_a_missing_parameter_is_told():
    """A parameter without a value is RoutingError, and the message says which, and of what path."""
    router = router_of(order="/tables/<int:table>/orders/<dish>")
    with pytest.raises(RoutingError) as caught:
        router.url_for("order", table=7)
    message = str(caught.value)
    assert "dish" in message.replace("<dish>", "")
    assert "/tables/<int:table>/orders/<dish>" in message
    assert "table" not in message.replace("/tables/<int:table>/orders/<dish>", "")


def test_of_several_routes_the_first_is_told():
    """Where all routes of a name want more than was given, the message is about the first."""
    router = Router()

    def show(request):
        return None

    router.get("/menu/<day>")(show)
    router.get("/card/<season>")(show)
    with pytest.raises(RoutingError) as caught:
        router.url_for("show")
    assert "/menu/<day>" in str(caught.value)
    assert "season" not in str(caught.value)


def test_a_value_that_the_route_refuses_is_told():
    """A value that the route would not take is RoutingError, with the name of the route."""

    class Broken(Converter):
        def to_text(self, value):
            raise value

    router = Router({"broken": Broken})
    router.get("/<int(max=12):table>", name="seat")(lambda request: None)
    router.get("/b/<broken:x>", name="broken")(lambda request: None)
    router.get("/f/<float:x>", name="float")(lambda request: None)
    for table in (13, "x", "", "7/8", "7?", None):
        with pytest.raises(RoutingError) as caught:
            router.url_for("seat", table=table)
        assert "seat" in str(caught.value)
    with pytest.raises(RoutingError):
        router.url_for("float", x=[])
    for mistake in (AttributeError("soup"), KeyError("soup")):
        with pytest.raises(type(mistake)):
            router.url_for("broken", x=mistake)


def test_the_route_that_uses_most_of_the_values():
    """Of several routes with the name, the one that has most of its parameters given is taken."""
    router = Router()

    def show(request):
        return None

    for path in ("/menu", "/menu/<day>", "/menu/<day>/<int:page>", "/card/<day>"):
        router.get(path)(show)
    assert router.url_for("show") == "/menu"
    assert router.url_for("show", day="mon") == "/menu/mon"
    assert router.url_for("show", page=2) == "/menu?page=2"
    assert router.url_for("show", day="mon", page=2) == "/menu/mon/2"


def test_a_mounted_route_has_its_prefix():
    """A route in a mounted router is named with the mount's name, and written with its prefix."""
    house, bar = Router(), router_of(pour="/<drink>")
    house.mount("/tables/<int:table>/bar", bar, name="bar")
    house.mount("/files", print, name="files")
    assert house.url_for("bar.pour", table=7, drink="cider") == "/tables/7/bar/cider"
    assert bar.url_for("pour", drink="cider") == "/cider"
    assert house.url_for("files", path="menu.pdf") == "/files/menu.pdf"
    with pytest.raises(RoutingError):
        house.url_for("pour", drink="cider")


def test_another_host_is_named():
    """A route for a host of its own gives a URL with that host, and its parameters filled in."""
    house, table = Router(), router_of(order="/<dish>")
    house.mount("/", table, name="table", host="<table>.bistro.example")
    assert house.url_for("table.order", table="seven", dish="soup", n=2) == (
        "//seven.bistro.example/soup?n=2"
    )
    for host in ("evil.example/", "a.b", ""):
        with pytest.raises(RoutingError):
            house.url_for("table.order", table=host, dish="soup")
    with pytest.raises(RoutingError):
        house.url_for("table.order", dish="soup")


def test_no_value_makes_a_host_of_a_path():
    """A path that begins with two slashes would be a host to a browser: RoutingError."""

    class Anything(Converter):
        pattern = ".*"
        multi = True

    router = Router({"anything": Anything})
    router.get("/<anything:rest>", name="page")(lambda request: None)
    assert router.url_for("page", rest="evil.example/x") == "/evil.example/x"
    with pytest.raises(RoutingError):
        router.url_for("page", rest="/evil.example/x")


def test_no_value_climbs():
    """A segment . or .. would be walked by the browser before it asks: RoutingError."""
    router = router_of(
        file="/files/<path:file>", guest="/guests/<name>/edit", hidden="/files/.<name>"
    )
    for value in ("..", ".", "../admin", "a/../../admin", "a/.", "./a"):
        with pytest.raises(RoutingError):
            router.url_for("file", file=value)
    for value in ("..", "."):
        with pytest.raises(RoutingError):
            router.url_for("guest", name=value)
    with pytest.raises(RoutingError):
        router.url_for("hidden", name=".")
    assert router.url_for("hidden", name="..") == "/files/..."
    assert router.url_for("file", file="a/.b/c..d/...") == "/files/a/.b/c..d/..."
    assert router.url_for("guest", name="...", q="../..") == "/guests/.../edit?q=..%2F.."

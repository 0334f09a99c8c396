"""Step 7.6: routes beside routes, and routers in routers."""

import pytest

from bistro.errors import HTTPError
from bistro.routing import Router, RoutingError, SlashMissing


def handler(name):
    """A handler that is called `name`."""

    def answer(request):
        return name

    answer.__name__ = name
    return answer


def register(router, path, name, methods=("GET",)):
    """Register a handler called `name`; the route."""
    router.route(path, methods)(handler(name))
    return router.own_routes[-1]


def refused(register, *arguments):
    """The message with which a registration is refused."""
    with pytest.raises(RoutingError) as caught:
        register(*arguments)
    return str(caught.value)


def test_a_route_that_stands_alone_is_taken():
    """What is registered is found; another path, or another method, can stand beside it."""
    router = Router()
    register(router, "/menu", "menu")
    register(router, "/menu", "change", ["POST", "PUT"])
    register(router, "/menu/", "menus")
    register(router, "/<name>", "any")
    register(router, "/<int:name>", "number")
    found = [
        router.match(method, path)[0].name
        for method, path in [
            ("GET", "/menu"), ("PUT", "/menu"), ("GET", "/menu/"), ("GET", "/x"), ("GET", "/7"),
        ]
    ]  # fmt: skip
    assert found == ["menu", "change", "menus", "any", "number"]


def test_the_same_path_again_is_refused():
    """A second route for the same path and method is refused, and the first stays."""
    router = Router()
    register(router, "/menu", "first")
    refused(register, router, "/menu", "second")
    refused(register, router, "/menu", "third", ["POST", "GET"])
    assert router.match("GET", "/menu")[0].name == "first"
    with pytest.raises(HTTPError):
        router.match("POST", "/menu")
    register(router, "/menu", "change", ["PUT", "POST"])
    refused(register, router, "/menu", "fourth", ["POST"])
    refused(register, router, "/menu", "fifth", ["PUT"])


def test_the_same_path_under_other_names_is_refused():
    """Paths that differ only in the names of their parameters are the same."""
    router = Router()
    register(router, "/dishes/<int:id>/x-<name>", "first")
    refused(register, router, "/dishes/<int:number>/x-<str:dish>", "second")
    register(router, "/dishes/<int(min=1):id>/x-<name>", "third")


def test_both_places_are_told():
    """The message names both paths, and file and line of both registrations."""
    router = Router()
    first = register(router, "/dishes/<int:id>", "first")
    router.post("/dishes/<int:number>")(handler("second"))
    message = refused(router.get("/dishes/<int:key>"), handler("third"))
    assert "/dishes/<int:id>" in message
    assert "/dishes/<int:key>" in message
    assert "/dishes/<int:number>" not in message
    assert first.where in message
    assert message.count("test_6_conflicts.py:") == 2


def test_a_name_is_for_one_handler():
    """A second handler of the same name on another path is refused: which one would a URL mean?"""
    router = Router()
    first = register(router, "/menu", "show")
    message = refused(register, router, "/bill", "show")
    assert first.where in message
    assert "show" in message
    assert message.count("test_6_conflicts.py:") == 2
    assert "/menu" in message
    assert "/bill" in message
    router.get("/bill", name="show_bill")(handler("show"))
    with pytest.raises(HTTPError):
        router.match("POST", "/bill")


def test_a_name_may_be_used_again_where_it_is_clear():
    """One handler may have several paths, and one path several handlers of the same name."""
    router = Router()
    show = handler("show")
    router.get("/menu")(show)
    router.get("/menu/<day>")(show)
    register(router, "/bill", "bill")
    register(router, "/bill", "bill", ["POST"])
    assert router.match("GET", "/menu/monday")[0].handler is show
    assert [route.name for route in router.routes()] == ["show", "show", "bill", "bill"]


def test_a_name_is_compared_with_all_that_have_it():
    """Where several routes have the name, each of them may be the one that forbids it."""
    router = Router()
    shows = [handler("show"), handler("show"), handler("show")]
    for show, method in zip(shows, ("GET", "POST", "PUT"), strict=True):
        router.route("/menu", [method])(show)
    for show in shows:
        refused(router.get("/bill"), show)


def test_a_refused_route_leaves_no_trace():
    """After a refusal everything is as it was: its methods and its name are free."""
    router = Router()
    register(router, "/menu", "menu")
    refused(register, router, "/menu", "other", ["PUT", "GET"])
    assert list(router.names) == ["menu"]
    assert [method for _, method in router.shapes] == ["GET"]
    register(router, "/menu", "free", ["PUT"])
    register(router, "/elsewhere", "other")
    assert [route.name for route in router.routes()] == ["menu", "free", "other"]


def test_a_router_is_mounted():
    """The routes of a mounted router have its prefix before their paths, its name before theirs."""
    house, bar = Router(), Router()
    route = register(bar, "/<drink>", "pour", ["POST"])
    house.mount("/tables/<int:table>/bar/", bar, name="bar")
    found, values = house.match("POST", "/tables/7/bar/cider")
    assert (found.name, found.path) == ("bar.pour", "/tables/<int:table>/bar/<drink>")
    assert values == {"table": 7, "drink": "cider"}
    assert found.methods == ("POST",)
    assert found.handler is route.handler
    assert found.where == route.where
    assert found.routers == (house, bar)
    assert not found.is_mount
    assert bar.match("POST", "/cider")[0].name == "pour"


def test_a_mount_without_a_name_changes_no_names():
    """Without a name the routes keep theirs, and with the prefix / their paths, too."""
    house, bar = Router(), Router()
    register(bar, "/cider", "cider")
    register(bar, "/", "counter")
    house.mount("/", bar)
    assert house.match("GET", "/cider")[0].name == "cider"
    assert house.match("GET", "/")[0].path == "/"
    other = Router()
    other.mount("/bar", bar)
    assert other.match("GET", "/bar/")[0].name == "counter"
    with pytest.raises(SlashMissing):
        other.match("GET", "/bar")


def test_routers_are_mounted_in_each_other():
    """Prefixes, names and routers add up, the outermost first; so do applications in them."""
    house, bar, cellar = Router(), Router(), Router()
    register(cellar, "/<int:year>", "wine")
    cellar.mount("/files", print, name="files")
    bar.mount("/cellar", cellar, name="cellar")
    house.mount("/bar", bar, name="bar")
    found, values = house.match("GET", "/bar/cellar/1982")
    assert (found.name, values) == ("bar.cellar.wine", {"year": 1982})
    assert found.routers == (house, bar, cellar)
    found, values = house.match("GET", "/bar/cellar/files/a/b")
    assert (found.name, found.is_mount, values) == ("bar.cellar.files", True, {"path": "a/b"})


def test_what_comes_after_the_mount_is_there_too():
    """A route that is registered in a mounted router later is found from outside, also by name."""
    house, bar, cellar = Router(), Router(), Router()
    house.mount("/bar", bar, name="bar")
    bar.mount("/cellar", cellar)
    with pytest.raises(HTTPError):
        house.match("GET", "/bar/cellar/wine")
    register(cellar, "/wine", "wine")
    assert house.match("GET", "/bar/cellar/wine")[0].name == "bar.wine"
    assert [route.name for route in house.names["bar.wine"]] == ["bar.wine"]


def test_a_claim_of_nothing_has_all_compiled_again():
    """The tables here and above are None after `claim`, even if there are no routes in it."""
    house, bar = Router(), Router()
    register(bar, "/cider", "cider")
    house.mount("/bar", bar)
    house.match("GET", "/bar/cider")
    bar.match("GET", "/cider")
    bar.claim([])
    assert (bar.table, house.table) == (None, None)
    assert house.match("GET", "/bar/cider")[0].name == "cider"


def test_mounted_routes_conflict_too():
    """What is mounted stands beside all else, and is refused, in either order."""
    house, bar = Router(), Router()
    register(bar, "/cider", "cider")
    register(house, "/bar/<drink>", "drink")
    house.mount("/bar", bar)
    message = refused(register, house, "/bar/cider", "other")
    assert "/bar/cider" in message
    assert refused(register, bar, "/<name>", "late").count("test_6_conflicts.py:") == 2
    second = Router()
    register(second, "/cider", "cider2")
    refused(house.mount, "/bar", second)


def test_a_name_is_taken_from_inside_as_well():
    """A mounted router's names are those that it has outside."""
    house, bar = Router(), Router()
    register(bar, "/", "menu")
    register(house, "/", "menu")
    refused(house.mount, "/bar", bar)
    house.mount("/bar", bar, name="bar")
    refused(register, house, "/other", "bar.menu")


def test_a_conflict_in_one_router_changes_none():
    """A router is mounted in two others; what one of them refuses is not in the other either."""
    first, second, bar = Router(), Router(), Router()
    first.mount("/bar", bar)
    second.mount("/bar", bar)
    register(second, "/bar/cider", "taken")
    refused(register, bar, "/cider", "cider")
    assert list(bar.routes()) == []
    assert [list(router.names) for router in (bar, first, second)] == [[], [], ["taken"]]
    register(first, "/bar/cider", "cider")
    register(bar, "/perry", "perry")
    assert first.match("GET", "/bar/perry")[0].name == "perry"
    assert second.match("GET", "/bar/perry")[0].name == "perry"


def test_a_host_makes_another_path():
    """Routes for a host of their own stand beside the same paths for all hosts."""
    house, kitchen = Router(), Router()
    register(house, "/", "door")
    register(kitchen, "/", "stove")
    house.mount("/", kitchen, host="kitchen.example")
    assert house.match("GET", "/", "kitchen.example")[0].name == "stove"
    assert house.match("GET", "/", "kitchen.example")[0].host == "kitchen.example"
    assert house.match("GET", "/", "bistro.example")[0].name == "door"
    outer = Router()
    outer.mount("/", house, host="bistro.example")
    assert outer.match("GET", "/", "kitchen.example")[0].name == "stove"
    assert outer.match("GET", "/", "bistro.example")[0].name == "door"


def test_a_parameter_of_the_prefix_has_its_own_name():
    """A prefix and a path behind it that use the same name are refused at the mount."""
    house, bar = Router(), Router()
    register(bar, "/<int:id>", "drink")
    refused(house.mount, "/bars/<id>", bar)

"""Routing beyond the course: beside Werkzeug on random routes and paths; hosts, mounts, its cost.

The shared syntax is compared with `merge_slashes=False`, and without what is meant to differ: the
digits of other scripts, a converter that refuses after its pattern has matched (here the next route
gets its chance), and which of two converters of equal weight comes first there.
"""

from __future__ import annotations

import re
import string
import uuid
from contextlib import suppress
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from webtest import TestApp
from werkzeug.exceptions import MethodNotAllowed as TheirMethodNotAllowed
from werkzeug.exceptions import NotFound
from werkzeug.routing import BuildError, Map, RequestRedirect, Rule, UnicodeConverter

from bistro import routing
from bistro.converters import CONVERTERS, Converter, Pattern, parse_path
from bistro.errors import HTTPError
from bistro.routing import MethodNotAllowed, Router, RoutingError, SlashMissing

METHODS = ("GET", "POST", "PUT", "DELETE")

# Segments of rules, made so that the two agree on which goes first: of converters that take the
# same text, the one that is narrower here was registered first there (see `in_order`).
TEXTS = st.sampled_from(["a", "b", "dish", "x-y", "menü", "5", "1.5", "a+b"])
SINGLE = st.sampled_from(
    "str|string|int|float|uuid|any(a,dish)|int(signed=True)|string(length=2)|"
    "string(minlength=2,maxlength=4)|".split("|")
)
MIXED = st.sampled_from(["x-{int}", "{str}.html", "{int}-{str}", "dish-{int}.png", "{float}kg"])


@st.composite
def rules(draw):
    """A rule's path as both understand it, with its parameters' names p0, p1 and so on."""
    count = 0
    segments = []
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from("ttspm"))
        if kind == "t":
            segments.append(draw(TEXTS))
        elif kind == "s":
            converter = draw(SINGLE)
            segments.append(f"<{converter}:p{count}>" if converter else f"<p{count}>")
            count += 1
        elif kind == "m":
            mixed = draw(MIXED)
            for name in re.findall(r"\{(\w+)\}", mixed):
                mixed = mixed.replace(f"{{{name}}}", f"<{name}:p{count}>", 1)
                count += 1
            segments.append(mixed)
        elif not segments or "<" not in "".join(segments):
            segments.append(f"<path:p{count}>")
            if draw(st.booleans()):
                segments.append("end")
            break
    return "/" + "/".join(segments) + ("/" if segments and draw(st.booleans()) else "")


def paths():
    segment = st.sampled_from(
        "a|b|dish|x-y|x-5|menü|5|-5|1.5|1.2.3|007|a+b|end||soup.html|5-soup|dish-7.png|0.5kg|5\n|"
        "\u0665| |a.b.html|1.5-x|ab|0b3dd6f8-3a4e-4bb4-8e3f-7a3c0ff8e6f1|"
        "0B3DD6F8-3A4E-4BB4-8E3F-7A3C0FF8E6F1".split("|")
    )
    text = st.text(string.ascii_lowercase + string.digits + "-./", max_size=6)
    return st.lists(segment | text, max_size=5).map(lambda segments: "/" + "/".join(segments))


def in_order(found):
    """The rules so that Werkzeug, which goes by registration among equals, goes by our order."""

    def key(entry):
        segments = parse_path(entry[0], CONVERTERS)
        return [Pattern([segment]).order for segment in segments]

    return sorted(found, key=key)


def both(found):
    """A router of ours and a map of theirs with the same rules, of those that ours takes."""
    router = Router()
    theirs = Map(converters={"str": UnicodeConverter}, merge_slashes=False)
    for path, methods in in_order(found):
        try:
            router.route(path, methods, name=f"{path} {methods}")(lambda: None)
        except RoutingError as error:
            assert "is answered already" in str(error)  # noqa: PT017
            continue
        theirs.add(Rule(path, methods=methods, endpoint=f"{path} {methods}"))
    return router, theirs.bind("bistro.example")


def ours(router, method, path):
    try:
        route, values = router.match(method, path)
    except MethodNotAllowed as error:
        return "405", set(error.allowed) - {"OPTIONS"}
    except SlashMissing:
        return "308", path + "/"
    except HTTPError as error:
        return str(error.status), None
    return route.name, values


def theirs_of(adapter, method, path):
    try:
        endpoint, values = adapter.match(path, method)
    except TheirMethodNotAllowed as error:
        return "405", set(error.valid_methods)
    except RequestRedirect as error:
        assert error.code == 308  # noqa: PT017
        return "308", path + "/"
    except NotFound:
        return "404", None
    return endpoint, values


ROUTES = st.lists(
    st.tuples(rules(), st.lists(st.sampled_from(METHODS), min_size=1, max_size=2, unique=True)),
    min_size=1,
    max_size=8,
)


def is_meant_to_differ(path):
    """Whether there is a digit of another script, or more than one slash at either end.

    `\\d` there takes the digits; all but one of the slashes are dropped before it matches; and what
    stands before a route's last slash can't end in another one.
    """
    foreign = any(character.isdigit() and not character.isascii() for character in path)
    return foreign or path.startswith("//") or path.endswith("//")


@settings(max_examples=500, deadline=None)
@given(ROUTES, st.lists(paths(), min_size=1, max_size=12), st.sampled_from(("HEAD", *METHODS)))
@example([("/<int:p0>", ["GET"]), ("/<p0>", ["POST"])], ["/5", "/a", "/5\n"], "POST")
@example([("/a/", ["GET"]), ("/a", ["POST"])], ["/a", "/a/"], "GET")
@example([("/<path:p0>", ["GET"]), ("/a/<int:p0>", ["GET"])], ["/a/b", "/a/5", "/a//", "//"], "GET")
@example([("/<path:p0>/", ["GET"])], ["/a", "/a/", "/a/b", "//evil", "//"], "GET")
def test_what_is_found_is_what_werkzeug_finds(found, asked, method):
    router, adapter = both(found)
    for path in asked:
        if is_meant_to_differ(path):
            assert not path.startswith("//") or ours(router, method, path)[0] != "308"
            continue
        assert ours(router, method, path) == theirs_of(adapter, method, path), (path, found)


VALUES = {
    "str": st.text(min_size=1).filter(lambda text: "/" not in text),
    "int": st.integers(0),
    "float": st.floats(0, 1e15).filter(lambda number: "e" not in str(number)),
    "path": st.text(min_size=1).filter(lambda text: text[0] != "/" and "\n" not in text),
    "uuid": st.uuids(),
    "any(a,dish)": st.sampled_from(["a", "dish"]),
}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_urls_are_built_as_werkzeug_builds_them_and_lead_back(data):
    kinds = data.draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=3))
    kinds.sort(key=lambda kind: kind == "path")  # one path, at the end
    while kinds.count("path") > 1:
        kinds.remove("path")
    path = "/" + "/".join(f"x/<{kind}:p{number}>" for number, kind in enumerate(kinds))
    values = {f"p{number}": data.draw(VALUES[kind]) for number, kind in enumerate(kinds)}
    router = Router()
    router.get(path, name="route")(lambda: None)
    theirs = Map([Rule(path, endpoint="route")], converters={"str": UnicodeConverter})
    adapter = theirs.bind("bistro.example")
    try:
        url = router.url_for("route", **values)
    except RoutingError as error:
        segments = "/".join(map(str, values.values())).split("/")
        told = "would lead elsewhere" in str(error) and {".", ".."} & set(segments)
        surrogate = re.search("[\ud800-\udfff]", "".join(map(str, values.values())))
        assert told or surrogate, error  # noqa: PT017
        return
    assert unquote(url) == unquote(adapter.build("route", values))
    assert re.fullmatch(r"(?:/[A-Za-z0-9\-._~!$&'()*+,;=:@%]*)+", url)  # RFC 3986 section 3.3
    assert router.match("GET", unquote(url))[1] == values


@pytest.mark.parametrize("value", ["", "a/b", None, object, "\u0665", -1, 1.5, "5\n"])
def test_a_value_that_would_not_come_back_is_no_url(value):
    router = Router()
    router.get("/<int:id>", name="route")(lambda: None)
    with pytest.raises(RoutingError):
        router.url_for("route", id=value)


def test_werkzeug_refuses_names_that_we_refuse():
    router = Router()
    with pytest.raises(RoutingError, match="no route is called 'nowhere'"):
        router.url_for("nowhere")
    with pytest.raises(BuildError):
        Map([]).bind("a").build("nowhere")


@pytest.mark.parametrize(
    "path",
    "a||//a|/<|/>|/<a|/a>|/<1a>|/<a-b>|/<int:>|/<:a>|/<nosuch:a>|/<a>/<a>|/<int(x=1):a>|"
    "/<int(min=):a>|/<any():a>|/<any(a-b):a>|/<<a>>|/<int(min=1:a>|/<str(length=x):a>|"
    "/<any(a)(b):a>|/<int(**{}):a>".split("|"),
)
def test_a_path_that_is_none_is_refused_when_it_is_registered(path):
    with pytest.raises(RoutingError):
        Router().get(path)


# Routers in routers


def app_of(name):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{name} {environ['SCRIPT_NAME']}|{environ['PATH_INFO']}".encode()]

    return app


def nested():
    """Three routers, each in the one before, and applications at two depths."""
    house, bar, cellar = Router(), Router(), Router()
    house.get("/", name="door")(lambda: None)
    bar.get("/", name="counter")(lambda: None)
    bar.get("/<drink>", name="drink")(lambda: None)
    cellar.get("/<int:year>", name="wine")(lambda: None)
    bar.mount("/cellar/<side>", cellar, name="cellar")
    house.mount("/bar", bar, name="bar")
    house.mount("/files", app_of("files"))
    cellar.mount("/files", app_of("deep"))
    return house, bar, cellar


def test_routers_are_found_at_any_depth():
    house, bar, cellar = nested()
    route, values = house.match("GET", "/bar/cellar/left/1982")
    assert (route.name, values) == ("bar.cellar.wine", {"side": "left", "year": 1982})
    assert route.routers == (house, bar, cellar)
    assert bar.match("GET", "/cellar/left/1982")[0].name == "cellar.wine"
    assert cellar.match("GET", "/1982")[0].name == "wine"
    assert house.url_for("bar.cellar.wine", side="left", year=1982) == "/bar/cellar/left/1982"
    assert bar.url_for("cellar.wine", side="left", year=1982) == "/cellar/left/1982"
    with pytest.raises(SlashMissing):
        house.match("GET", "/bar")


def test_what_is_registered_after_the_mount_is_there():
    house, _, cellar = nested()
    assert house.match("GET", "/bar/cellar/left/1982")
    cellar.post("/<int:year>", name="drink_it")(lambda: None)
    assert house.match("POST", "/bar/cellar/left/1982")[0].name == "bar.cellar.drink_it"
    with pytest.raises(RoutingError, match="is answered already"):
        house.get("/bar/cellar/<where>/<int:when>", name="other")(lambda: None)


def test_what_conflicts_somewhere_changes_nothing_anywhere():
    inner, first, second = Router(), Router(), Router()
    first.mount("/in", inner)
    second.mount("/in", inner)
    second.get("/in/a", name="taken")(lambda: None)
    with pytest.raises(RoutingError, match=r"GET /in/a at .*test_routing.py:[0-9]+ is answered"):
        inner.get("/a", name="a")(lambda: None)
    assert [route.name for route in first.routes()] == []
    first.get("/in/a", name="free")(lambda: None)
    inner.get("/b", name="a")(lambda: None)
    assert first.url_for("a") == "/in/b"


def test_a_class_of_handlers_says_its_methods():
    class Dish:
        methods = ("GET", "PUT")

    router = Router()
    router.route("/<int:id>")(Dish)
    router.route("/only", ["POST"])(Dish)
    assert router.match("PUT", "/5")[0].handler is Dish
    with pytest.raises(MethodNotAllowed):
        router.match("GET", "/only")


@pytest.mark.parametrize("methods", [[], "", ["GET POST"], ["G\u00cbT"], [""], ["GET", "a,b"]])
def test_what_is_no_method_is_refused(methods):
    with pytest.raises(RoutingError, match="not methods"):
        Router().route("/", methods)(print)


def test_middleware_makes_everybody_compile_again():
    house, bar, _ = nested()
    house.match("GET", "/")
    bar.middleware(lambda request, following: following(request))
    assert house.table is None


def test_a_router_cannot_be_in_itself():
    house, _, cellar = nested()
    for router in (cellar, house):
        with pytest.raises(RoutingError, match="in itself"):
            cellar.mount("/again", router)


def test_an_application_gets_what_follows_the_prefix():
    house, _, _ = nested()
    for path, rest in [("/files", ""), ("/files/", ""), ("/files/a//b/", "a//b/")]:
        route, values = house.match("DELETE", path)
        assert route.is_mount
        assert values == {"path": rest}
    assert house.match("GET", "/bar/cellar/left/files/x")[1] == {"side": "left", "path": "x"}
    with pytest.raises(HTTPError):
        house.match("GET", "/filesystem")


def test_a_mounted_application_and_script_name():
    """What an application does with a match: the prefix goes from PATH_INFO to SCRIPT_NAME."""
    house, _, _ = nested()

    def application(environ, start_response):
        path = environ["PATH_INFO"]
        route, _ = house.match(environ["REQUEST_METHOD"], path)
        cut = "/".join(path.split("/")[: route.path.count("/")])
        inner = {
            **environ,
            "SCRIPT_NAME": environ["SCRIPT_NAME"] + cut,
            "PATH_INFO": path[len(cut) :],
        }
        return route.handler(inner, start_response)

    client = TestApp(application)
    assert client.get("/files/a/b").text == "files /files|/a/b"
    assert client.get("/bar/cellar/left/files/").text == "deep /bar/cellar/left/files|/"
    client = TestApp(application, extra_environ={"SCRIPT_NAME": "/app"})
    assert client.get("/files/a").text == "files /app/files|/a"


def test_the_routers_that_a_path_lies_in():
    house, bar, cellar = nested()
    assert house.routers_at("/nowhere") == (house,)
    assert house.routers_at("/bar/nowhere/at/all") == (house, bar)
    assert house.routers_at("/bar/cellar/left/x/y") == (house, bar, cellar)
    assert house.routers_at("/barn") == (house,)
    assert house.routers_at("/bar\n") == (house,)


# Hosts


def hosts():
    house, kitchen, tables = Router(), Router(), Router()
    house.get("/", name="door")(lambda: None)
    house.get("/only-here", name="here")(lambda: None)
    kitchen.get("/", name="stove")(lambda: None)
    tables.get("/<int:dish>", name="dish")(lambda: None)
    house.mount("/", tables, name="table", host="<table>.bistro.example")
    house.mount("/", kitchen, name="kitchen", host="kitchen.bistro.example")
    return house, kitchen, tables


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("kitchen.bistro.example", "/", "kitchen.stove"),
        ("KITCHEN.bistro.example:8000", "/", "kitchen.stove"),
        ("kitchen.bistro.example", "/only-here", "here"),
        ("kitchen.bistro.example", "/7", "table.dish"),
        ("four.bistro.example", "/7", "table.dish"),
        ("four.bistro.example", "/", "door"),
        ("bistro.example", "/", "door"),
        ("a.b.bistro.example", "/", "door"),
        ("kitchenXbistro.example", "/", "door"),
        ("", "/", "door"),
    ],
)
def test_a_host_decides(host, path, name):
    house, _, _ = hosts()
    assert house.match("GET", path, host)[0].name == name


def test_hosts_have_parameters_and_urls():
    house, _, tables = hosts()
    assert house.match("GET", "/7", "four.bistro.example")[1] == {"table": "four", "dish": 7}
    assert house.url_for("table.dish", table="four", dish=7) == "//four.bistro.example/7"
    assert house.url_for("kitchen.stove", hot=1) == "//kitchen.bistro.example/?hot=1"
    for table in ("evil.example/", "a.b", "", "ä", "A"):
        with pytest.raises(RoutingError, match="not a host"):
            house.url_for("table.dish", table=table, dish=7)
    with pytest.raises(RoutingError, match="needs table"):
        house.url_for("table.dish", dish=7)
    assert house.routers_at("/7", "four.bistro.example") == (house, tables)
    assert house.routers_at("/7", "bistro.example") == (house,)
    with pytest.raises(MethodNotAllowed):
        house.match("POST", "/", "kitchen.bistro.example")


@pytest.mark.parametrize(
    "host", ["Kitchen.example", "a b", "a/b", "<a", "a..b", ".", "a:80", "<A>"]
)
def test_what_is_no_host_is_refused(host):
    with pytest.raises(RoutingError, match="not a host"):
        Router().mount("/", Router(), host=host)


def test_a_name_of_host_and_path_is_refused():
    inner = Router()
    inner.get("/<id>", name="a")(lambda: None)
    with pytest.raises(RoutingError, match="two parameters of the same name"):
        Router().mount("/", inner, host="<id>.example")


# Its cost


def visits(count, path, monkeypatch):
    """How many places of the trie, and patterns, one match looks at among `count` groups."""
    router = Router()
    for number in range(count):
        router.get(f"/section{number}/<int:id>/edit", name=f"a{number}")(lambda: None)
        router.get(f"/<name>/page{number}/<path:rest>", name=f"b{number}")(lambda: None)
    router.compile()
    seen = []
    below = routing.find_below

    def counted(*arguments):
        seen.append(arguments)
        return below(*arguments)

    monkeypatch.setattr(routing, "find_below", counted)
    with suppress(HTTPError):
        router.match("GET", path)
    monkeypatch.undo()
    return len(seen)


@pytest.mark.parametrize(
    "path", ["/section5/7/edit", "/x/page9/a/b/c", "/section5/7/none", "/" * 99]
)
def test_matching_does_not_grow_with_the_number_of_routes(path, monkeypatch):
    few = visits(10, path, monkeypatch)
    assert 0 < few < 10
    assert visits(1000, path, monkeypatch) == few


def test_patterns_are_not_tried_on_long_segments():
    """`<a>-<b>-<c>.png` on four thousand dashes would take minutes."""
    router = Router()
    router.get("/<a>-<b>-<c>.png")(lambda: None)
    router.get("/t/<path:p>/<a>-<b>-<c>.png", name="tail")(lambda: None)
    for path in ("/" + "-" * 4000, "/t/x/" + "-" * 4000):
        with pytest.raises(HTTPError, match="404"):
            router.match("GET", path)
    assert router.match("GET", "/" + "a" * 247 + "-b-c.png")
    assert router.match("GET", "/t/" + "long/" * 300 + "a-b-c.png")


def test_converters_with_the_same_name_are_two():
    def make(word):
        class Word(Converter):
            pattern = word

        return Word

    first, second, house = Router({"w": make("a")}), Router({"w": make("b")}), Router()
    first.get("/<w:x>", name="first")(lambda: None)
    second.get("/<w:x>", name="second")(lambda: None)
    house.mount("/in", first)
    house.mount("/in", second)
    assert house.match("GET", "/in/a")[0].name == "first"
    assert house.match("GET", "/in/b")[0].name == "second"


def test_uuid_values_are_uuids():
    router = Router()
    router.get("/<uuid:key>", name="key")(lambda: None)
    key = uuid.uuid4()
    assert router.match("GET", router.url_for("key", key=key))[1] == {"key": key}

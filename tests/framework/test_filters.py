"""Filters, tests and escaping beyond the course: beside Jinja and MarkupSafe, row by row.

A row is given to Jinja's filter and to ours. `Safe` and `MISSING` in it stand for Markup and for an
undefined value of the side that gets it. Compared are values and types, with Markup told from text,
and whether it is an error at all.
"""

from __future__ import annotations

import inspect
import re
import time
from collections import OrderedDict
from decimal import Decimal
from types import SimpleNamespace

import jinja2
import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.filters import FILTERS as THEIR_FILTERS
from jinja2.nodes import EvalContext
from jinja2.tests import TESTS as THEIR_TESTS

from bistro.templates.checks import TESTS
from bistro.templates.errors import SecurityError, UndefinedError
from bistro.templates.escape import Markup, escape, text
from bistro.templates.filters import FILTERS, FilterError, pass_context
from bistro.templates.undefined import StrictUndefined, Undefined

# ---- The two sides -------------------------------------------------------------------------------


class Safe(str):
    """In a row: Markup with this text, of the side that gets it."""

    def __repr__(self):
        return f"Safe({str(self)!r})"


class Missing:
    """In a row: an undefined value."""

    def __repr__(self):
        return "MISSING"


MISSING = Missing()


def given_to(value, markup, undefined):
    """Return the row's value with one side's Markup and undefined in it."""
    if isinstance(value, Safe):
        return markup(str(value))
    if value is MISSING:
        return undefined
    if type(value) in (list, tuple):
        return type(value)(given_to(one, markup, undefined) for one in value)
    if type(value) is dict:
        return {key: given_to(one, markup, undefined) for key, one in value.items()}
    return value


def seen(value):
    """Return what may be compared: iterators read, Markup and undefined values made equal."""
    if isinstance(value, (Markup, markupsafe.Markup)):
        return ("Markup", str(value))
    if isinstance(value, (Undefined, jinja2.Undefined)):
        return "undefined"
    if isinstance(value, dict):
        return {key: seen(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return ("tuple", *map(seen, value))
    if isinstance(value, list):
        return list(map(seen, value))
    if hasattr(value, "__next__"):
        return ("iterator", *map(seen, value))
    return (type(value).__name__, repr(value))


def outcome(call):
    """Return what `call` gives, or that it is an error."""
    try:
        return seen(call())
    except Exception:  # noqa: BLE001
        return "error"


def of_jinja(kind, row, autoescape, undefined=jinja2.Undefined):
    """Call Jinja's filter or test with a row."""
    environment = jinja2.Environment(autoescape=autoescape, undefined=undefined)
    name, value, args, kwargs = given_to(row, markupsafe.Markup, undefined(name="x"))
    call = environment.call_filter if kind == "filter" else environment.call_test
    context = environment.from_string("").new_context()
    return call(name, value, args, kwargs, context=context, eval_ctx=EvalContext(environment))


def ours(kind, row, autoescape, undefined=Undefined):
    """Call our filter or test with a row, with what it asks for in front."""
    environment = SimpleNamespace(
        filters=FILTERS, tests=TESTS, undefined=undefined, autoescape=autoescape
    )
    name, value, args, kwargs = given_to(row, Markup, undefined("x"))
    function = (FILTERS if kind == "filter" else TESTS)[name]
    front = {None: [], "environment": [environment], "autoescape": [autoescape]}
    passes = getattr(function, "passes", None)
    return function(*front[passes], value, *args, **kwargs)


def plain(name, value, *args, **kwargs):
    """Call our filter where output is escaped."""
    return ours("filter", (name, value, args, kwargs), True)


# ---- What the rows speak of ----------------------------------------------------------------------


class Dish:
    """A dish with attributes, nested ones and one that must stay out of reach."""

    def __init__(self, name, price, tags=(), kitchen=None):
        self.name = name
        self.price = price
        self.tags = list(tags)
        self.kitchen = kitchen
        self._secret = "recipe"

    def __repr__(self):
        return f"Dish({self.name})"


class Icon:
    """Something that knows its own HTML."""

    def __html__(self):
        return "<i>&amp;</i>"

    def __repr__(self):
        return "Icon()"


class Named(dict):
    """A dict with an attribute, to tell the two."""

    size = "attribute"


ROMA = {"city": "Roma", "chefs": ["Ada", "Bo"]}
OSLO = {"city": "Oslo", "chefs": []}
DISHES = [
    Dish("soup", 5, ["hot"], ROMA),
    Dish("Salad", 7, ["cold", "green"], OSLO),
    Dish("bread", 2, [], ROMA),
    Dish("Soup", 6, ["hot"], OSLO),
]
ROWS = [
    {"name": "b", "price": 3, "city": "Oslo"},
    {"name": "A", "price": 1, "city": "roma"},
    {"name": "a", "price": 2, "city": "Roma"},
]
GAPS = [{"city": "Oslo"}, {}, {"city": None}]
LINKS = """see http://example.com/a?b=1&c=2, (https://example.org/x_(y)). www.example.net: or
bistro.com mail ada@example.com mailto:bo@example.org <ftp://files.example> http://127.0.0.1:8000/
"https://xn--bcher-kva.example" @nobody a@b http://[::1]/x http:// ((www.a.b)) &lt;http://c.de&gt;"""


def case(name, value, *args, **kwargs):
    """Return a row, with a name made of what it calls."""
    inside = [repr(one) for one in args] + [f"{key}={one!r}" for key, one in kwargs.items()]
    value_shown = re.sub(" at 0x[0-9a-f]+", "", repr(value))
    shown = f"{value_shown:.40}|{name}({', '.join(inside)})"
    return pytest.param((name, value, args, kwargs), id=shown)


TEXT_ROWS = [
    case(name, value, *args)
    for name, *args in [
        ["upper"], ["lower"], ["capitalize"], ["title"], ["trim"], ["trim", "<x"], ["string"],
        ["wordcount"], ["length"], ["count"], ["center", 20], ["striptags"], ["forceescape"],
        ["escape"], ["e"], ["safe"], ["reverse"], ["list"], ["first"], ["last"], ["indent"],
        ["truncate", 8], ["truncate", 8, True], ["wordwrap", 9], ["urlize"], ["urlencode"],
        ["replace", "o", "<"], ["pprint"], ["float"], ["int"], ["tojson"],
    ]
    for value in ["", "foo bar", " don't <b>panic</b> x&y-z\n", Safe("<b>bo'ld</b> &amp;"), MISSING]
]  # fmt: skip

FILTER_ROWS = [
    # Text
    case("title", "o'neil's foo-bar (baz) [x] {y} <z> 1st ÉTÉ"),
    case("title", 42),
    case("capitalize", Safe("<B>X</B>")),
    case("upper", None),
    case("upper", Icon()),
    case("string", Icon()),
    case("string", 1.5),
    case("trim", "xxaxx", chars="x"),
    case("trim", 12),
    case("center", "x"),
    case("center", 5, width=4),
    case("replace", "aaaa", "a", "b", 2),
    case("replace", "aaaa", "a", "b", count=0),
    case("replace", 1234, 2, 3),
    case("replace", "a<b", "<", Safe("<br>")),
    case("replace", "a<b", Safe("<"), "x"),
    case("replace", "a<b", Safe("&lt;"), "<"),
    case("replace", Safe("a<b"), "<", ">"),
    case("replace", Safe("a<b"), "<", Safe("<hr>")),
    case("replace", Icon(), "i", Safe("<b>")),
    case("replace", "a", "a", None),
    case("format", "%s and %s", "a", "<b>"),
    case("format", Safe("%s and %s"), "a", "<b>"),
    case("format", Safe("%(x)s %(y)d %(z)r"), x="<", y=3, z="'"),
    case("format", "%(x)05.1f", x=2.25),
    case("format", Safe("%.2f %i %x"), 1.5, 2.5, 3),
    case("format", "%s"),
    case("format", "%s %s", 1),
    case("format", "%s %(x)s", 1, x=2),
    case("format", "none"),
    case("truncate", "foo bar baz qux", 9),
    case("truncate", "foo bar baz qux", 9, True),
    case("truncate", "foo bar baz qux", 11),
    case("truncate", "foo bar baz qux", 11, False, "...", 0),
    case("truncate", "foo bar baz qux", length=9, leeway=0, end="<!>"),
    case("truncate", "foo bar baz qux", 9, True, Safe("&hellip;"), 0),
    case("truncate", Safe("foo bar baz qux"), 9, leeway=0, end="<"),
    case("truncate", "x" * 300),
    case("truncate", "x" * 260),
    case("truncate", "foo", 2),
    case("truncate", "foo bar", 3, leeway=-1),
    case("truncate", "foo bar", 0, end="", leeway=0),
    case("truncate", "foo bar", 3, True, "", 0),
    case("truncate", [1, 2, 3], 255),
    case("truncate", 5),
    case("indent", "a\n\nb\n"),
    case("indent", "a\n\nb\n", 2, True),
    case("indent", "a\n\nb\n", 2, True, True),
    case("indent", "a\n\nb", "> ", blank=True),
    case("indent", "\n\n", first=True),
    case("indent", Safe("a\n<b>\r\nc"), ">", True),
    case("indent", "a\x0bb\u2028c", 1),
    case("indent", 5),
    case("wordwrap", "the quick brown-ish fox", 9),
    case("wordwrap", "the quick brown-ish fox", 9, break_on_hyphens=False),
    case("wordwrap", "supercalifragilistic word", 7),
    case("wordwrap", "supercalifragilistic word", 7, False),
    case("wordwrap", "one two\n\nthree four", 5, wrapstring="<br>"),
    case("wordwrap", "one two three", 5, wrapstring=Safe("<br>")),
    case("wordwrap", Safe("<b>one</b> two three"), 5),
    case("wordwrap", "one", 0),
    case("wordcount", "it's 3_4 words, né?"),
    case("wordcount", 1234),
    case("pprint", {"b": list(range(40)), "a": "x" * 50}),
    # HTML
    case("escape", "<'\"&>"),
    case("escape", Icon()),
    case("escape", 3),
    case("escape", None),
    case("e", Safe("<b>")),
    case("forceescape", Icon()),
    case("forceescape", Safe("&lt;")),
    case("safe", Icon()),
    case("safe", 3),
    case("striptags", "<p>a<!-- <b> --> b</p>\n &amp; c < d"),
    case("striptags", "a <b unclosed"),
    case("striptags", "a <!-- unclosed <b>x</b>"),
    case("striptags", "a<!-->b-->c<!--->d"),
    case("striptags", Icon()),
    case("striptags", 5),
    case("xmlattr", {"class": "a", "id": None, "x": MISSING, "title": '<"&\'>'}),
    case("xmlattr", {"class": Safe("&amp;"), "n": 3, "t": True}),
    case("xmlattr", {"<a'": 1}, False),
    case("xmlattr", {"a": 1}, autospace=False),
    case("xmlattr", {}),
    case("xmlattr", {"a b": 1}),
    case("xmlattr", {"a/b": 1}),
    case("xmlattr", {"a>": 1}),
    case("xmlattr", {"a=": 1}),
    case("xmlattr", {"a\n": 1}),
    case("xmlattr", {"a b": None}),
    case("xmlattr", {"a\u00a0b": 1}),
    case("xmlattr", ["a"]),
    case("tojson", {"b": [1, None, True, 1.5], "a": "</script>'&\"é\u2028"}),
    case("tojson", [1, {"x": 2}], 2),
    case("tojson", {"b": 1, "a": 2}, indent=1),
    case("tojson", Safe("<b>")),
    case("tojson", object()),
    case("tojson", {1: 1, "a": 2}),
    case("urlize", LINKS),
    case("urlize", LINKS, 10),
    case("urlize", LINKS, trim_url_limit=0, nofollow=True),
    case("urlize", LINKS, target="_blank", rel='nofollow "x" me'),
    case("urlize", LINKS, nofollow=True, rel="nofollow noopener"),
    case("urlize", "ftp://a.b tel:12 ftp:// tel: x:1", extra_schemes=["ftp://", "tel:"]),
    case("urlize", "tel:12", extra_schemes=["tel:", "tel:1", "te:"]),
    case("urlize", "tel:12", extra_schemes=["tel"]),
    case("urlize", "tel:12", extra_schemes=["t:"]),
    case("urlize", Safe("<b>http://a.bc</b> http://a.bc/?x=<i>")),
    case("urlize", "(http://a.bc/(x)) (http://a.bc/(x). http://a.bc/<x>)>. ((http://a.bc"),
    case("urlize", "http://a.bc/((x)))). http://a.bc/(((x,.).). http://a.bc/&lt;>&gt;. ...)))"),
    case("urlize", "HTTP://A.BC Www.a.bc wWw.A.CoM a.B.ORG http://a.bc:80/x http://a.bc:123456/"),
    case("urlize", "http://1.2.3.4/ http://1.2.3.4567/ http://[fe80::1]:80/ http://user@host.de/"),
    case("urlize", "mailto:a@b mailto:a@b.c?cc=x a@b.c. <a@b.c> a@b@c.de www.x@y.zz x:a@b.c"),
    case("urlize", "http://a.bc\u3000http://ü.de ünï.com http://%41.de http://a_b.de/"),
    case("urlize", 5),
    case("urlencode", "a b/ü&=?~.-_"),
    case("urlencode", b"a \xff"),
    case("urlencode", 1.5),
    case("urlencode", None),
    case("urlencode", {"a b/": "ü &", "n": 1, "by": b"\xff "}),
    case("urlencode", [("a", 1), ("a", "x/y")]),
    case("urlencode", OrderedDict(a=1)),
    case("urlencode", []),
    case("urlencode", [1]),
    case("urlencode", Safe("<&>")),
    # Numbers
    case("abs", -3),
    case("abs", -1.5),
    case("abs", "x"),
    case("int", "42"),
    case("int", "42.9"),
    case("int", " 7 "),
    case("int", "x"),
    case("int", "x", 5),
    case("int", "x", default=None),
    case("int", "0x1F", 0, 16),
    case("int", "1F", base=16),
    case("int", "0b11", 0, 2),
    case("int", "12", 0, 99),
    case("int", 3.99),
    case("int", -3.99),
    case("int", None),
    case("int", [1], 4),
    case("int", "1e400", 4),
    case("int", "nan", 4),
    case("int", float("nan"), 4),
    case("int", True),
    case("int", "1_000"),
    case("int", Decimal("2.5")),
    case("float", "1.5"),
    case("float", "x"),
    case("float", "x", 2),
    case("float", None, default="d"),
    case("float", 3),
    case("float", "1e3"),
    case("float", "inf"),
    case("round", 42.55),
    case("round", 42.55, 1, "floor"),
    case("round", 42.551, 1, "ceil"),
    case("round", 42.551, precision=2, method="common"),
    case("round", -2.5),
    case("round", 2.5, 0, "ceil"),
    case("round", 1234, -2, "floor"),
    case("round", 7),
    case("round", 7, 1, "ceil"),
    case("round", 7, 1, "up"),
    case("round", "7"),
    case("round", Decimal("2.675"), 2),
    *[case("filesizeformat", size) for size in [0, 1, "1", 999, 1000, 1999.9, 10**6, -5, "2e9"]],
    *[case("filesizeformat", 10**power, True) for power in range(2, 29, 2)],
    *[case("filesizeformat", 10**power) for power in range(3, 30, 3)],
    case("filesizeformat", float("inf")),
    case("filesizeformat", float("nan")),
    case("filesizeformat", "x"),
    case("sum", [1, 2.5, 3]),
    case("sum", []),
    case("sum", [1], start=10),
    case("sum", ROWS, "price"),
    case("sum", DISHES, attribute="price", start=0.5),
    case("sum", [[1], [2]], start=[]),
    case("sum", [(1, 2), (3, 4)], 1),
    case("sum", ["a"]),
    # One of many
    case("default", MISSING),
    case("default", MISSING, "x"),
    case("default", "", "x"),
    case("default", "", "x", True),
    case("default", None, "x"),
    case("default", None, default_value="x", boolean=True),
    case("default", 0, 5, True),
    case("d", MISSING, Safe("<b>")),
    case("d", False, 1),
    case("first", [1, 2]),
    case("first", []),
    case("first", {"a": 1}),
    case("first", 5),
    case("last", [1, 2]),
    case("last", ()),
    case("last", {"a": 1, "b": 2}),
    case("last", {1}),
    case("random", [7]),
    case("random", []),
    case("random", "x"),
    case("random", 5),
    case("min", [3, 1, 2]),
    case("max", [3, 1, 2]),
    case("min", []),
    case("max", []),
    case("min", ["b", "A", "a"]),
    case("min", ["b", "A", "a"], True),
    case("max", ["b", "C", "c"]),
    case("max", ["b", "C", "c"], case_sensitive=True),
    case("min", ROWS, attribute="price"),
    case("max", DISHES, attribute="name"),
    case("max", DISHES, attribute="kitchen.city"),
    case("min", [1, "a"]),
    case("min", 5),
    case("max", iter(())),
    case("length", {1, 2}),
    case("length", 5),
    case("count", {}),
    # Order and groups
    case("list", {"a": 1}),
    case("list", 5),
    case("reverse", [1, 2, 3]),
    case("reverse", (1, 2)),
    case("reverse", {"a": 1, "b": 2}),
    case("reverse", {7}),
    case("reverse", Safe("<b>")),
    case("reverse", 5),
    case("sort", [3, 1, 2]),
    case("sort", [3, 1, 2], True),
    case("sort", ["b", "A", "a", "B"]),
    case("sort", ["b", "A", "a", "B"], False, True),
    case("sort", ["b", "A", "a", "B"], reverse=True),
    case("sort", ROWS, attribute="name"),
    case("sort", ROWS, attribute="city,price", reverse=True),
    case("sort", ROWS, case_sensitive=True, attribute="city"),
    case("sort", DISHES, attribute="kitchen.city,name"),
    case("sort", DISHES, attribute="kitchen.chefs"),
    case("sort", [(1, "b"), (2, "a")], attribute=1),
    case("sort", [(1, "b"), (2, "a")], attribute="1"),
    case("sort", {"b": 1, "a": 2}),
    case("sort", [1, "a"]),
    case("dictsort", {"b": 1, "A": 3, "a": 2}),
    case("dictsort", {"b": 1, "A": 3, "a": 2}, True),
    case("dictsort", {"b": "x", "A": "Y"}, False, "value"),
    case("dictsort", {"b": "x", "A": "Y"}, True, "value", True),
    case("dictsort", {"b": 1, "A": 3}, reverse=True),
    case("dictsort", {"b": 1}, by="size"),
    case("dictsort", [1]),
    case("unique", ["a", "A", "b", "a"]),
    case("unique", ["a", "A", "b", "a"], True),
    case("unique", [1, 1.0, True, 2]),
    case("unique", ROWS, attribute="city"),
    case("unique", DISHES, case_sensitive=True, attribute="name"),
    case("unique", [[1]]),
    case("unique", []),
    case("groupby", ROWS, "city"),
    case("groupby", ROWS, "city", case_sensitive=True),
    case("groupby", DISHES, "kitchen.city"),
    case("groupby", DISHES, attribute="name"),
    case("groupby", GAPS[:2], "city", default="-"),
    case("groupby", GAPS, "city", "-"),
    case("groupby", [(1, 2), (1, 3)], 0),
    case("groupby", [], "x"),
    case("groupby", ROWS),
    case("batch", range(7), 3),
    case("batch", range(7), 3, "-"),
    case("batch", range(6), linecount=3, fill_with=0),
    case("batch", [], 3, 0),
    case("batch", [1, 2], 0),
    case("batch", 5, 2),
    case("slice", range(10), 3),
    case("slice", range(10), 3, "-"),
    case("slice", range(9), slices=3, fill_with="-"),
    case("slice", range(2), 4, 0),
    case("slice", [], 2),
    case("slice", [1], 0),
    case("items", {"a": 1}),
    case("items", MISSING),
    case("items", [("a", 1)]),
    case("items", OrderedDict(a=1)),
    case("join", [1, 2, 3]),
    case("join", [1, "<", None], ", "),
    case("join", ["<", Safe("<b>")], "&"),
    case("join", ["<", ">"], Safe("<br>")),
    case("join", [Safe("<"), Safe(">")], ">"),
    case("join", [Icon(), "<"], "&"),
    case("join", ROWS, ", ", "name"),
    case("join", DISHES, d="&", attribute="kitchen.chefs.0"),
    case("join", [1, 2], 0),
    case("join", "abc", "-"),
    case("join", MISSING),
    case("join", 5),
    # Each item
    case("map", ROWS, attribute="name"),
    case("map", DISHES, attribute="kitchen.city"),
    case("map", DISHES, attribute="tags.0"),
    case("map", DISHES, attribute="tags.0", default="-"),
    case("map", GAPS, attribute="city"),
    case("map", GAPS, attribute="city", default="x"),
    case("map", GAPS, attribute="city.0", default="xy"),
    case("map", [(1, 2)], attribute=1),
    case("map", [1], attribute=None),
    case("map", ["a", "<"], "upper"),
    case("map", ["a", "<"], "replace", "<", Safe("<b>")),
    case("map", [["a", "<"], [Safe("<")]], "join", "&"),
    case("map", ["x", "2"], "int", default=9),
    case("map", [[1, 2], []], "first"),
    case("map", [3.14159], "round", precision=2),
    case("map", [Named(size="item")], attribute="size"),
    case("map", [[Named(size="item")]], "map", attribute="size"),
    case("map", [1], "no_such_filter"),
    case("map", [1], attribute="a", other=1),
    case("map", [1]),
    case("map", []),
    case("map", MISSING, "upper"),
    case("map", [1], MISSING),
    case("select", [0, 1, "", "a"]),
    case("select", range(7), "odd"),
    case("select", range(7), "divisibleby", 3),
    case("select", range(7), "divisibleby", num=3),
    case("select", range(7), ">", 4),
    case("select", ["upper", "nope"], "filter"),
    case("select", [1], "no_such_test"),
    case("select", MISSING, "odd"),
    case("select", [], "no_such_test"),
    case("reject", [0, 1, "", "a"]),
    case("reject", range(7), "odd"),
    case("reject", [1, None], "none"),
    case("reject", ["odd", "nope"], "test"),
    case("reject", [1], "no_such_test"),
    case("selectattr", DISHES, "tags"),
    case("selectattr", DISHES, "price", "lt", 6),
    case("selectattr", DISHES, "kitchen.city", "equalto", "Oslo"),
    case("selectattr", GAPS, "city", "defined"),
    case("selectattr", [(1, 0), (0, 1)], 1),
    case("selectattr", DISHES),
    case("selectattr", [], "x"),
    case("rejectattr", DISHES, "tags"),
    case("rejectattr", DISHES, "price", "in", [2, 5]),
    case("rejectattr", GAPS, "city", "none"),
    case("rejectattr", DISHES, "price", "no_such_test"),
    case("rejectattr", DISHES),
    case("attr", DISHES[0], "name"),
    case("attr", DISHES[0], "no_such"),
    case("attr", {"size": 1}, "size"),
    case("attr", Named(size="item"), "size"),
    case("attr", [1], "0"),
    case("attr", 1 + 2j, "imag"),
]  # fmt: skip
ALL_ROWS = TEXT_ROWS + FILTER_ROWS


@pytest.mark.parametrize("row", ALL_ROWS)
@pytest.mark.parametrize("autoescape", [True, False], ids=["escaped", "plain"])
def test_a_filter_gives_what_jinja_gives(row, autoescape):
    """Values, types, Markup and errors are those of Jinja's filter."""
    theirs = outcome(lambda: of_jinja("filter", row, autoescape))
    assert outcome(lambda: ours("filter", row, autoescape)) == theirs


LENIENT = case("join", DISHES, d="&", attribute="kitchen.chefs.0")
"""The one row in which ours stays lenient: `join` is not told which undefined values are wanted."""


@pytest.mark.parametrize("row", [row for row in ALL_ROWS if row.id != LENIENT.id])
def test_a_filter_is_as_strict_as_jinja_s(row):
    """Where what is undefined can't be used, the same rows are errors, and no others."""
    theirs = outcome(lambda: of_jinja("filter", row, True, jinja2.StrictUndefined))
    assert outcome(lambda: ours("filter", row, True, StrictUndefined)) == theirs


PIECES = st.lists(
    st.sampled_from(
        "http://|https://|www.|example|a.b|.com|.org|mailto:|@|/|?x=1|:80|(|)|<|>|&lt;|&gt;|&amp;|&|"
        ".|,|-|tel:|[::1]|1.2.3.4|é|<b>|</b>|<!--|-->|'|\"|\n|\r\n|\t|Foo|foo-bar| ".split("|")
    ),
    max_size=9,
).map("".join)
ON_ANY_TEXT = [
    ("urlize", (), {}), ("urlize", (6,), {"extra_schemes": ["tel:"]}), ("striptags", (), {}),
    ("title", (), {}), ("indent", (2, True), {}), ("indent", ("<",), {"blank": True}),
    ("truncate", (7,), {"leeway": 1}),
    ("truncate", (7, True, "<>"), {"leeway": 0}), ("wordwrap", (6,), {}), ("wordcount", (), {}),
    ("replace", ("<", "&"), {}), ("replace", (Safe("&lt;"), "<"), {}), ("forceescape", (), {}),
    ("urlencode", (), {}), ("xmlattr", (), {}), ("tojson", (), {}), ("int", (), {}),
    ("float", (), {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "kwargs"), ON_ANY_TEXT)
@given(content=PIECES, safe=st.booleans(), autoescape=st.booleans())
def test_a_filter_gives_what_jinja_gives_for_any_text(
    name, args, kwargs, content, safe, autoescape
):
    """Random text of pieces of addresses and markup, safe or not."""
    value = Safe(content) if safe else content
    row = (name, {value: value} if name == "xmlattr" else value, args, kwargs)
    theirs = outcome(lambda: of_jinja("filter", row, autoescape))
    assert outcome(lambda: ours("filter", row, autoescape)) == theirs


def test_every_filter_has_a_row():
    """No filter of Jinja's is missing, and none is untried."""
    assert set(FILTERS) == set(THEIR_FILTERS)
    assert {row.values[0][0] for row in ALL_ROWS} == set(FILTERS)


def parameters(function):
    """Return names and defaults of a filter's parameters behind the value."""
    if hasattr(function, "jinja_async_variant"):
        function = inspect.unwrap(function)
    names = list(inspect.signature(function).parameters.values())
    passes = getattr(function, "passes", None) or getattr(function, "jinja_pass_arg", None)
    return [(one.name, one.default, one.kind) for one in names[2 if passes else 1 :]]


@pytest.mark.parametrize("name", sorted(set(FILTERS) - {"abs", "count", "length", "list"}))
def test_a_filter_takes_the_parameters_that_jinja_s_takes(name):
    """Arguments may be named in a template, so that their names are part of the language."""
    assert parameters(FILTERS[name]) == parameters(THEIR_FILTERS[name])


# ---- Tests ---------------------------------------------------------------------------------------

VALUES = [
    MISSING, None, True, False, 0, 1, 2, -3, 10**30, 1.0, 2.5, 1j, Decimal(4), "", "a", "A1", "aB",
    "upper", "odd", Safe("<b>"), b"a", [], [1], (1, 2), {}, {"a": 1}, {1}, range(3), range(10**30),
    OrderedDict(a=1), len, Dish, DISHES[0], Icon(), SimpleNamespace(__getitem__=1), iter(()),
]  # fmt: skip
ALONE = (
    "boolean callable defined escaped even false filter float integer iterable lower mapping none "
    "number odd sequence string test true undefined upper"
).split()
PAIRS = [
    (1, 1), (1, 2), (2, 1), (1, 1.0), (1, True), ("a", "b"), ("b", "b"), ("a", "abc"),
    (1, [1]), (2, {1: 2}),
    (1, "a"), (None, None), (None, 0), ([1], [1]), (6, 3), (7, 3), (6, 0), (0, 3), (2.5, 0.5),
    (Safe("a"), "a"),
    (MISSING, 1), (1, 5), ("x", {"x": 1}),
]  # fmt: skip
TEST_ROWS = [case(name, value) for name in ALONE for value in VALUES] + [
    case(name, value, other) for name in sorted(set(TESTS) - set(ALONE)) for value, other in PAIRS
]


@pytest.mark.parametrize("row", TEST_ROWS)
def test_a_test_says_what_jinja_s_says(row):
    """Verdicts and errors are those of Jinja's test."""
    theirs = outcome(lambda: of_jinja("test", row, True))
    assert outcome(lambda: ours("test", row, True)) == theirs


@pytest.mark.parametrize("row", [row for row in TEST_ROWS if MISSING in row.values[0]])
def test_a_test_is_as_strict_as_jinja_s(row):
    """Where what is undefined can't be used, `is defined` still answers, and most others don't."""
    theirs = outcome(lambda: of_jinja("test", row, True, jinja2.StrictUndefined))
    assert outcome(lambda: ours("test", row, True, StrictUndefined)) == theirs


def test_every_test_has_a_row():
    """No test of Jinja's is missing, and none is untried."""
    assert set(TESTS) == set(THEIR_TESTS)
    assert {row.values[0][0] for row in TEST_ROWS} == set(TESTS)


# ---- What is ours --------------------------------------------------------------------------------

UNSAFE = [
    case("attr", DISHES[0], "__class__"),
    case("attr", DISHES[0], "_secret"),
    case("attr", (number for number in ()), "gi_frame"),
    case("attr", len, "__self__"),
    case("map", DISHES, attribute="__class__"),
    case("map", DISHES, attribute="_secret"),
    case("map", DISHES, attribute="name.__class__"),
    case("map", DISHES, "attr", "__class__"),
    case("sum", DISHES[:1], attribute="__class__.__name__", start=""),
    case("groupby", DISHES, "__class__"),
    case("join", DISHES, attribute="_secret"),
    case("sort", DISHES[:2], attribute="_secret"),
    case("selectattr", DISHES, "_secret"),
    case("selectattr", DISHES, "__class__", "defined"),
    case("selectattr", DISHES, "_secret", "equalto", "recipe"),
]


@pytest.mark.parametrize("row", UNSAFE)
def test_no_filter_opens_what_a_template_must_not_reach(row):
    """An unsafe name is an undefined value, or an error, in whichever filter it comes."""
    try:
        result = ours("filter", row, True)
        result = list(result) if hasattr(result, "__next__") else result
    except (SecurityError, UndefinedError, TypeError):
        return
    assert "recipe" not in str(result)
    for one in result if isinstance(result, list) else [result]:
        found = one[0] if isinstance(one, tuple) else one
        assert isinstance(found, Undefined) or found in ("", DISHES[0], DISHES[1])


def test_a_group_is_a_pair_with_names():
    """`{{ group.grouper }}` and `{{ group.list }}` work beside `for city, dishes in …`."""
    (group, _) = plain("groupby", ROWS, "city")
    city, rows = group
    assert (group.grouper, group.list) == (city, rows) == ("Oslo", [ROWS[0]])
    assert str(group) == str((city, rows))


def test_join_leaves_out_what_has_no_such_attribute():
    """It is nothing between two separators, also where Jinja can be told to be strict."""
    assert ours("filter", LENIENT.values[0], True, StrictUndefined) == "Ada&&Ada&"


def test_join_asks_what_knows_its_own_html_whatever_stands_between():
    """Jinja asks it behind a plain separator only; behind Markup it escapes its `str`."""
    assert FILTERS["join"](True, [Icon(), "<"], Markup("&")) == Markup("<i>&amp;</i>&&lt;")


def test_attr_asks_for_an_attribute_once():
    """A property may be a query: what needs no second look is not looked up twice."""
    asked = []

    class Guest:
        name = property(lambda guest: asked.append(guest) or "Ada")

    assert plain("attr", Guest(), "name") == "Ada"
    assert len(asked) == 1


def test_infinity_is_no_integer():
    """Where Jinja's filter lets an OverflowError out, ours gives the default."""
    assert plain("int", float("inf"), 4) == 4


def test_a_filter_that_wants_the_context_is_refused_in_map():
    """It has no context there, and the message says so."""
    environment = SimpleNamespace(
        filters={"mine": pass_context(lambda context, value: value)},
        tests=TESTS,
        undefined=Undefined,
        autoescape=True,
    )
    with pytest.raises(FilterError, match="'mine' wants the context"):
        list(FILTERS["map"](environment, [1], "mine"))


@pytest.mark.parametrize(
    ("name", "text_of"),
    [
        ("urlize", lambda size: ")" * size + "x)"),
        ("urlize", lambda size: "a" + "(" * size + ")" * size),
        ("urlize", lambda size: "http://" + "a." * size + "!"),
        ("urlize", lambda size: "a@" + "a." * size + "!"),
        ("urlize", lambda size: "&lt;" * size),
        ("striptags", lambda size: "<" * size),
        ("striptags", lambda size: "<!--" * size),
        ("striptags", lambda size: "<a>" * size),
        ("title", lambda size: "-(" * size),
        ("wordcount", lambda size: "a b" * size),
    ],
)
def test_a_filter_takes_time_in_proportion_to_the_text(name, text_of):
    """No text of 100,000 characters, however unkind, holds a worker up for a second."""
    start = time.process_time()
    plain(name, text_of(50_000))
    assert time.process_time() - start < 1


# ---- Markup beside MarkupSafe --------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("<>&\"' ab\n\t%{}é;#3409lt!-/"), max_size=12)
NUMBERS = st.integers(-30, 30)

METHODS = [
    (name,) for name in "capitalize casefold expandtabs lower lstrip rstrip split rsplit "
    "splitlines strip swapcase title upper unescape striptags __html__ __repr__ isupper".split()
] + [
    ("strip", "<"), ("lstrip", "&a"), ("rstrip", "b>"), ("split", "<"), ("rsplit", "b", 1),
    ("split", None, 1),
    ("splitlines", True), ("partition", "<"), ("rpartition", ">"), ("removeprefix", "<"),
    ("removesuffix", ">"),
    ("center", 20), ("center", 20, "x"), ("ljust", 20, "<"), ("ljust", 20, "-"),
    ("rjust", 20, " "), ("zfill", 20),
    ("expandtabs", 3), ("translate", {60: "<b>", 97: None}), ("replace", "a", "<i>"),
    ("replace", "<", "&", 1),
    ("replace", "a", Safe("<i>")), ("__add__", "<b>"), ("__add__", Safe("<b>")),
    ("__add__", 5), ("__add__", Icon()),
    ("__radd__", "<b>"), ("__radd__", Safe("<b>")), ("__radd__", 5), ("__radd__", Icon()),
    ("__mul__", 3),
    ("__mul__", -1), ("__mul__", "x"), ("__rmul__", 2), ("join", ["<", Safe("<"), 3, Icon()]),
    ("join", []),
    ("join", "a<"), ("join", 3), ("__getitem__", 0), ("__getitem__", -1),
    ("__getitem__", slice(1, 4)),
    ("__getitem__", "x"), ("__html_format__", ""), ("__html_format__", "x"), ("__format__", ">20"),
    ("index", "zz"), ("count", "<"), ("find", "a"), ("startswith", "<"), ("encode",),
    ("__contains__", "<"),
]  # fmt: skip


def on_markup(markup, content, method, args):
    """Call a method of Markup or of its like, with its own Markup in the arguments."""
    return getattr(markup(content), method)(*given_to(args, markup, None))


@pytest.mark.parametrize(("method", "args"), [(name, args) for name, *args in METHODS])
@given(content=TEXTS)
def test_a_method_of_markup_gives_what_markupsafe_gives(method, args, content):
    """The text is the same, and Markup is Markup."""
    theirs = outcome(lambda: on_markup(markupsafe.Markup, content, method, args))
    assert outcome(lambda: on_markup(Markup, content, method, args)) == theirs


class Formatted(Icon):
    """Something that knows its HTML for any format."""

    def __html_format__(self, spec):
        return f"<i>{spec}</i>"


FORMATS = [
    ("%s", "<b>"), ("%s", Safe("<b>")), ("%r", "<b>"), ("%s %s", ("<", Safe("<"))),
    ("%(a)s", {"a": "<"}),
    ("%(a)s", {"a": {"b": "<"}}), ("%d", 3.5), ("%.1f", 3), ("%5s|", "<"), ("%-9s|", "&"),
    ("%.2s", "<"), ("%c", "<"),
    ("%x", 5), ("%s", None), ("%s", [1, "<"]), ("%s", ["<"]), ("%s", Icon()), ("%a", "é<"),
    ("%%", ()), ("%", 1),
    ("%s %s", "a"), ("x", 5), ("x", {}), ("%d", "x"), ("%s", {"<": 1}), ("%s", b"<"),
    ("%i%%", 5), ("%*d", (5, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("template", "values"), FORMATS, ids=repr)
def test_percent_fills_in_what_markupsafe_fills_in(template, values):
    """One value, a tuple or a mapping: each is escaped on its way in."""
    theirs = outcome(lambda: on_markup(markupsafe.Markup, template, "__mod__", [values]))
    assert outcome(lambda: on_markup(Markup, template, "__mod__", [values])) == theirs


FIELDS = [
    ("{}", "<"), ("{}", Safe("<")), ("{!r}", "<"), ("{!s:>5}", "<"), ("{0[a]}", {"a": "<"}),
    ("{0.name}", DISHES[0]),
    ("{:>5}", "<"), ("{:.1f}", 2.25), ("{:>5}", Safe("<")), ("{}", Icon()), ("{:x}", Icon()),
    ("{}", Formatted()),
    ("{:x}", Formatted()), ("{0:{1}}", "<", 4), ("{} {}", "<", ">"), ("{1} {0}", "<", ">"),
    ("{}"), ("{{}}", 1),
    ("<{}>", None), ("{0[0]}", [Safe("<")]), ("{0", 1), ("{a}", 1), ("{!x}", 1),
    ("{:<9}", "&"), ("{0[0][a]}", [{"a": 1}]),
]  # fmt: skip


@pytest.mark.parametrize("row", FIELDS, ids=repr)
def test_format_fills_in_what_markupsafe_fills_in(row):
    """Each field is escaped after its formatting; Markup and its like are not."""
    template, *values = [row] if isinstance(row, str) else row
    theirs = outcome(lambda: on_markup(markupsafe.Markup, template, "format", values))
    assert outcome(lambda: on_markup(Markup, template, "format", values)) == theirs


def test_format_takes_names_and_mappings():
    """As `str.format` and `str.format_map` do."""
    assert Markup("<b>{a}</b>").format(a="<") == "<b>&lt;</b>"
    filled = Markup("<b>{a}</b>").format_map({"a": "<"})
    assert (type(filled), filled) == (Markup, "<b>&lt;</b>")


CONSTRUCTED = [
    (), ("<",), (5,), (None,), (Icon(),), (Safe("<"),), (b"a",), (b"a", "ascii"),
    (b"\xff", "ascii"),
    (b"\xff", "ascii", "replace"), ("a", "ascii"),
]  # fmt: skip


@pytest.mark.parametrize("args", CONSTRUCTED, ids=repr)
def test_markup_is_made_of_what_markupsafe_s_is_made_of(args):
    """Text, anything that has text or HTML, and bytes with their encoding."""
    theirs = outcome(lambda: markupsafe.Markup(*given_to(args, markupsafe.Markup, None)))
    assert outcome(lambda: Markup(*given_to(args, Markup, None))) == theirs


class Mine(Markup):
    """A class of a reader's own."""


def test_a_class_made_of_markup_stays_that_class():
    """All methods give the class of the text they are called on."""
    html = Mine("<a> b")
    results = [html + "x", "x" + html, html * 2, html % (), html.upper(), html.format(), html[0]]
    results += [
        *html.split(),
        *html.partition(" "),
        html.join("ab"),
        Mine.escape("<"),
        html.center(9),
    ]
    assert {type(result) for result in results} == {Mine}


# ---- Escaping beside MarkupSafe ------------------------------------------------------------------

VALUES_TO_ESCAPE = st.one_of(
    st.text(), TEXTS, st.integers(), st.floats(), st.booleans(), st.none(), st.binary(max_size=9),
    st.lists(TEXTS, max_size=3), st.decimals(), st.builds(Icon), TEXTS.map(Safe),
)  # fmt: skip


@given(VALUES_TO_ESCAPE)
def test_escape_gives_what_markupsafe_gives(value):
    """Escaped text is the same, as Markup from `escape` and as plain text from `text`."""
    theirs = str(markupsafe.escape(given_to(value, markupsafe.Markup, None)))
    value = given_to(value, Markup, None)
    assert (type(escape(value)), escape(value)) == (Markup, theirs)
    assert (type(text(value)), text(value)) == (str, theirs)


class Odd:
    """Something whose `str` is Markup, which makes no promise about the thing itself."""

    def __str__(self):
        return Markup("<b>")


def test_only_html_is_a_promise():
    """`__str__` may return what it likes: only `__html__` says that nothing needs escaping."""
    assert text(Odd()) == "&lt;b&gt;"
    assert type(text(Odd())) is str

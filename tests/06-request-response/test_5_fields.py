"""Step 6.5: the fields of a response."""

import pytest

from bistro.response import JSON, Headers, Response, check_field

EVIL = [
    "/menu\r\nSet-Cookie: guest=evil",
    "a\nb",
    "a\rb",
    "trout\r\n",
    "trout\n",
    "\n",
    "a\0b",
    "a\x0bb",
    "\x1b[2J",
    "a\x7fb",
]


@pytest.mark.parametrize(
    "value", ["trout", "", "a\tb c", "caf\xe9", "~!\"#$%&'()*+,-./:;", "\x80\xff"]
)
def test_a_value_of_latin_1_is_fine(value):
    """A value may have anything of latin-1 but controls, tab being none; it may be empty."""
    assert check_field("X-Dish", value) is None


@pytest.mark.parametrize("value", EVIL)
def test_a_value_with_a_control_is_refused(value):
    """CR, LF, NUL and the other controls would end the field and begin another one."""
    with pytest.raises(ValueError, match="X-Dish"):
        check_field("X-Dish", value)


@pytest.mark.parametrize("value", ["trout 猫", "€", "\u2028", "\ud800"])
def test_a_value_outside_of_latin_1_is_refused(value):
    """What latin-1 does not have can not be sent in a field."""
    with pytest.raises(ValueError, match="X-Dish"):
        check_field("X-Dish", value)


@pytest.mark.parametrize(
    "name", ["", "X Dish", "X-Dish:", "X-Dish\r\nEvil", "X-Dish\n", "Dîner", "(x)", "a/b"]
)
def test_a_name_is_a_token(name):
    """A name that is no token is refused."""
    with pytest.raises(ValueError):  # noqa: PT011
        check_field(name, "trout")
    assert check_field("!#$%&'*+-.^_`|~09azAZ", "trout") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Price", 11), ("X-Dish", b"trout"), ("X-Dish", None), (b"X", "a"), (1, "a")],
)
def test_name_and_value_are_str(name, value):
    """Numbers, bytes and None are a TypeError: the mistake is the programmer's."""
    with pytest.raises(TypeError):
        check_field(name, value)
    headers = Headers([("X-Dish", "soup")])
    with pytest.raises(TypeError):
        headers.update([("X-Dish", "tart"), (name, value)])
    with pytest.raises(TypeError):
        headers[name] = value
    assert headers.fields == [("X-Dish", "soup")]


def test_a_kind_of_str_is_a_str():
    """A subclass of str, such as a template's Markup, is a str."""

    class Markup(str):
        __slots__ = ()

    assert check_field(Markup("X-Dish"), Markup("tart")) is None


def test_setting_replaces_all():
    """Setting a field removes all of its name, in whatever case they are written."""
    headers = Headers([("x-dish", "soup"), ("X-Table", "7"), ("X-DISH", "tart")])
    headers["X-Dish"] = "trout"
    assert headers.items() == [("X-Table", "7"), ("X-Dish", "trout")]
    headers["X-Guest"] = "Zoe"
    assert headers.items() == [("X-Table", "7"), ("X-Dish", "trout"), ("X-Guest", "Zoe")]
    assert headers["x-dish"] == "trout"


def test_a_refused_field_changes_nothing():
    """What is refused leaves the fields as they were."""
    headers = Headers([("X-Dish", "soup")])
    for value in EVIL:
        with pytest.raises(ValueError):  # noqa: PT011
            headers["X-Dish"] = value
        with pytest.raises(ValueError):  # noqa: PT011
            headers.update([("X-Dish", "trout"), ("X-Table", value)])
        with pytest.raises(ValueError):  # noqa: PT011
            headers.add("X-Table", value)
    assert headers.items() == [("X-Dish", "soup")]


def test_an_update_takes_a_mapping_or_pairs():
    """`update` replaces the names it is given; those of a mapping, of pairs, of other headers."""
    new = {"X-Dish": "trout", "X-Guest": "Zoe"}
    for fields in (new, list(new.items()), iter(new.items()), Headers(new)):
        headers = Headers([("x-dish", "soup"), ("X-Table", "7")])
        headers.update(fields)
        assert headers.items() == [("X-Table", "7"), ("X-Dish", "trout"), ("X-Guest", "Zoe")]


def test_a_name_may_repeat_in_an_update():
    """Of several fields of one name that come together, all stay, as two cookies do."""
    cookies = [("Set-Cookie", "a=1"), ("set-cookie", "b=2")]
    headers = Headers([("Set-Cookie", "old=0")])
    headers.update(cookies)
    assert headers.items() == cookies
    headers.update(headers)
    assert headers.items() == cookies


def test_pairs_become_tuples():
    """WSGI wants tuples: pairs that are lists become tuples."""
    headers = Headers()
    headers.update([["X-Dish", "trout"]])
    assert headers.fields == [("X-Dish", "trout")]


def test_the_list_behind_is_the_same():
    """`response.headers` is a view: what is set there is in the response's own list."""
    response = Response("soup")
    fields = response.fields
    response.headers["X-Table"] = "7"
    response.headers.update({"X-Guest": "Zoe"})
    assert response.fields is fields
    assert fields[1:] == [("X-Table", "7"), ("X-Guest", "Zoe")]


def test_a_responses_type_stands_once():
    """A Content-Type among the fields stands instead of the response's own, however it is given."""
    for fields in ({"content-type": "text/css"}, [("Content-Type", "text/css")]):
        response = Response("soup", headers=fields)
        assert response.headers.getlist("Content-Type") == ["text/css"]
        assert response.content_type == "text/css"


@pytest.mark.parametrize("value", EVIL)
def test_a_response_refuses_to_be_split(value):
    """No response can be made with a line break in a field."""
    for headers in ({"Location": value}, [("Location", value)]):
        with pytest.raises(ValueError, match="Location"):
            Response("soup", 302, headers)
        with pytest.raises(ValueError, match="Location"):
            JSON("soup", 302, headers)
    with pytest.raises(ValueError, match="Content-Type"):
        Response("soup", content_type=f"text/{value}")

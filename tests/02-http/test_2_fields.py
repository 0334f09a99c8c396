"""Step 2.2: the fields of a head."""

import time

import pytest

from bistro import http
from bistro.http import FIELD_NAMES, MAX_FIELD_LINE, MAX_FIELDS, ProtocolError, parse_fields


def status_of(lines):
    with pytest.raises(ProtocolError) as caught:
        parse_fields(lines)
    return caught.value.status


def test_names_and_values():
    """Each line gives a name and a value, in the order in which they came."""
    fields = parse_fields(["Host: bistro.example", "Accept: */*", "X-Table: 4"])
    assert fields == {"host": "bistro.example", "accept": "*/*", "x-table": "4"}
    assert list(fields) == ["host", "accept", "x-table"]


def test_no_fields():
    """A head without fields has none."""
    assert parse_fields([]) == {}


def test_names_become_lower_case():
    """The case of a name says nothing, so names become lower case."""
    for name in ["Host", "HOST", "host", "hOsT", "X-Table", "x-TABLE"]:
        assert parse_fields([f"{name}: a"]) == {name.lower(): "a"}


def test_white_space_around_a_value():
    """Spaces and tabs around a value are dropped, and nothing else: the value is kept as sent."""
    for line, value in [
        ("X:a", "a"),
        ("X: a", "a"),
        ("X: \t a b\t ", "a b"),
        ("X:", ""),
        ("X: \t", ""),
        ("X: a:b: c", "a:b: c"),
        ("X: \xa0a\xa0", "\xa0a\xa0"),
        ("X: \x85", "\x85"),
        ("X: caf\xe9", "caf\xe9"),
    ]:
        assert parse_fields([line]) == {"x": value}


def test_repeated_fields_are_joined():
    """The values of a repeated name are joined in order with a comma and a space."""
    lines = ["Accept: a", "X-Table: 4", "ACCEPT: b", "accept:", "Accept: c"]
    assert parse_fields(lines) == {"accept": "a, b, , c", "x-table": "4"}
    assert parse_fields(["Accept:", "Accept: a"]) == {"accept": ", a"}


def test_repeated_cookies_are_joined_with_semicolons():
    """Cookies are a list of their own kind: repeated they are joined with `; `."""
    assert parse_fields(["Cookie: a=1", "cookie: b=2", "Cookie: c=3"]) == {
        "cookie": "a=1; b=2; c=3"
    }


def test_what_is_said_once():
    """A second Host or Content-Length is 400, even one that says the same."""
    for name in ["Host", "Content-Length"]:
        assert status_of([f"{name}: 5", f"{name}: 5"]) == 400
        assert status_of([f"{name}: 5", "X: y", f"{name.upper()}: 6"]) == 400
        assert status_of([f"{name}:", f"{name}: 5"]) == 400


def test_no_white_space_before_the_colon():
    """White space between a name and its colon is 400: others read another name there."""
    for name in ["X", "Content-Length", "Transfer-Encoding", "Host"]:
        for space in [" ", "\t", " \t", "\x0b", "\xa0"]:
            assert status_of([f"{name}{space}: 5"]) == 400


def test_no_folded_lines():
    """A line that begins with white space once continued the one before; today it is 400."""
    for line in [" folded", "\tfolded", " X: y", "\tX: y"]:
        assert status_of(["X: a", line]) == 400
        assert status_of([line]) == 400


def test_a_field_has_a_colon():
    """A line without a colon is 400."""
    for line in ["", "X", "Host", "no colon here", "GET / HTTP/1.1"]:
        assert status_of([line]) == 400
        assert status_of(["X: a", line]) == 400


def test_a_name_is_a_token():
    """A name that is not a token is 400."""
    for name in [
        "",
        "a b",
        "a(b",
        "a\x00b",
        "a\x7fb",
        "X\n",
        "é",
        "a;b",
        '"a"',
        "a/b",
        "{a}",
        "a@b",
    ]:
        assert status_of([f"{name}: a"]) == 400


def test_every_character_of_a_token():
    """A token is made of letters, digits and fifteen other characters."""
    name = "!#$%&'*+-.^_`|~0123456789ABCXYZabcxyz"
    assert parse_fields([f"{name}: a"]) == {name.lower(): "a"}


def test_how_many_fields():
    """MAX_FIELDS lines are read; one more is 431, also when names repeat."""
    lines = [f"X-{number}: a" for number in range(MAX_FIELDS)]
    assert len(parse_fields(lines)) == MAX_FIELDS
    assert status_of([*lines, "Y: a"]) == 431
    assert status_of(["X: a"] * (MAX_FIELDS + 1)) == 431


def test_the_longest_field():
    """A line of MAX_FIELD_LINE bytes, name and value, is read; one byte more is 431."""
    line = "X: " + "a" * (MAX_FIELD_LINE - 3)
    assert parse_fields([line]) == {"x": line[3:]}
    assert status_of([line + "a"]) == 431
    assert status_of(["Y: b", "X: " + " " * MAX_FIELD_LINE]) == 431


def test_joining_takes_linear_time(monkeypatch):
    """Joining takes linear time: six thousand fields of one name, were they allowed, are quick."""
    monkeypatch.setattr(http, "MAX_FIELDS", 6_000)
    lines = ["X: " + "a" * 1_000] * 6_000
    start = time.process_time()
    joined = parse_fields(lines)["x"]
    seconds = time.process_time() - start
    assert seconds < 1
    assert joined.count(", ") == 6_000 - 1


def test_a_parser_keeps_nothing():
    """Two heads share nothing: what one parse returned, the next does not change."""
    first = parse_fields(["Accept: a", "Accept: b"])
    assert parse_fields(["Accept: c"]) == {"accept": "c"}
    assert first == {"accept": "a, b"}


def test_names_are_not_remembered():
    """No name is remembered: a client could send new ones until the memory is full."""
    known = set(FIELD_NAMES)
    parse_fields(["X-Never-Seen: a"])
    assert set(FIELD_NAMES) - known == set()

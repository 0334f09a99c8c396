"""Step 5.3: the Cookie field, read."""

import time

import pytest

from bistro.cookies import parse_cookies, unquote


def test_one_cookie():
    """A cookie is a name, `=` and a value."""
    assert parse_cookies("guest=Ada") == {"guest": "Ada"}


def test_several_cookies():
    """Cookies are separated by `;`, and keep their order."""
    cookies = parse_cookies("guest=Ada; table=7;theme=dark")
    assert cookies == {"guest": "Ada", "table": "7", "theme": "dark"}
    assert list(cookies) == ["guest", "table", "theme"]


def test_no_cookies():
    """An empty field has no cookies, and neither has one of separators."""
    assert parse_cookies("") == {}
    assert parse_cookies(" ;; ; ;") == {}


def test_white_space():
    """Spaces and tabs around a name or a value are dropped, others are kept."""
    assert parse_cookies(" a = b ;\tc\t=\td\t") == {"a": "b", "c": "d"}
    assert parse_cookies("note=no salt please") == {"note": "no salt please"}
    assert parse_cookies("a=\x0bb\x0b; \x0bc=d") == {"a": "\x0bb\x0b", "\x0bc": "d"}


def test_the_first_of_a_name_wins():
    """Of several with one name the first counts: it was set for the most exact path."""
    assert parse_cookies("guest=Ada; guest=Mallory; guest=") == {"guest": "Ada"}
    assert parse_cookies("guest=; guest=Mallory") == {"guest": ""}


def test_names_have_their_case():
    """Names that differ in case are different cookies."""
    assert parse_cookies("guest=a; Guest=b") == {"guest": "a", "Guest": "b"}


def test_a_value_may_hold_equals_signs():
    """A name ends at the first `=`; a value may hold more, and may be empty."""
    assert parse_cookies("token=YQ==; empty=; x==") == {"token": "YQ==", "empty": "", "x": "="}


def test_pieces_that_are_no_cookies():
    """A piece without `=`, or without a name, is skipped; its neighbours count."""
    assert parse_cookies("nonsense; guest=Ada; =x; = ; more") == {"guest": "Ada"}


def test_quotes_are_no_shelter():
    """A `;` separates also between quotes, or one cookie could swallow the next."""
    assert parse_cookies('theme="dark; guest=Ada; x="') == {
        "theme": '"dark',
        "guest": "Ada",
        "x": '"',
    }


def test_a_quoted_value():
    """Two quotes around a value are dropped; one alone is part of it."""
    assert parse_cookies('a="b"; c=""; d=" e "') == {"a": "b", "c": "", "d": " e "}
    assert parse_cookies('a="; b="c; d=e"; f="g"h') == {
        "a": '"',
        "b": '"c',
        "d": 'e"',
        "f": '"g"h',
    }


def test_escapes_in_a_quoted_value():
    r"""In a quoted value `\` and three octal digits are a byte, `\` and a character that one."""
    assert parse_cookies(r'a="x\073y"; b="\"\\"; c="caf\303\251"') == {
        "a": "x;y",
        "b": '"\\',
        "c": "café",
    }
    assert parse_cookies(r"a=x\073y") == {"a": r"x\073y"}


def test_unquote():
    r"""A `\` takes three octal digits up to `\377`, or else one character; at the end it stays."""
    for quoted, value in [
        ("plain", "plain"),
        (r"\054", ","),
        (r"\0541", ",1"),
        (r"\377", "\ufffd"),
        (r"\400", "400"),
        (r"\08", "08"),
        (r"\\073", r"\073"),
        (r"\a\é", "aé"),
        ("end\\", "end\\"),
        (r"\012\000", "\n\0"),
        (r"\303", "\ufffd"),
        ("", ""),
    ]:
        assert unquote(quoted) == value


def test_utf_8():
    """The bytes of the field are UTF-8; those that are not become U+FFFD."""
    header = "guest=Zoë; dish=crème".encode().decode("latin-1")
    assert parse_cookies(header) == {"guest": "Zoë", "dish": "crème"}
    assert parse_cookies("a=\xff; b=\xc3; c=d") == {"a": "\ufffd", "b": "\ufffd", "c": "d"}
    assert parse_cookies('a="\xc3\xab\\054"') == {"a": "ë,"}


@pytest.mark.parametrize(
    "header",
    [
        "\0",
        "=",
        "==;==",
        '"',
        '="',
        'a="\\',
        'a="\\"',
        "\x85;\xa0",
    ],
)
def test_nothing_raises(header):
    """Whatever a client sends in this field, reading it is no error."""
    assert isinstance(parse_cookies(header), dict)


@pytest.mark.parametrize("header", ["€=€", "\ud800=a", "a=\ud800\\", 'a="€\\€"'])
def test_what_is_no_byte(header):
    """Even characters over U+00FF, which latin-1 has not and no server gives, are no error."""
    assert isinstance(parse_cookies(header), dict)


def test_time_is_linear():
    """A field of fifty thousand cookies, or of twice as many backslashes, is read in a moment."""
    start = time.perf_counter()
    assert len(parse_cookies("; ".join(f"c{number}=x" for number in range(50_000)))) == 50_000
    assert len(parse_cookies("a=1; " * 100_000)) == 1
    assert len(parse_cookies('a="' + "\\" * 100_000 + '"')["a"]) == 50_000
    assert parse_cookies(";" * 100_000) == parse_cookies(" " * 100_000) == {}
    assert time.perf_counter() - start < 2

"""Step 5.4: the Set-Cookie field, written."""

import warnings

import pytest

from bistro.cookies import MAX_COOKIE, check_prefix, format_cookie, parse_cookies, quote

CONTROLS = [chr(number) for number in [*range(0x20), 0x7F]]


def refused(name, value="x", **attributes):
    with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
        format_cookie(name, value, **attributes)


def test_a_cookie_with_its_defaults():
    """Unless told otherwise a cookie is for the whole site, hidden from scripts, and Lax."""
    assert format_cookie("guest", "Ada") == "guest=Ada; HttpOnly; Path=/; SameSite=Lax"


def test_all_attributes():
    """The attributes that are given stand behind the value, in a fixed order."""
    cookie = format_cookie(
        "guest",
        "Ada",
        max_age=3600,
        expires=784111777,
        path="/menu",
        domain="bistro.example",
        secure=True,
        samesite="Strict",
        partitioned=True,
    )
    assert cookie == (
        "guest=Ada; Domain=bistro.example; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=3600; "
        "Secure; HttpOnly; Path=/menu; SameSite=Strict; Partitioned"
    )


def test_no_attributes():
    """What is None or False is left out."""
    assert format_cookie("guest", "Ada", path=None, httponly=False, samesite=None) == "guest=Ada"


def test_a_cookie_is_deleted():
    """Zero is a time too: a cookie that lasts no second is deleted, and so is one of 1970."""
    assert format_cookie("guest", "", max_age=0) == (
        "guest=; Max-Age=0; HttpOnly; Path=/; SameSite=Lax"
    )
    assert "Max-Age=-1;" in format_cookie("guest", "", max_age=-1)
    assert "Expires=Thu, 01 Jan 1970 00:00:00 GMT;" in format_cookie("guest", "", expires=0)


def test_samesite():
    """SameSite is one of three words, in any case; None implies Secure, or browsers drop it."""
    assert format_cookie("a", "b", samesite="strict").endswith("SameSite=Strict")
    assert format_cookie("a", "b", samesite="LAX") == "a=b; HttpOnly; Path=/; SameSite=Lax"
    assert format_cookie("a", "b", samesite="none") == (
        "a=b; Secure; HttpOnly; Path=/; SameSite=None"
    )
    for samesite in ["", "Loose", "Lax; Domain=evil.example", " Lax", "True"]:
        refused("a", samesite=samesite)


def test_partitioned():
    """Partitioned implies Secure."""
    assert format_cookie("a", "b", partitioned=True) == (
        "a=b; Secure; HttpOnly; Path=/; SameSite=Lax; Partitioned"
    )


def test_a_plain_value():
    """A value of visible ASCII without `"`, `,`, `;` and backslash is written as it is."""
    plain = "".join(chr(number) for number in range(0x21, 0x7F) if chr(number) not in '",;\\')
    assert quote(plain) == plain
    assert quote("") == ""
    assert format_cookie("a", "YQ==", path=None).startswith("a=YQ==; ")


def test_a_value_that_is_quoted():
    """Anything else is put in quotes, with what is dangerous in it escaped."""
    for value, quoted in [
        ("leek tart", '"leek tart"'),
        ("a;b", r'"a\073b"'),
        ("a,b", r'"a\054b"'),
        ('"', r'"\""'),
        ("\\", r'"\\"'),
        ("café", r'"caf\303\251"'),
        ("\r\n", r'"\015\012"'),
        ("\x7f\0", r'"\177\000"'),
    ]:
        assert quote(value) == quoted
        assert format_cookie("a", value).startswith(f"a={quoted}; HttpOnly")


def test_a_value_comes_back():
    """What was written is read again, whatever it is, and never ends the value early."""
    for value in ["Ada", "", '"', '""', "a;b=c", "Zoë, 7\r\nSet-Cookie: x", "\\073", "€\0", " x "]:
        quoted = quote(value)
        assert quoted.isascii()
        assert not any(character in quoted for character in [";", ",", *CONTROLS])
        assert parse_cookies(f"a={quoted}; b=1") == {"a": value, "b": "1"}


def test_a_name_is_a_token():
    """A name that is not a token is refused: it would end early, or start an attribute."""
    for name in ["", " ", "a b", "a=b", "a;b", "a\r\nb", "a,b", '"a"', "é", "a\n", "(a)"]:
        refused(name)


def test_a_path():
    """A path begins with `/` and is visible ASCII without `;`, or it would write an attribute."""
    assert "Path=/menu/caf%C3%A9;" in format_cookie("a", "b", path="/menu/caf%C3%A9")
    for path in ["", "menu", "/;Domain=evil.example", "/a b", "/é", "/\r\nX: y", "/\n", "/\x7f"]:
        refused("a", path=path)


def test_a_domain():
    """A domain is a host's name in ASCII letters, digits, `-`, `.`; a dot in front is dropped."""
    assert "Domain=bistro.example;" in format_cookie("a", "b", domain=".bistro.example")
    assert "Domain=localhost;" in format_cookie("a", "b", domain="localhost")
    assert "Domain=x;" in format_cookie("a", "b", domain="x")
    for domain in ["", ".", "..a", "a.", "a-", "-a", "a b", "a;b", "a:80", "é.fr", "a\n", "a/b"]:
        refused("a", domain=domain)


def test_max_age_is_a_number():
    """Max-Age is a whole number of seconds, never text that a client has a hand in."""
    assert "Max-Age=60;" in format_cookie("a", "b", max_age=60.9)
    refused("a", max_age="1; Domain=evil.example")


def test_the_prefix_secure():
    """A name that begins with `__Secure-` needs Secure, however that is spelled or implied."""
    assert "; Secure;" in format_cookie("__Secure-a", "b", secure=True)
    assert "; Secure;" in format_cookie("__Secure-a", "b", samesite="None")
    assert format_cookie("__Secure-a", "b", partitioned=True, path="/menu", domain="x.example")
    for name in ["__Secure-a", "__secure-a", "__SECURE-a", "__Secure-"]:
        refused(name)


def test_the_prefix_host():
    """A name that begins with `__Host-` needs Secure and `Path=/`, and may not have a domain."""
    assert format_cookie("__Host-a", "b", secure=True) == (
        "__Host-a=b; Secure; HttpOnly; Path=/; SameSite=Lax"
    )
    for name in ["__Host-a", "__host-a", "__HOST-a"]:
        refused(name)
        refused(name, secure=True, path="/menu")
        refused(name, secure=True, path=None)
        refused(name, secure=True, domain="bistro.example")
    assert format_cookie("a__Host-", "b")


def test_check_prefix_alone():
    """A name without a prefix promises nothing, and may have any attributes."""
    assert check_prefix("guest", secure=False, path=None, domain="bistro.example") is None
    assert check_prefix("__Secure-a", secure=True, path=None, domain="a.example") is None
    assert check_prefix("__Host-a", secure=True, path="/", domain=None) is None


def test_a_cookie_that_is_too_large():
    """A cookie that browsers may drop is written, with a warning that says its name."""
    overhead = len(format_cookie("guest", ""))
    with pytest.warns(UserWarning, match="guest"):
        cookie = format_cookie("guest", "x" * (MAX_COOKIE - overhead + 1))
    assert len(cookie) == MAX_COOKIE + 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(format_cookie("guest", "x" * (MAX_COOKIE - overhead))) == MAX_COOKIE

"""Step 6.7: somewhere else, or nothing new."""

import pytest

from bistro.request import Request
from bistro.response import Response, conditional, is_fresh, redirect

SUNDAY = 784_111_777
SUNDAY_TEXT = "Sun, 06 Nov 1994 08:49:37 GMT"


def location(*arguments):
    """Where a redirect sends the client."""
    return redirect(*arguments).headers["Location"]


def test_a_redirect_has_a_location():
    """A redirect is 302 with a Location, unless another status is given."""
    response = redirect("/menu")
    assert (response.status, response.headers["Location"]) == (302, "/menu")
    for status in (301, 302, 303, 307, 308):
        assert redirect("/menu", status).status == status
        assert redirect("/menu", status).headers["Location"] == "/menu"


@pytest.mark.parametrize("status", [200, 204, 300, 304, 305, 306, 309, 404, 0])
def test_a_status_that_is_no_redirect_is_refused(status):
    """A status with which no browser goes elsewhere is refused."""
    with pytest.raises(ValueError, match=str(status)):
        redirect("/menu", status)


@pytest.mark.parametrize(
    "url",
    [
        "/menu?day=mon&guests=4#fish",
        "https://bistro.example:8000/a/b;c=d",
        "//bistro.example/",
        "?a=%20",
        "/caf%C3%A9",
        "/a%2Fb",
        "../menu",
        "http://[::1]/",
        "mailto:chef@bistro.example",
        "/~chef/!$'()*+,@",
    ],
)
def test_a_url_stays_as_it_is(url):
    """What is a URL already is not quoted once more."""
    assert location(url) == url


def test_what_no_url_has_is_quoted():
    """Spaces, quotes, backslashes and letters outside of ASCII are quoted as UTF-8."""
    assert location("/café au lait") == "/caf%C3%A9%20au%20lait"
    assert location('/"<menu>"') == "/%22%3Cmenu%3E%22"
    assert location("/\\evil.example") == "/%5Cevil.example"
    assert location(" //evil.example") == "%20//evil.example"
    assert location("/a\u00a0b\u0085") == "/a%C2%A0b%C2%85"
    assert location("/€ 猫") == "/%E2%82%AC%20%E7%8C%AB"


@pytest.mark.parametrize(
    "target",
    ["", "/menu\r\nSet-Cookie: guest=evil", "/menu\n", "\t/menu", "/me\0nu", "/me\x7fnu", "\x1b"],
)
def test_a_location_with_a_control_is_refused(target):
    """CR, LF and other controls in a location are an attack or a mistake; an empty one is none."""
    with pytest.raises(ValueError):  # noqa: PT011
        redirect(target)


def test_a_redirect_says_where():
    """Who does not follow can read where to go, as plain text in which nothing is markup."""
    response = redirect("/<script>")
    assert "/%3Cscript%3E" in response.body
    assert response.content_type == "text/plain; charset=utf-8"


def fresh(etag=None, last_modified=None, method="GET", **fields):
    """Whether a client with these fields has it already."""
    environ = {"REQUEST_METHOD": method}
    environ |= {f"HTTP_{name.upper()}": value for name, value in fields.items()}
    return is_fresh(Request(environ), etag, last_modified)


def test_without_conditions_it_is_not_fresh():
    """Who asks without a condition gets the whole."""
    assert fresh('"v1"', SUNDAY) is False
    assert fresh() is False


@pytest.mark.parametrize(
    ("field", "etag", "expected"),
    [
        ('"v1"', '"v1"', True),
        ('"v2"', '"v1"', False),
        ('"v0", "v1","v2"', '"v1"', True),
        ('"v0", "v2"', '"v1"', False),
        ('W/"v1"', '"v1"', True),
        ('"v1"', 'W/"v1"', True),
        ('W/"v1"', 'W/"v1"', True),
        ('"W/v1"', 'W/"v1"', False),
        ('"a,b"', '"a,b"', True),
        ('"a", b"', '"b"', False),
        ('"v11"', '"v1"', False),
        ('"a","b"', '","', False),
        ("v1", '"v1"', False),
        ("", '"v1"', False),
        ('"V1"', '"v1"', False),
        ("*", '"v1"', True),
        (" * ", None, True),
        ('"v2", *', '"v1"', False),
        ('"*"', '"v1"', False),
        ('"v1"', None, False),
    ],
)
def test_if_none_match(field, etag, expected):
    """The client lists the tags it has, in quotes; weak ones count, and `*` is any."""
    assert fresh(etag, if_none_match=field) is expected


def test_if_modified_since():
    """A client whose copy is not older than the last change has it already, to the second."""
    for last_modified, expected in [
        (SUNDAY - 1, True),
        (SUNDAY, True),
        (SUNDAY + 0.9, True),
        (SUNDAY + 1, False),
    ]:
        assert fresh(None, last_modified, if_modified_since=SUNDAY_TEXT) is expected
    assert fresh('"v1"', None, if_modified_since=SUNDAY_TEXT) is False
    assert fresh(None, 0, if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT") is True


@pytest.mark.parametrize(
    "date",
    ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", SUNDAY_TEXT],
)
def test_the_three_forms_of_a_date(date):
    """Dates come in three forms, of which two are old."""
    assert fresh(None, SUNDAY, if_modified_since=date) is True
    assert fresh(None, SUNDAY + 1, if_modified_since=date) is False


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "784111777",
        "Sun, 32 Nov 2094 08:49:37 GMT",
        "Sun, 06 Nov 2094 25:49:37 GMT",
        "Sun, 06 Foo 2094 08:49:37 GMT",
        "Sun, 06 Nov 2094 08:49:37 CET",
        "Sun, 06 Nov 2094 08:49:37 GMT\n",
        "Sun, \u0660\u0666 Nov 2094 08:49:37 GMT",
        "Sun, 06 Nov 0000 08:49:37 GMT",
    ],
)
def test_a_date_that_is_none_says_nothing(date):
    """What is no date is ignored, and the whole is sent."""
    assert fresh(None, SUNDAY, if_modified_since=date) is False


def test_if_none_match_decides_alone():
    """With If-None-Match the date is not looked at: two changes may fall into one second."""
    date = SUNDAY_TEXT
    assert fresh('"v2"', SUNDAY, if_none_match='"v1"', if_modified_since=date) is False
    assert fresh('"v1"', SUNDAY + 9, if_none_match='"v1"', if_modified_since=date) is True
    assert fresh(None, SUNDAY, if_none_match='"v1"', if_modified_since=date) is False
    assert fresh('"v1"', SUNDAY, if_none_match="", if_modified_since=date) is False


def test_only_get_and_head():
    """To other methods the conditions mean something else: they are never fresh."""
    for method, expected in [
        ("GET", True),
        ("HEAD", True),
        ("POST", False),
        ("DELETE", False),
        ("get", False),
    ]:
        assert fresh('"v1"', method=method, if_none_match='"v1"') is expected
        assert fresh(None, SUNDAY, method=method, if_modified_since=SUNDAY_TEXT) is expected


def asked_again(response, method="GET", **options):
    """What a client gets that sends the validators it was given back."""
    first = conditional(Request({"REQUEST_METHOD": "GET"}), response(), **options)
    assert first.status == response().status
    environ = {"REQUEST_METHOD": method, "HTTP_IF_NONE_MATCH": first.headers.get("ETag", '"none"')}
    return conditional(Request(environ), response(), **options)


def test_who_has_it_gets_304():
    """`conditional` answers 304, without a body, to whoever comes back with the tag."""
    again = asked_again(lambda: Response("menu", headers={"Vary": "Cookie", "X-Table": "7"}))
    assert (again.status, again.body) == (304, b"")
    assert sorted(again.headers) == ["ETag", "Vary"]
    assert asked_again(lambda: Response("menu"), etag='"v1"').headers["ETag"] == '"v1"'


def test_only_a_good_answer_becomes_304():
    """An error stays an error, and a POST is not answered with 304."""
    assert asked_again(lambda: Response("gone", 404)).status == 404
    assert asked_again(lambda: Response("menu"), method="POST").status == 200

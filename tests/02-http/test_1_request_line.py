"""Step 2.1: the request line."""

import pytest

from bistro.http import MAX_REQUEST_LINE, ProtocolError, parse_request_line


def status_of(line):
    with pytest.raises(ProtocolError) as caught:
        parse_request_line(line)
    return caught.value.status


def test_three_parts():
    """A request line is a method, a target and a version, with one space between."""
    assert parse_request_line("GET /menu HTTP/1.1") == ("GET", "/menu", "HTTP/1.1")
    assert parse_request_line("POST /order?table=4 HTTP/1.0") == (
        "POST",
        "/order?table=4",
        "HTTP/1.0",
    )


def test_any_token_is_a_method():
    """Any token is a method, and its case is kept: what it means is for others to say."""
    for method in ["get", "connect", "M-SEARCH", "a!#$%&'*+-.^_`|~9Z"]:
        assert parse_request_line(f"{method} / HTTP/1.1") == (method, "/", "HTTP/1.1")


def test_a_target_is_returned_as_sent():
    """A target that is a path or an http URL is returned as it was sent."""
    for target in [
        "/",
        "/caf%C3%A9/?q=a&b=%20",
        "/..;/%00|{x}[y]\"'\\^`~!$",
        "/a//b/",
        "http://bistro.example/menu?day=mon",
        "HTTPS://127.0.0.1:8443",
        "http://[::1]:8000/",
        "http://bistro.example?day=mon",
    ]:
        assert parse_request_line(f"GET {target} HTTP/1.1") == ("GET", target, "HTTP/1.1")


def test_two_slashes_are_a_path():
    """A target that begins with two slashes is a path, not a host."""
    assert parse_request_line("GET //evil.example/x HTTP/1.1")[1] == "//evil.example/x"


def test_star_is_for_options():
    """The target `*` means the server as a whole, and goes with OPTIONS only."""
    assert parse_request_line("OPTIONS * HTTP/1.1") == ("OPTIONS", "*", "HTTP/1.1")
    for line in ["GET * HTTP/1.1", "options * HTTP/1.1"]:
        assert status_of(line) == 400


def test_one_space_between():
    """Anything but exactly three parts with exactly one space between is 400."""
    for line in [
        "",
        "GET",
        "GET /",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET\t/\tHTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET /\xa0HTTP/1.1",
    ]:
        assert status_of(line) == 400


def test_a_method_is_a_token():
    """A method with a character that no token has is 400."""
    for method in ["", "GE(T", "GET:", "G\x00T", "GÉT", "GET\n", "{}", '"GET"']:
        assert status_of(f"{method} / HTTP/1.1") == 400


def test_a_target_is_a_path_or_a_url():
    """A target that is neither a path nor an http URL with a host is 400."""
    for target in [
        "menu",
        "?day=mon",
        "",
        "*menu",
        "ftp://bistro.example/",
        "http:/menu",
        "http://",
        "http:///menu",
        "http://:80/",
        "http://guest@bistro.example/",
        "http://bistro.example:port/",
        "http://bistro.example:123456/",
        "http://[::1/",
        "xhttp://bistro.example/",
    ]:
        assert status_of(f"GET {target} HTTP/1.1") == 400
        if target:
            assert status_of(f"OPTIONS {target} HTTP/1.1") == 400


def test_a_target_is_visible_ascii():
    """A target has no fragment, no control character and nothing beyond ASCII: those are 400."""
    for character in ["#", "\x00", "\t", "\r", "\n", "\x7f", "é", "\x85"]:
        assert status_of(f"GET /a{character} HTTP/1.1") == 400
        assert status_of(f"GET /a{character}b HTTP/1.1") == 400
        assert status_of(f"GET http://bistro.example/{character} HTTP/1.1") == 400


def test_a_version_we_do_not_speak():
    """A well-formed version other than 1.0 and 1.1 is 505."""
    for version in ["HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/9.9"]:
        assert status_of(f"GET / {version}") == 505


def test_a_version_is_http_and_two_digits():
    """A version is `HTTP/`, an ASCII digit, a dot and an ASCII digit: the rest is 400."""
    for version in [
        "HTTP/1", "HTTP/1.10", "HTTP/11.1", "HTTP/1.1\n", "HTTP/2.0\n", "http/1.1", "HTTP/+1.1",
        "HTTP/1,1", "HTTP/\u0661.\u0661", "HTTPS/1.1", "XHTTP/1.1", "",
    ]:  # fmt: skip
        assert status_of(f"GET / {version}") == 400


def test_connect_is_for_proxies():
    """CONNECT asks for a tunnel, which only a proxy gives: 501, whatever its target is."""
    for target in ["bistro.example:443", "/bistro.example:443", "*"]:
        assert status_of(f"CONNECT {target} HTTP/1.1") == 501
    assert parse_request_line("CONNECTED / HTTP/1.1")[0] == "CONNECTED"


def test_the_longest_line():
    """A line of MAX_REQUEST_LINE bytes is read; with one byte more it is 414, whatever it says."""
    path = "/" + "a" * (MAX_REQUEST_LINE - len("GET / HTTP/1.1"))
    assert parse_request_line(f"GET {path} HTTP/1.1") == ("GET", path, "HTTP/1.1")
    assert status_of(f"GET {path}a HTTP/1.1") == 414
    assert status_of("a" * (MAX_REQUEST_LINE + 1)) == 414


def test_an_error_speaks():
    """An error carries its status, and its text begins with the status and what it is called."""
    with pytest.raises(ProtocolError) as caught:
        parse_request_line("GET / HTTP/3.0")
    assert str(caught.value) == f"505 HTTP Version Not Supported: {caught.value.message}"

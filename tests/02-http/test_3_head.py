"""Step 2.3: a whole request head."""

import pytest

from bistro.http import (
    MAX_FIELD_LINE,
    MAX_FIELDS,
    MAX_REQUEST_LINE,
    ProtocolError,
    RequestHead,
    parse_request_head,
)

CHROMIUM = (
    b"GET /menu?day=monday HTTP/1.1\r\n"
    b"Host: 127.0.0.1:8000\r\n"
    b"Connection: keep-alive\r\n"
    b'sec-ch-ua: "Chromium";v="141", "Not?A_Brand";v="8"\r\n'
    b"sec-ch-ua-mobile: ?0\r\n"
    b'sec-ch-ua-platform: "Linux"\r\n'
    b"Upgrade-Insecure-Requests: 1\r\n"
    b"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
    b" Chrome/141.0.0.0 Safari/537.36\r\n"
    b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    b"Sec-Fetch-Site: none\r\n"
    b"Sec-Fetch-Mode: navigate\r\n"
    b"Accept-Encoding: gzip, deflate, br, zstd\r\n"
    b"Accept-Language: en-US,en;q=0.9\r\n"
    b"Cookie: table=4; _ga=GA1.1\r\n"
    b"\r\n"
)


def status_of(head):
    with pytest.raises(ProtocolError) as caught:
        parse_request_head(head)
    return caught.value.status


def test_a_browsers_head():
    """What a browser sends becomes a method, a target, a version and its fields."""
    head = parse_request_head(CHROMIUM)
    assert isinstance(head, RequestHead)
    assert (head.method, head.target, head.version) == ("GET", "/menu?day=monday", "HTTP/1.1")
    assert list(head.fields) == [
        "host", "connection", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform",
        "upgrade-insecure-requests", "user-agent", "accept", "sec-fetch-site", "sec-fetch-mode",
        "accept-encoding", "accept-language", "cookie",
    ]  # fmt: skip
    assert head.fields["host"] == "127.0.0.1:8000"
    assert head.fields["sec-ch-ua"] == '"Chromium";v="141", "Not?A_Brand";v="8"'
    assert head.fields["cookie"] == "table=4; _ga=GA1.1"


def test_http_1_0_needs_no_fields():
    """An HTTP/1.0 request may be a request line and nothing else."""
    head = parse_request_head(b"GET / HTTP/1.0\r\n\r\n")
    assert (head.method, head.target, head.version, head.fields) == ("GET", "/", "HTTP/1.0", {})


def test_bytes_beyond_ascii_are_latin_1():
    """Bytes beyond ASCII in a value are kept, each as the latin-1 character of that number."""
    every = bytes(range(0x80, 0x100))
    head = parse_request_head(b"GET / HTTP/1.1\r\nHost: a\r\nX: <" + every + b">\r\n\r\n")
    assert head.fields["x"] == "<" + "".join(map(chr, range(0x80, 0x100))) + ">"


def test_tab_is_the_one_control_that_may_stand():
    """A tab inside of a value is kept."""
    head = parse_request_head(b"GET / HTTP/1.1\r\nHost: a\r\nX: a\tb !~\r\n\r\n")
    assert head.fields["x"] == "a\tb !~"


def test_no_control_characters():
    """NUL and every other control character but tab is 400, wherever in the head it stands."""
    for code in [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F]:
        control = bytes([code])
        assert status_of(b"GET / HTTP/1.1\r\nHost: a\r\nX: a" + control + b"b\r\n\r\n") == 400
        assert status_of(b"GET / HTTP/1.1\r\nHost: a\r\nX: a" + control + b"\r\n\r\n") == 400
        assert status_of(b"GET /" + control + b" HTTP/1.1\r\nHost: a\r\n\r\n") == 400
        assert status_of(b"GET / HTTP/2.0\r\nHost: a\r\nX: a" + control + b"\r\n\r\n") == 400


def test_lines_end_in_crlf():
    """A CR or an LF that is not part of a CRLF is 400: others end the line there."""
    for head in [
        b"GET / HTTP/1.1\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\rHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\n\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\n\r\r\n\r\n",
        b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
        b"\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \r\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \n\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\nX: a\nY: b\r\n\r\n",
    ]:
        assert status_of(head) == 400


def test_a_host():
    """A Host is a name or an address, then perhaps a colon and a port; it may be empty."""
    for host in [
        "", "a", "bistro.example", "bistro.example:8000", "bistro.example:", "127.0.0.1:65535",
        "[::1]", "[2001:DB8::f]:8000", "xn--caf-dma.example", "a_b~c", "%5b", "(!$&'*+,;=)",
    ]:  # fmt: skip
        head = parse_request_head(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert head.fields == {"host": host}


def test_not_a_host():
    """A Host that is not a host with an optional port is 400, in HTTP/1.0 too."""
    for host in [
        "a b", "a/b", "a?b", "a#b", "guest@a", "a:b", "a:1:2", "a:123456", "a:+1", "a:\u0661",
        ":80", "::1", "[::1", "[::1]x", "[g]", "[]", "http://a", "a\\b", "<a>", '"a"', "caf\xe9",
        "a,\tb", "a:80x", "{a}", "a|b", "a^b", "a`b",
    ]:  # fmt: skip
        for version in ["HTTP/1.1", "HTTP/1.0"]:
            assert status_of(f"GET / {version}\r\nHost: {host}\r\n\r\n".encode()) == 400


def test_http_1_1_needs_a_host():
    """An HTTP/1.1 request without a Host is 400."""
    assert status_of(b"GET / HTTP/1.1\r\n\r\n") == 400
    assert status_of(b"GET / HTTP/1.1\r\nX-Host: a\r\n\r\n") == 400
    assert status_of(b"GET http://a/ HTTP/1.1\r\nAccept: */*\r\n\r\n") == 400


def test_a_head_belongs_to_its_request():
    """The same bytes give a head of their own each time, so changing one changes no other."""
    request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    parse_request_head(request).fields["host"] = "b"
    assert parse_request_head(request).fields == {"host": "a"}


def test_two_hosts():
    """Two Host fields are 400: which of them would be the restaurant?"""
    assert status_of(b"GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n") == 400


def test_every_rule_of_its_parts():
    """What the request line and the fields refuse, the head refuses with the same status."""
    for head, status in [
        (b"\r\n\r\n", 400),
        (b"GET /\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        (b"CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 400),
        (b"GET /" + b"a" * MAX_REQUEST_LINE + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * MAX_FIELD_LINE + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * MAX_FIELDS + b"\r\n", 431),
    ]:
        assert status_of(head) == status

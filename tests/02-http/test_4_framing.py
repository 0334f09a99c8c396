"""Step 2.4: is there a body, how long is it, and does the connection stay?"""

import pytest

from bistro.http import CHUNKED, ProtocolError, body_length, keeps_alive, may_have_body


def status_of(version, fields):
    with pytest.raises(ProtocolError) as caught:
        body_length(version, fields)
    return caught.value.status


def test_no_length_no_body():
    """A request that announces no body has none."""
    for version in ["HTTP/1.1", "HTTP/1.0"]:
        assert body_length(version, {}) == 0
        assert body_length(version, {"host": "a", "content-type": "text/plain"}) == 0


def test_content_length():
    """Content-Length is the number of bytes in the body, in decimal digits."""
    for value, length in [
        ("0", 0),
        ("5", 5),
        ("00012", 12),
        ("1073741824", 2**30),
        ("9" * 18, 10**18 - 1),
    ]:
        for version in ["HTTP/1.1", "HTTP/1.0"]:
            assert body_length(version, {"content-length": value}) == length


def test_content_length_is_digits():
    """A Content-Length of anything but ASCII digits is 400, however a number it looks."""
    for value in [
        "+5", "-5", "5, 5", "5,5", "0_5", "0x5", "5 5", "5.0", "5e1", "", "five", "5;", "\u0665",
        "²", "5\n", "\x0b5", "5\x85", " 5", "5 ", "chunked", "x" * 19, "5" * 18 + ", 5",
    ]:  # fmt: skip
        assert status_of("HTTP/1.1", {"content-length": value}) == 400
        assert status_of("HTTP/1.0", {"content-length": value}) == 400


def test_a_length_beyond_reason():
    """A Content-Length of more than 18 digits is 413; no time is spent on the number."""
    for value in ["1" * 19, "0" * 18 + "5", "9" * 5000]:
        assert status_of("HTTP/1.1", {"content-length": value}) == 413


def test_chunked():
    """Transfer-Encoding: chunked, in any case, says that the body comes in chunks."""
    for value in ["chunked", "Chunked", "CHUNKED"]:
        assert body_length("HTTP/1.1", {"transfer-encoding": value}) == CHUNKED


def test_both():
    """Content-Length beside Transfer-Encoding is 400: two readers would find two ends."""
    for length in ["5", "0", "", "x"]:
        for coding in ["chunked", "gzip", ""]:
            fields = {"content-length": length, "transfer-encoding": coding}
            assert status_of("HTTP/1.1", fields) == 400


def test_http_1_0_has_no_chunks():
    """Transfer-Encoding in HTTP/1.0 is 400: that version does not know it."""
    for coding in ["chunked", "gzip", ""]:
        assert status_of("HTTP/1.0", {"transfer-encoding": coding}) == 400
        fields = {"transfer-encoding": coding, "content-length": "5"}
        assert status_of("HTTP/1.0", fields) == 400


def test_chunked_once():
    """`chunked` more than once, or a list with an empty element, is 400."""
    for value in [
        "chunked, chunked",
        "chunked ,\tChunked",
        "chunked,",
        ",chunked",
        "",
        " ",
        ",",
        "\t,",
    ]:
        assert status_of("HTTP/1.1", {"transfer-encoding": value}) == 400


def test_other_codings():
    """A transfer coding other than chunked is 501: we do not speak it, so we do not guess."""
    for value in [
        "gzip", "identity", "gzip, chunked", "chunked, gzip", "xchunked", "chunked;q=1", "chunkedx",
        '"chunked"', "chunked chunked", "\x0bchunked", "\xa0chunked", "chunked\x85",
    ]:  # fmt: skip
        assert status_of("HTTP/1.1", {"transfer-encoding": value}) == 501


def test_keeps_alive():
    """HTTP/1.1 stays unless told to close; HTTP/1.0 closes unless told to stay; close wins."""
    for version, connection, expected in [
        ("HTTP/1.1", None, True),
        ("HTTP/1.1", "close", False),
        ("HTTP/1.1", "Close", False),
        ("HTTP/1.1", "keep-alive", True),
        ("HTTP/1.1", "", True),
        ("HTTP/1.1", "upgrade", True),
        ("HTTP/1.1", "closed", True),
        ("HTTP/1.1", "not-close", True),
        ("HTTP/1.1", "\xa0close", True),
        ("HTTP/1.1", "upgrade,\tclose ", False),
        ("HTTP/1.1", "keep-alive, close", False),
        ("HTTP/1.1", "close, keep-alive", False),
        ("HTTP/1.0", None, False),
        ("HTTP/1.0", "", False),
        ("HTTP/1.0", "close", False),
        ("HTTP/1.0", "keep-alive", True),
        ("HTTP/1.0", "Keep-Alive", True),
        ("HTTP/1.0", "te ,\tkeep-alive", True),
        ("HTTP/1.0", "keep-alives", False),
        ("HTTP/1.0", "keep-alive, close", False),
    ]:
        fields = {} if connection is None else {"connection": connection}
        assert keeps_alive(version, fields) is expected


def test_answers_without_a_body():
    """The answer to HEAD has no body, nor has one with 1xx, 204 or 304."""
    for method, status, expected in [
        ("GET", 200, True),
        ("POST", 201, True),
        ("GET", 404, True),
        ("GET", 205, True),
        ("GET", 203, True),
        ("GET", 303, True),
        ("GET", 305, True),
        ("HEADER", 200, True),
        ("head", 200, True),
        ("HEAD", 200, False),
        ("HEAD", 404, False),
        ("GET", 100, False),
        ("GET", 101, False),
        ("GET", 199, False),
        ("GET", 204, False),
        ("DELETE", 204, False),
        ("GET", 304, False),
    ]:
        assert may_have_body(method, status) is expected

"""Step 3.3: the response's head, as the application gives it."""

import sys

import pytest

from bistro.http import RequestHead
from bistro.wsgi import ApplicationError, ResponseWriter, check_fields

TEXT = ("Content-Type", "text/plain")


def writer_for(method="GET"):
    """A writer for a plain request, and the list of what it sends."""
    sent = []
    request = RequestHead(method, "/menu", "HTTP/1.1", {"host": "bistro.example"})
    return ResponseWriter(request, sent.append), sent


def test_length_and_date_are_found():
    """The server has to know the Content-Length, and whether there is a Date, however spelled."""
    assert check_fields("200 OK", []) == (None, False)
    assert check_fields("200 OK", [TEXT]) == (None, False)
    assert check_fields("200 OK", [("content-LENGTH", "120"), TEXT]) == (120, False)
    assert check_fields("200 OK", [("Content-Length", "0"), ("DATE", "now")]) == (0, True)
    assert check_fields("200 OK", [("date", "now"), TEXT]) == (None, True)
    assert check_fields("200 OK", [("Date", "now"), ("Content-Length", "5")]) == (5, True)


@pytest.mark.parametrize(
    "status", [200, None, b"200 OK", "100 Continue", "103 Early Hints", "199 "]
)
def test_a_status_is_a_final_one(status):
    """A status is a str, and not 1xx: an answer before the answer is the server's to send."""
    with pytest.raises(ApplicationError):
        check_fields(status, [TEXT])


def test_fields_are_a_list():
    """Fields are a list, as PEP 3333 says: a generator would be used up by the first to read it."""
    for fields in ((TEXT,), iter([TEXT]), dict([TEXT]), None, "text"):
        with pytest.raises(ApplicationError):
            check_fields("200 OK", fields)


@pytest.mark.parametrize("field", [("X-A", 7), (b"X-A", "7"), ("X-A", b"7"), (None, "")])
def test_names_and_values_are_strings(field):
    """A name or value that is not a str is refused, not made into one."""
    with pytest.raises(ApplicationError):
        check_fields("200 OK", [TEXT, field])


@pytest.mark.parametrize(
    "name",
    [
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "upgrade", "CONNECTION",
    ],
)  # fmt: skip
def test_hop_by_hop_fields_are_refused(name):
    """A field about the connection is the server's to send: the application knows none."""
    with pytest.raises(ApplicationError):
        check_fields("200 OK", [TEXT, (name, "close")])


@pytest.mark.parametrize(
    "value", ["", "+5", "-5", " 5", "5 ", "5, 5", "0x5", "1_000", "\u0665", "5\n"]
)
def test_a_content_length_is_a_number(value):
    """A Content-Length is ASCII digits and nothing else."""
    with pytest.raises(ApplicationError):
        check_fields("200 OK", [("Content-Length", value)])


def test_two_content_lengths_are_refused():
    """Two Content-Length fields are refused, even when they agree: clients differ on them."""
    for lengths in (["5", "6"], ["5", "5"], ["0", "0"]):
        with pytest.raises(ApplicationError):
            check_fields("200 OK", [("Content-Length", value) for value in lengths])


def test_the_head_is_kept_and_nothing_is_sent():
    """start_response keeps the head as bytes, and sends nothing: the body may still fail."""
    writer, sent = writer_for()
    writer.start_response("200 OK", [TEXT, ("Content-Length", "5")])
    assert (
        writer.head == b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n"
    )
    assert writer.status == 200
    assert writer.remaining == 5
    assert writer.dated is False
    assert writer.head_sent is False
    assert sent == []


def test_it_returns_write():
    """start_response returns write, for applications that were written before WSGI."""
    writer, _ = writer_for()
    assert writer.start_response("404 Not Found", [TEXT]) == writer.write
    assert writer.status == 404
    assert writer.remaining is None


def test_repeated_fields_stay_apart():
    """Fields go out in the order given, repeated ones (Set-Cookie) on lines of their own."""
    writer, _ = writer_for()
    writer.start_response("200 OK", [("Set-Cookie", "a=1"), ("Date", "now"), ("Set-Cookie", "b=2")])
    assert (
        writer.head == b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nDate: now\r\nSet-Cookie: b=2\r\n\r\n"
    )
    assert writer.dated is True


def test_which_responses_have_no_body():
    """The answer to HEAD has no body, and a 204 or 304 has none."""
    for method, status, bodiless in [
        ("GET", "200 OK", False),
        ("GET", "404 Not Found", False),
        ("HEAD", "200 OK", True),
        ("GET", "204 No Content", True),
        ("POST", "304 Not Modified", True),
    ]:
        writer, _ = writer_for(method)
        writer.start_response(status, [TEXT])
        assert (method, status, writer.bodiless) == (method, status, bodiless)


def test_a_204_loses_its_length():
    """A 204 may not have a Content-Length and loses it; a 304 and a HEAD keep theirs."""
    for status in ("204 No Content", "204 "):
        writer, _ = writer_for()
        writer.start_response(status, [("content-length", "0"), ("X-Table", "7")])
        assert writer.head == f"HTTP/1.1 {status}\r\nX-Table: 7\r\n\r\n".encode()
    writer, _ = writer_for()
    writer.start_response("304 Not Modified", [("Content-Length", "5")])
    assert b"Content-Length: 5\r\n" in writer.head
    writer, _ = writer_for("HEAD")
    writer.start_response("200 OK", [("Content-Length", "5")])
    assert b"Content-Length: 5\r\n" in writer.head


def test_a_second_call_needs_an_error():
    """A second start_response without exc_info is refused, and the first head stays."""
    writer, _ = writer_for()
    writer.start_response("200 OK", [TEXT])
    head = writer.head
    with pytest.raises(ApplicationError):
        writer.start_response("500 Internal Server Error", [TEXT])
    with pytest.raises(ApplicationError):
        writer.start_response("500 Internal Server Error", [TEXT], sys.exc_info())
    assert writer.head == head
    assert writer.status == 200


def test_an_error_replaces_the_head():
    """A second start_response with exc_info replaces all that the first one gave."""
    writer, sent = writer_for()
    writer.start_response("204 No Content", [("Date", "now")])
    error = ValueError("the pan is on fire")
    answer = [TEXT, ("Content-Length", "4")]
    writer.start_response("500 Internal Server Error", answer, (ValueError, error, None))
    assert writer.head.startswith(b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain")
    assert (writer.status, writer.remaining) == (500, 4)
    assert (writer.bodiless, writer.dated) == (False, False)
    writer.start_response("503 Service Unavailable", [TEXT], (ValueError, error, None))
    assert writer.remaining is None
    assert sent == []


def test_an_error_in_the_first_call_is_no_error():
    """exc_info may be given in the first call, where there is nothing to replace."""
    writer, _ = writer_for()
    error = ValueError("the pan is on fire")
    writer.start_response("500 Internal Server Error", [TEXT], (ValueError, error, None))
    assert writer.status == 500


def test_after_the_head_the_error_comes_back():
    """Once the head is out it can't be replaced: the error in exc_info is raised again."""
    writer, _ = writer_for()
    writer.start_response("200 OK", [TEXT])
    writer.head_sent = True
    error = ValueError("the pan is on fire")
    with pytest.raises(ValueError, match="the pan is on fire") as caught:
        writer.start_response("500 Internal Server Error", [TEXT], (ValueError, error, None))
    assert caught.value is error
    assert writer.status == 200


def test_after_the_head_an_empty_exc_info_changes_nothing():
    """exc_info without an error in it, (None, None, None), does not get a second head accepted."""
    writer, _ = writer_for()
    writer.start_response("200 OK", [("Content-Length", "5")])
    writer.head_sent = True
    with pytest.raises(ApplicationError):
        writer.start_response("200 OK", [("Content-Length", "99")], (None, None, None))
    assert writer.remaining == 5


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        ("302 Found", [("Location", "/menu\r\nSet-Cookie: guest=evil")]),
        ("200 OK\r\nSet-Cookie: guest=evil", []),
        ("200 OK", [("X-A: b\r\nSet-Cookie", "guest=evil")]),
        ("200 OK", [("X-A", "b\nc")]),
        ("200 OK", [("X-A", "b\x00c")]),
        ("200 OK", [("X A", "b")]),
        ("200 OK", [("X-A", "€")]),
        ("200OK", []),
        ("OK", []),
        ("", []),
    ],
)
def test_no_response_is_split(status, fields):
    """CR, LF and whatever else can't stand in a head is a ValueError before a byte is sent."""
    writer, sent = writer_for()
    with pytest.raises(ValueError):  # noqa: PT011
        writer.start_response(status, fields)
    assert (writer.head, writer.status, sent) == (b"", 0, [])
    writer.start_response("500 Internal Server Error", [TEXT])
    assert writer.status == 500


def test_a_refused_call_changes_nothing():
    """When a second call is refused for what it gives, what the first one gave stays."""
    writer, _ = writer_for()
    writer.start_response("200 OK", [("Content-Length", "5")])
    head = writer.head
    exc_info = (ValueError, ValueError("the pan is on fire"), None)
    with pytest.raises(ValueError):  # noqa: PT011
        writer.start_response("204 No Content", [("Date", "now"), ("X-A", "b\r\nc")], exc_info)
    with pytest.raises(ApplicationError):
        writer.start_response("204 No Content", [("Connection", "close")], exc_info)
    assert (writer.head, writer.status, writer.remaining) == (head, 200, 5)
    assert (writer.bodiless, writer.dated) == (False, False)

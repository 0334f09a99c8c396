"""Step 3.4: the final head, and the body's framing."""

import re

import pytest

from bistro.http import RequestHead
from bistro.wsgi import ApplicationError, ResponseWriter

TEXT = ("Content-Type", "text/plain")


def started(*fields, method="GET", version="HTTP/1.1", status="200 OK", asked="", closing=False):
    """A writer whose application has called start_response with these fields."""
    request_fields = {"host": "bistro.example", **({"connection": asked} if asked else {})}
    request = RequestHead(method, "/menu", version, request_fields)
    writer = ResponseWriter(request, lambda data: None, closing=closing)
    writer.start_response(status, [TEXT, *fields])
    return writer


def fields_of(head):
    """A head's fields as a dict; a repeated field would be an error."""
    lines = head.decode("latin-1").split("\r\n")
    assert lines[0].startswith("HTTP/1.1 ")
    assert lines[-2:] == ["", ""]
    pairs = [line.split(": ", 1) for line in lines[1:-2]]
    assert len({name.lower() for name, _ in pairs}) == len(pairs)
    return dict(pairs)


def test_the_applications_length_comes_first():
    """An application's own Content-Length frames the body, whatever else is known."""
    for known in (None, 99):
        writer = started(("Content-Length", "5"))
        fields = fields_of(writer.begin(known))
        assert fields["Content-Length"] == "5"
        assert "Transfer-Encoding" not in fields
        assert (writer.remaining, writer.chunked, writer.keep_alive) == (5, False, True)


def test_a_known_length_is_sent():
    """A body whose size is known gets a Content-Length."""
    writer = started()
    fields = fields_of(writer.begin(12))
    assert fields["Content-Length"] == "12"
    assert "Transfer-Encoding" not in fields
    assert (writer.remaining, writer.chunked, writer.keep_alive) == (12, False, True)
    assert fields_of(started().begin(0))["Content-Length"] == "0"


def test_an_unknown_length_is_sent_in_chunks():
    """For a client of HTTP/1.1 a body of unknown size goes out in chunks."""
    writer = started()
    fields = fields_of(writer.begin(None))
    assert fields["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in fields
    assert (writer.remaining, writer.chunked, writer.keep_alive) == (None, True, True)


def test_http_1_0_knows_no_chunks():
    """For a client of HTTP/1.0 a body of unknown size ends with the connection."""
    writer = started(version="HTTP/1.0", asked="keep-alive")
    fields = fields_of(writer.begin(None))
    assert "Transfer-Encoding" not in fields
    assert fields["Connection"] == "close"
    assert (writer.remaining, writer.chunked, writer.keep_alive) == (None, False, False)


def test_the_connection_field():
    """Connection is sent where the client could not know: closing, or HTTP/1.0 kept alive."""
    assert "Connection" not in fields_of(started().begin(5))
    assert fields_of(started(asked="close").begin(5))["Connection"] == "close"
    assert fields_of(started(closing=True).begin(5))["Connection"] == "close"
    assert fields_of(started(version="HTTP/1.0").begin(5))["Connection"] == "close"
    old = started(version="HTTP/1.0", asked="keep-alive")
    assert fields_of(old.begin(5))["Connection"] == "keep-alive"
    assert old.keep_alive is True


@pytest.mark.parametrize("known", [None, 5])
@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified")],
)
def test_no_body_needs_no_framing(method, status, known):
    """A response that can have no body gets no framing, and keeps the connection."""
    writer = started(method=method, status=status)
    fields = fields_of(writer.begin(known))
    assert set(fields) == {"Content-Type", "Date"}
    assert (writer.chunked, writer.keep_alive) == (False, True)


def test_no_body_keeps_an_old_connection():
    """A response without a body needs no end of the connection in HTTP/1.0 either."""
    writer = started(method="HEAD", version="HTTP/1.0", asked="keep-alive")
    assert fields_of(writer.begin(None))["Connection"] == "keep-alive"
    assert writer.keep_alive is True


def test_there_is_one_date():
    """A response has a Date: the application's, or else the server's."""
    day = r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT"
    assert re.fullmatch(day, fields_of(started().begin(5))["Date"])
    own = started(("date", "Sun, 06 Nov 1994 08:49:37 GMT"))
    assert fields_of(own.begin(5))["date"] == "Sun, 06 Nov 1994 08:49:37 GMT"


def test_the_applications_fields_are_all_there():
    """The final head begins with what the application gave, and ends with one empty line."""
    writer = started(("X-Table", "7"))
    head = writer.begin(5)
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Table: 7\r\n")
    assert head.endswith(b"\r\n\r\n")
    assert head.count(b"\r\n\r\n") == 1


def test_the_head_is_marked_as_sent():
    """After begin, head_sent is set: the head is the caller's to send now."""
    writer = started()
    assert writer.head_sent is False
    writer.begin(None)
    assert writer.head_sent is True


def test_without_start_response_there_is_no_head():
    """Data before start_response is the application's mistake, and nothing is marked as sent."""
    request = RequestHead("GET", "/menu", "HTTP/1.1", {"host": "bistro.example"})
    writer = ResponseWriter(request, lambda data: None)
    with pytest.raises(ApplicationError):
        writer.begin(5)
    assert writer.head_sent is False


def test_chunks():
    """In chunks, each piece goes out as a chunk with its size before it."""
    writer = started()
    writer.begin(None)
    assert writer.frame(b"trout with almonds") == b"12\r\ntrout with almonds\r\n"
    assert writer.frame(b"!") == b"1\r\n!\r\n"
    assert writer.size == 19


def test_an_empty_chunk_is_never_made():
    """No data is no chunk, because an empty chunk would end the body."""
    writer = started()
    writer.begin(None)
    assert writer.frame(b"") == b""


def test_a_length_needs_no_marks():
    """With a length, or with the connection's end, the data goes out as it is, and is counted."""
    writer = started(("Content-Length", "10"))
    writer.begin(None)
    assert writer.frame(b"trout ") == b"trout "
    assert (writer.remaining, writer.size) == (4, 6)
    assert writer.frame(b"soup") == b"soup"
    assert (writer.remaining, writer.size) == (0, 10)
    old = started(version="HTTP/1.0")
    old.begin(None)
    assert old.frame(b"trout") == b"trout"
    assert (old.remaining, old.size) == (None, 5)


def test_never_more_than_declared(caplog):
    """Bytes beyond the Content-Length are dropped and logged: they would be the next response."""
    writer = started(("Content-Length", "5"))
    writer.begin(None)
    assert writer.frame(b"troutHTTP/1.1 200 OK\r\n\r\n") == b"trout"
    assert (writer.remaining, writer.size) == (0, 5)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert writer.frame(b"HTTP/1.1 200 OK\r\n\r\n") == b""
    assert (writer.remaining, writer.size) == (0, 5)


def test_exactly_what_was_declared_is_no_fault(caplog):
    """A body of just the declared size is sent without a warning."""
    writer = started(("Content-Length", "5"))
    writer.begin(None)
    assert writer.frame(b"trout") == b"trout"
    assert writer.frame(b"") == b""
    assert caplog.records == []


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified")],
)
def test_a_body_that_may_not_be_is_dropped(method, status):
    """What an application gives as the body of a HEAD, 204 or 304 does not go out."""
    for fields in ([], [("Content-Length", "5")]):
        writer = started(*fields, method=method, status=status)
        writer.begin(None)
        assert writer.frame(b"trout") == b""
        assert writer.size == 0

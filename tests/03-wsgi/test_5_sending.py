"""Step 3.5: the body goes out."""

import pytest

from bistro.http import RequestHead
from bistro.sockets import Disconnected
from bistro.wsgi import ApplicationError, ResponseWriter

TEXT = ("Content-Type", "text/plain")


def started(*fields, method="GET", version="HTTP/1.1", status="200 OK"):
    """A writer whose application has called start_response, and the list of what it sends."""
    sent = []
    request = RequestHead(method, "/menu", version, {"host": "bistro.example"})
    writer = ResponseWriter(request, sent.append)
    writer.start_response(status, [TEXT, *fields])
    return writer, sent


def body_of(response):
    """What follows the head in the bytes of a response."""
    return response.partition(b"\r\n\r\n")[2]


def test_the_head_goes_out_with_the_first_piece():
    """The head waits for the first piece of the body, and leaves in one send with it."""
    writer, sent = started()
    writer.write(b"soup, ")
    assert len(sent) == 1
    assert sent[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nTransfer-Encoding: chunked\r\n" in sent[0]
    assert body_of(sent[0]) == b"6\r\nsoup, \r\n"


def test_each_piece_is_sent_at_once():
    """A piece is sent when it is written, not kept until there is more."""
    writer, sent = started()
    writer.write(b"soup")
    writer.write(b"trout")
    assert sent[1:] == [b"5\r\ntrout\r\n"]
    writer.write(b"tart")
    assert sent[2:] == [b"4\r\ntart\r\n"]


def test_an_empty_piece_sends_nothing():
    """An empty piece sends nothing, not even the head: the application may still fail."""
    writer, sent = started()
    writer.write(b"")
    assert sent == []
    assert writer.head_sent is False
    writer.write(b"soup")
    writer.write(b"")
    assert len(sent) == 1


@pytest.mark.parametrize("data", ["soup", "", bytearray(b"soup"), memoryview(b"soup"), None, 7])
def test_a_body_is_made_of_bytes(data):
    """A piece that is not bytes is the application's mistake, and nothing of it is sent."""
    writer, sent = started()
    with pytest.raises(ApplicationError):
        writer.write(data)
    assert sent == []


def test_data_before_start_response():
    """Data before start_response is the application's mistake; nothing is sent."""
    sent = []
    request = RequestHead("GET", "/menu", "HTTP/1.1", {"host": "bistro.example"})
    writer = ResponseWriter(request, sent.append)
    with pytest.raises(ApplicationError):
        writer.write(b"soup")
    with pytest.raises(ApplicationError):
        writer.finish(b"soup")
    with pytest.raises(ApplicationError):
        writer.finish()
    assert sent == []


def test_a_whole_body_is_one_send():
    """A body that is there as a whole goes out in one send with its head and its length."""
    writer, sent = started()
    writer.finish(b"leek tart")
    assert len(sent) == 1
    assert b"\r\nContent-Length: 9\r\n" in sent[0]
    assert body_of(sent[0]) == b"leek tart"
    assert (writer.size, writer.keep_alive) == (9, True)


def test_an_empty_body_has_the_length_0():
    """A response whose body turned out empty says so: Content-Length: 0."""
    writer, sent = started()
    writer.write(b"")
    writer.finish()
    assert len(sent) == 1
    assert b"\r\nContent-Length: 0\r\n" in sent[0]
    assert body_of(sent[0]) == b""


def test_the_last_chunk_ends_the_body():
    """After the last piece of a body in chunks comes the last chunk, of size 0."""
    writer, sent = started()
    writer.write(b"soup")
    writer.finish()
    assert sent[1:] == [b"0\r\n\r\n"]


def test_a_rest_and_the_end_are_one_send():
    """A rest given to finish leaves in one send with the last chunk."""
    writer, sent = started()
    writer.write(b"soup, ")
    writer.finish(b"trout")
    assert sent[1:] == [b"5\r\ntrout\r\n0\r\n\r\n"]


def test_a_complete_body_needs_no_end():
    """When the declared length is reached there is nothing more to send, and send is not called."""
    writer, sent = started(("Content-Length", "4"))
    writer.write(b"soup")
    writer.finish()
    assert len(sent) == 1
    assert body_of(sent[0]) == b"soup"
    assert writer.keep_alive is True


def test_for_http_1_0_the_pieces_are_plain():
    """For a client of HTTP/1.0 the pieces go out as they are, and nothing marks the end."""
    writer, sent = started(version="HTTP/1.0")
    writer.write(b"soup, ")
    writer.write(b"trout")
    writer.finish()
    assert body_of(b"".join(sent)) == b"soup, trout"
    assert writer.keep_alive is False


def test_a_short_body_ends_the_connection(caplog):
    """A body shorter than declared ends the connection: the client waits for more."""
    writer, sent = started(("Content-Length", "9"))
    writer.write(b"soup")
    assert writer.keep_alive is True
    writer.finish()
    assert writer.keep_alive is False
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    for body in (b"soup", b""):
        whole, _ = started(("Content-Length", "9"))
        whole.finish(body)
        assert whole.keep_alive is False
    assert body_of(b"".join(sent)) == b"soup"


def test_a_long_body_does_not_poison_the_connection():
    """Of a body longer than declared, only the declared bytes are sent, in whatever pieces."""
    evil = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    for pieces in ([b"soup" + evil], [b"so", b"up" + evil], [b"soup", evil], [b"soup", evil, evil]):
        writer, sent = started(("Content-Length", "4"))
        for piece in pieces:
            writer.write(piece)
        writer.finish()
        assert body_of(b"".join(sent)) == b"soup"
        assert b"" not in sent
    writer, sent = started(("Content-Length", "4"))
    writer.finish(b"soup" + evil)
    assert body_of(b"".join(sent)) == b"soup"


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_after_the_end_nothing_goes_out(version):
    """What an application writes after the end is dropped: the connection is the next guest's."""
    for pieces in ([b"soup"], []):
        writer, sent = started(version=version)
        for piece in pieces:
            writer.write(piece)
        writer.finish(b"trout")
        before = list(sent)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        assert sent == before
        assert writer.size == len(b"".join(pieces)) + 5


@pytest.mark.parametrize(
    ("method", "status"),
    [("HEAD", "200 OK"), ("GET", "204 No Content"), ("GET", "304 Not Modified")],
)
def test_a_head_without_a_body(method, status):
    """Of an answer to HEAD, a 204 or a 304 the head is sent, and send not called again."""
    writer, sent = started(method=method, status=status)
    writer.write(b"soup")
    writer.write(b"trout")
    writer.finish(b"tart")
    assert len(sent) == 1
    assert sent[0].endswith(b"\r\n\r\n")
    assert sent[0].count(b"\r\n\r\n") == 1
    assert (writer.size, writer.keep_alive) == (0, True)


def test_a_head_says_what_a_get_would(caplog):
    """The answer to HEAD may declare the length that a GET would get; that is no fault."""
    writer, sent = started(("Content-Length", "4000"), method="HEAD")
    writer.finish()
    assert b"\r\nContent-Length: 4000\r\n" in sent[0]
    assert body_of(sent[0]) == b""
    assert writer.keep_alive is True
    assert caplog.records == []


def test_a_client_that_left_is_told_to_the_caller():
    """An error of send comes through: the caller has to know that the client is gone."""

    def send(data):
        raise Disconnected("the guest has left")

    request = RequestHead("GET", "/menu", "HTTP/1.1", {"host": "bistro.example"})
    for call in (lambda writer: writer.write(b"soup"), lambda writer: writer.finish(b"soup")):
        writer = ResponseWriter(request, send)
        writer.start_response("200 OK", [TEXT])
        with pytest.raises(Disconnected):
            call(writer)

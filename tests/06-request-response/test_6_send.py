"""Step 6.6: a response is sent."""

from itertools import islice
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from bistro.response import JSON, Response, Stream, status_line

HTML = ("Content-Type", "text/html; charset=utf-8")


def sent(response, method="GET"):
    """What a response gives a WSGI server: status line, fields, and what it returns."""
    calls = []
    result = response({"REQUEST_METHOD": method}, lambda *call: calls.append(call))
    assert len(calls) == 1
    return (*calls[0], result)


class Pieces:
    """A body that counts what was taken of it, and whether it was closed."""

    def __init__(self, *pieces):
        self.pieces = iter(pieces)
        self.taken = 0
        self.closed = 0

    def __iter__(self):
        return self

    def __next__(self):
        piece = next(self.pieces)
        self.taken += 1
        return piece

    def close(self):
        self.closed += 1


def test_text_is_sent_with_its_length():
    """Text goes out in UTF-8; its length is counted in bytes."""
    assert sent(Response("soup")) == ("200 OK", [HTML, ("Content-Length", "4")], [b"soup"])
    _, fields, body = sent(Response("café"))
    assert (fields[-1], body) == (("Content-Length", "5"), ["café".encode()])


def test_bytes_are_sent_as_they_are():
    """Bytes go out as they are, also none."""
    status, fields, body = sent(Response(b"\x00\xff", 201, content_type="image/png"))
    assert (status, body) == ("201 Created", [b"\x00\xff"])
    assert fields == [("Content-Type", "image/png"), ("Content-Length", "2")]
    _, fields, body = sent(Response())
    assert fields[-1] == ("Content-Length", "0")
    assert b"".join(body) == b""


def test_a_kind_of_text_is_text():
    """A subclass of str or bytes is text or bytes, not an iterable of its characters."""

    class Markup(str):
        __slots__ = ()

    class Picture(bytes):
        __slots__ = ()

    assert sent(Response(Markup("soup")))[1:] == ([HTML, ("Content-Length", "4")], [b"soup"])
    assert sent(Response(Picture(b"soup")))[1:] == ([HTML, ("Content-Length", "4")], [b"soup"])


def test_the_length_is_the_true_one():
    """A length among the fields that is not true would be the next response's ruin: it goes."""
    for fields in ({"Content-Length": "99"}, [("content-length", "1"), ("CONTENT-LENGTH", "2")]):
        response = Response("soup", headers=fields)
        assert sent(response)[1] == [HTML, ("Content-Length", "4")]
    response = Response("soup", headers={"Content-Length": "99"})
    del response.headers["Content-Type"]
    assert sent(response)[1] == [("Content-Length", "4")]


def test_the_fields_are_sent_in_order():
    """Fields go out as they stand, and then the length."""
    response = Response("soup", headers=[("X-Table", "7"), ("Set-Cookie", "a=1")])
    response.set_cookie("b", "2")
    names = [name for name, _ in sent(response)[1]]
    assert names == ["Content-Type", "X-Table", "Set-Cookie", "Set-Cookie", "Content-Length"]


def test_head_has_the_fields_and_no_body():
    """The answer to HEAD is that to GET without its body; the length stays."""
    for response in (Response("café"), Response(b"soup", 404), JSON([1, 2])):
        status, fields, body = sent(response, "GET")
        assert b"".join(body)
        assert sent(response, "HEAD") == (status, fields, [])


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_status_without_body(status, method):
    """204 and 304 have no body, and so neither a type nor a length; other fields stay."""
    for body in ("", "soup", b"soup"):
        headers = {"ETag": '"v1"', "content-type": "text/css", "CONTENT-LENGTH": "4"}
        line, fields, result = sent(Response(body, status, headers), method)
        assert line.startswith(f"{status} ")
        assert (fields, result) == ([("ETag", '"v1"')], [])


@pytest.mark.parametrize(
    ("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304), ("HEAD", 204)]
)
def test_a_body_that_is_not_sent_is_closed(method, status):
    """A stream that nobody will read is not begun, and is closed all the same."""
    body = Pieces(b"soup")
    _, _, result = sent(Response(body, status), method)
    assert list(result) == []
    assert (body.taken, body.closed) == (0, 1)
    assert list(sent(Response(iter([b"soup"]), status), method)[2]) == []


def test_an_iterable_is_streamed():
    """Any other body is a stream: its pieces go out in order, without a length."""
    for body in (
        ["caf", "é"],
        iter([b"caf", "é".encode()]),
        (piece for piece in ("caf", b"", "é")),
    ):
        status, fields, result = sent(Response(body))
        assert (status, fields) == ("200 OK", [HTML])
        assert b"".join(result) == "café".encode()


def test_the_fields_of_a_stream_stay():
    """Who streams may know the length; it is sent as given."""
    response = Response(iter([b"soup"]), headers={"Content-Length": "4"})
    for method in ("GET", "HEAD"):
        assert sent(response, method)[1] == [HTML, ("Content-Length", "4")]


def test_a_stream_takes_one_piece_at_a_time():
    """The next piece is taken when it is asked for, not before: that is why one streams."""
    body = Pieces("caf", b"\xc3\xa9")
    _, _, result = sent(Response(body))
    pieces = iter(result)
    assert body.taken == 0
    assert (next(pieces), body.taken) == (b"caf", 1)
    assert (next(pieces), body.taken) == (b"\xc3\xa9", 2)
    assert list(pieces) == []


def test_a_stream_is_closed():
    """The server's `close()` closes the body, once, also one that was never begun."""
    for pieces in ([], [b"soup"], [b"soup", b"tart"]):
        body = Pieces(b"soup", b"tart")
        _, _, result = sent(Response(body))
        assert list(islice(result, len(pieces))) == pieces
        result.close()
        assert body.closed == 1
    body = Pieces(b"soup")
    _, _, result = sent(Response(body))
    assert list(result) == [b"soup"]
    result.close()
    assert body.closed == 1
    plain = Stream(["soup"])
    assert list(plain) == [b"soup"]
    plain.close()


def test_an_error_in_a_stream_comes_through():
    """What fails while a stream is made is the server's to know."""

    def lines():
        yield "soup"
        raise ValueError("the pan is on fire")

    _, _, result = sent(Response(lines()))
    with pytest.raises(ValueError, match="the pan is on fire"):
        list(result)


def test_a_response_can_be_sent_twice():
    """Sending changes nothing in the response, and what the server does to its list neither."""
    for response in (Response("soup"), Response(["soup"]), Response("", 204)):
        before, body = list(response.fields), response.body
        lists = []
        for _ in range(2):
            _, fields, result = sent(response)
            lists.append(list(fields))
            fields.append(("X-Server", "changes this"))
            assert b"".join(result) in (b"soup", b"")
        assert lists[0] == lists[1]
        assert response.fields == before
        assert response.body is body


@pytest.mark.parametrize("status", [0, 99, 100, 103, 1000, -200, "200 OK", None, 200.5])
def test_a_status_that_is_none_is_refused(status):
    """A status is a number from 200 to 999, when a response is made and when it is sent."""
    with pytest.raises(ValueError):  # noqa: PT011
        Response("soup", status)
    response = Response("soup")
    response.status = status
    with pytest.raises(ValueError):  # noqa: PT011
        sent(response)


def test_a_status_that_nobody_registered():
    """A number that has no phrase of its own is sent with the one that `status_line` gives."""
    for status in (299, 599, 999):
        assert sent(Response("soup", status))[0] == status_line(status)
        assert status_line(status).startswith(f"{status} ")


def test_json_is_compact_and_unicode():
    """JSON is sent in UTF-8 with its own type."""
    _, fields, body = sent(JSON({"dish": "café", "price": 11.5}))
    assert fields[0] == ("Content-Type", "application/json")
    assert body == ['{"dish":"café","price":11.5}'.encode()]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: Response("soup"),
        lambda: Response(b"", 404),
        lambda: Response(["soup", b"tart"]),
        lambda: Response("soup", 204),
        lambda: Response("", 304, {"ETag": '"v1"'}),
        lambda: JSON({}),
    ],
)
def test_the_validator_finds_nothing(make, method):
    """wsgiref.validate, between server and response, stays silent."""
    environ = {"REQUEST_METHOD": method, "QUERY_STRING": "", "SCRIPT_NAME": "", "PATH_INFO": "/"}
    setup_testing_defaults(environ)
    started = []
    result = validator(make())(environ, lambda *call: started.append(call))
    pieces = list(result)
    result.close()
    assert len(started) == 1
    assert (b"".join(pieces) == b"") is (
        method == "HEAD" or started[0][0][:3] in ("204", "304", "404")
    )

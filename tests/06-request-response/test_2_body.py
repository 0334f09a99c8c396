"""Step 6.2: the body, within limits, and JSON."""

from io import BytesIO

import pytest

from bistro.errors import HTTPError
from bistro.request import MAX_BODY, Request, read_json


class Input(BytesIO):
    """A body that counts how many bytes it was asked for."""

    asked = 0

    def read(self, size=-1):
        assert size is not None, "read() without a size may wait for ever"
        assert size >= 0, "read() without a size may wait for ever"
        self.asked += size
        return super().read(size)


class Small(Request):
    """A request that takes ten bytes at the most."""

    max_body = 10


def request_of(data, length=None, kind=Request, **environ):
    """A request with the body `data`, of which `length` is declared."""
    environ["wsgi.input"] = Input(data)
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    return kind(environ)


def refused(request):
    """The status and message with which a body is refused."""
    with pytest.raises(HTTPError) as caught:
        request.body  # noqa: B018
    return caught.value.status, caught.value.message


def test_the_body_is_as_long_as_declared():
    """The body is as many bytes as Content-Length says; what follows is not ours."""
    request = request_of(b"trout and the next request", 5)
    assert request.body == b"trout"
    assert request.environ["wsgi.input"].asked == 5
    assert type(request.body) is bytes


def test_the_body_can_be_asked_for_again():
    """The stream is read once; the body can be looked at again."""
    request = request_of(b"trout", 5)
    assert request.body == b"trout"
    assert request.body is request.body


def test_no_length_is_no_body():
    """Without a length nothing is read, for the stream might not end: the body is empty."""
    for length in (None, ""):
        request = request_of(b"the next request", length)
        assert request.body == b""
        assert request.environ["wsgi.input"].asked == 0
    assert request_of(b"the next request", 0).body == b""


def test_a_server_that_marks_the_end():
    """Where the server marks the end of the input, a body without a length is all there is."""
    request = request_of(b"trout", **{"wsgi.input_terminated": True})
    assert request.body == b"trout"
    request = request_of(b"trout", **{"wsgi.input_terminated": False})
    assert request.body == b""


def test_a_declared_length_counts_where_the_end_is_marked():
    """A server that marks the end changes nothing for a request that declares its length."""
    marked = {"wsgi.input_terminated": True}
    assert request_of(b"trout and more", 5, **marked).body == b"trout"
    assert request_of(b"trout", 0, **marked).body == b""
    assert refused(request_of(b"tro", 5, **marked))[0] == 400
    assert refused(request_of(b"tro", 11, Small, **marked))[0] == 413


def test_the_limit_is_in_reach():
    """A body of exactly max_body bytes is taken."""
    assert request_of(b"0123456789", 10, Small).body == b"0123456789"
    assert request_of(b"0123456789", None, Small, **{"wsgi.input_terminated": True}).body == (
        b"0123456789"
    )


def test_too_long_is_413_before_it_is_read():
    """A declared length over the limit is 413, and none of the body is read."""
    request = request_of(b"01234567890", 11, Small)
    status, message = refused(request)
    assert status == 413
    assert "10" in message
    assert request.environ["wsgi.input"].asked == 0
    assert refused(request_of(b"", MAX_BODY + 1))[0] == 413


def test_too_long_without_a_length_is_413():
    """A body without a length is 413 as soon as there is one byte too many; no more is read."""
    request = request_of(b"x" * 1000, None, Small, **{"wsgi.input_terminated": True})
    assert refused(request)[0] == 413
    assert request.environ["wsgi.input"].asked == 11


def test_cut_short_is_400():
    """Fewer bytes than declared are 400: half an order must not be cooked."""
    status, message = refused(request_of(b"tro", 5))
    assert status == 400
    assert "3" in message
    assert "5" in message
    assert refused(request_of(b"", 1))[0] == 400


@pytest.mark.parametrize("length", ["-1", "+5", "5 ", "0x5", "1_0", "\u0665", "five", "5, 5"])
def test_a_length_that_is_no_number_is_400(length):
    """A Content-Length of anything but ASCII digits is 400, and nothing is read."""
    request = request_of(b"trout", length)
    assert refused(request)[0] == 400
    assert request.environ["wsgi.input"].asked == 0


def test_after_a_multipart_form_the_body_is_gone():
    """Who asks for the body after form and files is told that it was read, and what to do."""
    data = b'--x\r\nContent-Disposition: form-data; name="dish"\r\n\r\ntrout\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    request = request_of(data, len(data), CONTENT_TYPE=kind)
    assert request.form["dish"] == "trout"
    with pytest.raises(RuntimeError):
        request.body  # noqa: B018
    request = request_of(data, len(data), CONTENT_TYPE=kind)
    assert request.body == data
    assert request.form["dish"] == "trout"
    assert request.body == data


def test_after_a_plain_form_the_body_is_there():
    """A plain form is parsed from the body, which stays."""
    request = request_of(b"dish=trout", 10, CONTENT_TYPE="application/x-www-form-urlencoded")
    assert request.form["dish"] == "trout"
    assert len(request.files) == 0
    assert request.body == b"dish=trout"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"dish": "trout", "guests": 4}', {"dish": "trout", "guests": 4}),
        (b"[1, 2.5, true, null]", [1, 2.5, True, None]),
        (b' "caf\xc3\xa9" ', "café"),
        (b'"caf\\u00e9"', "café"),
        (b'\xef\xbb\xbf"trout"', "trout"),
        (b"0", 0),
        (b"null", None),
        (b'"NaN"', "NaN"),
        (b'"\\\\ud800"', "\\ud800"),
        (b'"\\ud83c\\udf72"', "\N{POT OF FOOD}"),
        (b'"\\uD83C\\uDF72"', "\N{POT OF FOOD}"),
    ],
)
def test_json_gives_its_value(body, value):
    """JSON of any kind gives its value; it is in UTF-8, also with a byte order mark."""
    assert read_json(body) == value


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"dish": trout}', "line 1, column 10"),
        (b'{"dish":\n "trout"', "line 2, column 9"),
        (b"", "line 1, column 1"),
        (b"{} {}", "line 1, column 4"),
    ],
)
def test_what_is_not_json_is_400_with_its_place(body, place):
    """A client that sends no JSON is told where it went wrong: line and column."""
    with pytest.raises(HTTPError) as caught:
        read_json(body)
    assert caught.value.status == 400
    assert place in caught.value.message


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b"[-Infinity]",
        b'{"price": Infinity}',
        b'"caf\xe9"',
        '"trout"'.encode("utf-16"),
        b'"\\ud800"',
        b'{"\\uDC00": 1}',
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"9" * 10_000,
        b"[1e999]",
        b"-1E+400",
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_python_takes_and_json_does_not_is_400(body):
    """NaN, other encodings, half a character, what is too deep or too large: 400, not 500."""
    with pytest.raises(HTTPError) as caught:
        read_json(body)
    assert caught.value.status == 400
    assert caught.value.message


def test_a_requests_json():
    """`request.json()` is the value of the body, the same one each time."""
    request = request_of(b'["trout"]', 9)
    assert request.json() == ["trout"]
    assert request.json() is request.json()
    with pytest.raises(HTTPError) as caught:
        request_of(b"trout", 5).json()
    assert caught.value.status == 400

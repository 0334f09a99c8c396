"""Step 9.5: out of the file."""

import io
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest

from bistro.static import BLOCK, FileResponse, Pieces


class Counted(io.BytesIO):
    """A file that writes down how much is read of it."""

    def __init__(self, data):
        super().__init__(data)
        self.reads = []

    def read(self, size=-1):
        self.reads.append(size)
        return super().read(size)


def joined(file, pieces, last=b""):
    """What the pieces are, put together."""
    return b"".join(Pieces(file, pieces, last))


@pytest.fixture
def sent():
    """`sent(response, …)`: status, fields and the iterable of what a response sends."""

    def send(response, method="GET", wrapper=None):
        got = []
        environ = {"REQUEST_METHOD": method}
        if wrapper:
            environ["wsgi.file_wrapper"] = wrapper
        body = response(environ, lambda status, fields: got.extend([status, dict(fields)]))
        return got[0], got[1], body

    return send


def response_of(data, status=200, pieces=None):
    """A FileResponse for bytes, whole if no pieces are given, and the file."""
    file = io.BytesIO(data)
    pieces = pieces or [(b"", 0, len(data))]
    return FileResponse(file, pieces, status, {"ETag": '"1"'}, "text/plain"), file


def test_a_piece_ends_before_its_end():
    """A piece is what stands between two places of the file, without the byte at its end."""
    assert joined(io.BytesIO(b"0123456789"), [(b"", 0, 10)]) == b"0123456789"
    assert joined(io.BytesIO(b"0123456789"), [(b"", 3, 7)]) == b"3456"
    assert joined(io.BytesIO(b"0123456789"), [(b"", 9, 10)]) == b"9"


def test_the_place_in_the_file_does_not_matter():
    """A piece begins where it begins, wherever the file was read before."""
    file = io.BytesIO(b"0123456789")
    file.read(5)
    assert joined(file, [(b"", 0, 2), (b"", 8, 10), (b"", 1, 3)]) == b"018912"


def test_what_goes_between():
    """Each piece has bytes that go before it, and the last bytes go behind them all."""
    pieces = [(b"<", 0, 2), (b"|", 4, 6)]
    assert joined(io.BytesIO(b"0123456789"), pieces, b">") == b"<01|45>"


def test_no_block_is_empty():
    """An empty block is never sent: in chunks, it would be the end."""
    assert list(Pieces(io.BytesIO(b"abc"), [(b"", 0, 3)])) == [b"abc"]
    assert list(Pieces(io.BytesIO(b""), [(b"", 0, 0)])) == []
    assert list(Pieces(io.BytesIO(b"abc"), [(b"x", 1, 1)], b"y")) == [b"x", b"y"]


def test_a_block_at_a_time():
    """A large file is read in blocks, and no more of it than the piece has."""
    file = Counted(bytes(3 * BLOCK))
    blocks = list(Pieces(file, [(b"", 10, 2 * BLOCK + 15)]))
    assert [len(block) for block in blocks] == [BLOCK, BLOCK, 5]
    assert max(file.reads) <= BLOCK
    assert sum(file.reads) == 2 * BLOCK + 5
    assert min(file.reads) >= 0


def test_blocks_are_read_as_they_are_sent():
    """Nothing is read before it is asked for."""
    file = Counted(bytes(3 * BLOCK))
    blocks = iter(Pieces(file, [(b"", 0, 3 * BLOCK)]))
    assert file.reads == []
    next(blocks)
    assert sum(file.reads) == BLOCK


def test_a_file_that_comes_in_drops():
    """A read may bring less than was asked for; the piece goes on until it is whole."""

    class Drops(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 3))

    assert joined(Drops(b"0123456789"), [(b"", 0, 8), (b"-", 8, 10)]) == b"01234567-89"


def test_a_file_that_has_become_shorter():
    """Where the file has become shorter there is no more to send, not even the end."""
    pieces = [(b"<", 0, 20), (b"|", 4, 6)]
    assert joined(io.BytesIO(b"0123456789"), pieces, b">") == b"<0123456789"


def test_a_response_has_a_length(sent):
    """The length of the response is that of all its pieces."""
    file = io.BytesIO(b"0123456789")
    response = FileResponse(file, [(b"ab", 0, 4), (b"c", 4, 5)], 206, {}, "text/plain", b"defg")
    status, fields, body = sent(response)
    assert status == "206 Partial Content"
    assert fields == {"Content-Type": "text/plain", "Content-Length": "12"}
    assert b"".join(body) == b"ab0123c4defg"
    assert not file.closed
    body.close()
    assert file.closed


def test_without_a_wrapper(sent):
    """A server without a file wrapper gets the pieces, and closes the file with them."""
    response, file = response_of(b"0123456789")
    status, fields, body = sent(response)
    assert (status, fields["ETag"]) == ("200 OK", '"1"')
    assert b"".join(body) == b"0123456789"
    body.close()
    assert file.closed


def test_the_servers_wrapper(sent):
    """A whole file goes to the server's file wrapper, whose answer is returned as it is."""
    wrapped = []

    def wrapper(*arguments):
        wrapped.append(arguments)
        return "the server's own"

    response, file = response_of(b"0123456789")
    status, fields, body = sent(response, wrapper=wrapper)
    assert (status, fields["Content-Length"]) == ("200 OK", "10")
    assert wrapped == [(file, BLOCK)]
    assert body == "the server's own"


def test_the_wrapper_gets_no_parts(sent):
    """A part of a file is no matter for the wrapper, which would send all of it."""
    response, _ = response_of(b"0123456789", 206, [(b"", 2, 4)])
    _, _, body = sent(response, wrapper=FileWrapper)
    assert b"".join(body) == b"23"


@pytest.mark.parametrize("wrapper", [None, FileWrapper])
def test_head(sent, wrapper):
    """HEAD gets the fields and no body, and the file is closed at once."""
    response, file = response_of(b"0123456789")
    status, fields, body = sent(response, "HEAD", wrapper)
    assert (status, fields["Content-Length"]) == ("200 OK", "10")
    assert list(body) == []
    assert file.closed


def test_a_body_that_middleware_put_there(sent):
    """Where somebody has put another body in the place of the file, that is sent."""
    response, _ = response_of(b"0123456789")
    response.body = b"other"
    _, fields, body = sent(response, wrapper=FileWrapper)
    assert b"".join(body) == b"other"
    assert fields["Content-Length"] == "5"


def test_another_status(sent):
    """A status that middleware has set is sent with the file, without the wrapper."""
    response, _ = response_of(b"0123456789")
    response.status = 404
    status, _, body = sent(response, wrapper=FileWrapper)
    assert status == "404 Not Found"
    assert not isinstance(body, FileWrapper)
    assert b"".join(body) == b"0123456789"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_contract_of_wsgi(method):
    """A response keeps PEP 3333, by the word of the validator."""
    response, file = response_of(b"0123456789")
    environ = {
        "REQUEST_METHOD": method, "SERVER_NAME": "bistro", "SERVER_PORT": "80", "PATH_INFO": "/",
        "wsgi.version": (1, 0), "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        "wsgi.url_scheme": "http", "QUERY_STRING": "", "SCRIPT_NAME": "",
    }  # fmt: skip
    body = validator(response)(environ, lambda status, fields, exc_info=None: lambda data: None)
    assert b"".join(body) == (b"0123456789" if method == "GET" else b"")
    body.close()
    assert file.closed


def test_what_is_kept_is_not_given_away(sent):
    """The server gets a list of fields of its own: it may add to it."""
    response, _ = response_of(b"0123456789")
    before = list(response.fields)
    given = []

    def start_response(status, fields):
        given.append(fields)
        fields.append(("Date", "now"))

    response({"REQUEST_METHOD": "GET", "wsgi.file_wrapper": FileWrapper}, start_response)
    assert response.fields == before

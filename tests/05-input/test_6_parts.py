"""Step 5.6: the parts of a form, found in pieces of any size."""

import time

import pytest

from bistro.http import ProtocolError
from bistro.multipart import MAX_HEADER_LINE, MAX_HEADERS, MAX_PARTS, MultipartParser, Part

FORM = (
    b'--soup\r\nContent-Disposition: form-data; name="dish"\r\n\r\nleek tart'
    b'\r\n--soup\r\nContent-Disposition: form-data; name="photo"; filename="a.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\none\r\ntwo\r\n--soul\r\r\n-\r\n--sou\r\n"
    b'\r\n--soup\r\nContent-Disposition: form-data; name="empty"\r\n\r\n'
    b"\r\n--soup--\r\n"
)
PARTS = [
    ("dish", None, b"leek tart"),
    ("photo", "a.txt", b"one\r\ntwo\r\n--soul\r\r\n-\r\n--sou\r\n"),
    ("empty", None, b""),
]
HEAD = b"--soup\r\nContent-Disposition: form-data; name=a\r\n\r\n"


def parts_in(pieces, **limits):
    """Feed the pieces; the parts with their contents."""
    parser = MultipartParser("soup", **limits)
    parts, head, contents = [], ("no part", None), []
    for piece in pieces:
        for event in parser.feed(piece):
            if isinstance(event, Part):
                head, contents = (event.name, event.filename), []
            elif event is None:
                parts.append((*head, b"".join(contents)))
            else:
                contents.append(event)
    parser.close()
    return parts


def one_by_one(data):
    return [data[at : at + 1] for at in range(len(data))]


def status_of(data, **limits):
    """The status with which a form is refused, whole and byte by byte."""
    statuses = set()
    for pieces in ([data], one_by_one(data)):
        with pytest.raises(ProtocolError) as caught:
            parts_in(pieces, **limits)
        statuses.add(caught.value.status)
    assert len(statuses) == 1
    return statuses.pop()


def test_a_whole_form():
    """A form in one piece has its parts in order, each with its content to the byte."""
    assert parts_in([FORM]) == PARTS


def test_byte_by_byte():
    """A form that comes byte by byte has the same parts."""
    assert parts_in(one_by_one(FORM)) == PARTS


def test_cut_anywhere():
    """Wherever a form is cut in two, its parts are the same."""
    for at in range(len(FORM) + 1):
        assert parts_in([FORM[:at], FORM[at:]]) == PARTS
        assert parts_in([FORM[:at], b"", FORM[at : at + 2], FORM[at + 2 :]]) == PARTS


def test_content_that_looks_like_a_boundary():
    """What only begins like a boundary is content, also when the real one follows at once."""
    for content in [
        b"\r",
        b"\r\n",
        b"\r\n--sou",
        b"--soup",
        b"\r\n-\r\n--soul",
        b"\n--soup\n",
        b"-",
    ]:
        data = HEAD + content + b"\r\n--soup--"
        assert parts_in([data]) == [("a", None, content)]
        for at in range(len(HEAD), len(data)):
            assert parts_in([data[:at], data[at:]]) == [("a", None, content)]


def test_content_is_returned_at_once():
    """Content is not kept until the part ends; only the beginning of a boundary is held back."""
    parser = MultipartParser("soup")
    parser.feed(HEAD)
    assert parser.feed(b"one\r\ntwo") == [b"one\r\ntwo"]
    assert parser.feed(b"x") == [b"x"]
    assert parser.feed(b"three\r") == [b"three"]
    assert parser.feed(b"four\r\n--sou") == [b"\rfour"]
    assert parser.feed(b"l") == [b"\r\n--soul"]
    assert parser.feed(b"\r\r") == [b"\r"]
    assert parser.feed(b"\n--soup") == []
    assert parser.feed(b"--") == [None]


def test_a_part_is_told_at_once():
    """A part is told when its head is whole, before any content has come."""
    parser = MultipartParser("soup")
    assert parser.feed(HEAD[:-1]) == []
    [part] = parser.feed(HEAD[-1:])
    assert (part.name, part.filename) == ("a", None)


def test_no_content_is_no_event():
    """Events of content are bytes and never empty, and a part without content has none."""
    parser = MultipartParser("soup")
    events = parser.feed(HEAD + b"\r\n" + HEAD + b"x\r\n" + HEAD + b"\r\n--soup--")
    end = type(None)
    assert [type(event) for event in events] == [Part, end, Part, bytes, end, Part, end]


def test_the_end():
    """After the last boundary the parser is done; what still comes is ignored."""
    parser = MultipartParser("soup")
    parser.feed(HEAD + b"x\r\n--soup-")
    assert not parser.done
    assert parser.feed(b"-") == [None]
    assert parser.done
    assert parser.feed(b"\r\n--soup\r\nanything") == []
    assert parser.done
    assert parts_in([b"--soup--"]) == []
    assert parts_in([FORM + b"an epilogue\r\n" + FORM]) == PARTS


def test_cut_short():
    """A form without its last boundary is 400, wherever it stops."""
    for at in range(len(FORM) - 2):
        parser = MultipartParser("soup")
        parser.feed(FORM[:at])
        with pytest.raises(ProtocolError) as caught:
            parser.close()
        assert caught.value.status == 400


def test_another_beginning():
    """A form that does not begin with its boundary is 400, told by the first byte that differs."""
    for data in [b"soup", b"\r\n" + FORM, b" " + FORM, b"-\r\n", b"--sous", b"GET / HTTP/1.1"]:
        assert status_of(data) == 400
    parser = MultipartParser("soup")
    with pytest.raises(ProtocolError):
        parser.feed(b"x")


def test_after_a_boundary():
    """Behind a boundary stands CRLF or `--`; else it is 400, by the first byte that differs."""
    for tail in [b"\n", b" \r\n", b"x", b"-x", b"\rx", b"-\r\n", b"\r-", b"\t--"]:
        for data in [b"--soup" + tail, HEAD + b"x\r\n--soup" + tail]:
            assert status_of(data) == 400
            with pytest.raises(ProtocolError):
                MultipartParser("soup").feed(data)


def test_lines_end_in_crlf():
    """A line feed or a carriage return alone ends no line; it is 400."""
    assert (
        status_of(b"--soup\r\nContent-Disposition: form-data; name=a\n\nx\r\n--soup--\r\n\r\n")
        == 400
    )
    assert (
        status_of(b"--soup\r\nContent-Disposition: form-data; name=a\r\r\n\r\n\r\n--soup--") == 400
    )
    assert status_of(HEAD[:-2] + b"X: a\nb\r\n\r\n") == 400
    assert status_of(HEAD + b"x\n--soup--\n") == 400


def test_broken_heads():
    """A head that is not a head is 400: no folded lines, no controls, nothing said twice."""
    head = b"Content-Disposition: form-data; name=a\r\n"
    for lines in [b"", head * 2, head + b" folded\r\n", head + b"X : y\r\n", head + b"X\r\n"]:
        assert status_of(b"--soup\r\n" + lines + b"\r\n") == 400
    for line in [b"X: \0\r\n", b"X: \xff\r\n", b": x\r\n", b"X: \x7f\r\n"]:
        assert status_of(b"--soup\r\n" + head + line + b"\r\n") == 400


def test_too_many_parts():
    """More parts than allowed are 413."""
    part = HEAD + b"x\r\n"
    assert len(parts_in([part * MAX_PARTS + b"--soup--"])) == MAX_PARTS
    assert status_of(part * (MAX_PARTS + 1) + b"--soup--") == 413
    assert len(parts_in([part * 2 + b"--soup--"], max_parts=2)) == 2
    assert status_of(part * 3 + b"--soup--", max_parts=2) == 413


def test_too_many_headers():
    """More header lines in one part than allowed are 413; each part counts for itself."""
    lines = [b"X-%d: y\r\n" % number for number in range(MAX_HEADERS)]
    most = HEAD[:-2] + b"".join(lines[1:]) + b"\r\n\r\n"
    assert len(parts_in([most * 3 + b"--soup--"])) == 3
    assert status_of(HEAD[:-2] + b"".join(lines) + b"\r\n") == 413
    assert status_of(HEAD[:-2] + b"X: y\r\n\r\n", max_headers=1) == 413


def test_a_header_line_that_is_too_long():
    """A longer header line than allowed is 413, whole or not; the longest one is read."""
    line = b"X: " + b"y" * (MAX_HEADER_LINE - 3)
    longest = HEAD[:-2] + line + b"\r\n\r\n\r\n--soup--"
    assert len(parts_in([longest])) == 1
    assert len(parts_in(one_by_one(longest))) == 1
    for rest in [b"", b"\r\n\r\n"]:
        assert status_of(HEAD[:-2] + line + b"y" + rest + b"!") == 413
    assert status_of(b"--soup\r\n" + b"y" * 50, max_header_line=48) == 413
    parser = MultipartParser("soup")
    parser.feed(HEAD[:-2] + line + b"\r")
    with pytest.raises(ProtocolError) as caught:
        parser.feed(b"y")
    assert caught.value.status == 413


def test_time_is_linear():
    """A megabyte of line ends, or of the beginnings of boundaries, is read in a moment."""
    for content in [b"\r\n" * 500_000, b"\r\n--sou" * 140_000, b"\r" * 1_000_000]:
        start = time.perf_counter()
        data = HEAD + content + b"\r\n--soup--"
        for size in [1000, 200_000]:
            pieces = [data[at : at + size] for at in range(0, len(data), size)]
            assert parts_in(pieces) == [("a", None, content)]
        assert time.perf_counter() - start < 2

"""Step 5.7: a form from a stream: fields in memory, large files on disk, all within limits."""

import io
import tempfile
import tracemalloc

import pytest

from bistro import multipart
from bistro.http import ProtocolError
from bistro.multipart import BLOCK, IN_MEMORY, MultipartParser, Upload, parse_multipart, read_events


def field(name, value):
    return b"--soup\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n" % (name, value)


def file(name, filename, content, kind=b"image/jpeg"):
    head = b'--soup\r\nContent-Disposition: form-data; name=%s; filename="%s"\r\n' % (
        name,
        filename,
    )
    return head + b"Content-Type: %s\r\n\r\n%s\r\n" % (kind, content)


END = b"--soup--\r\n"


class Stream(io.BytesIO):
    """A stream that remembers what was asked of it, and gives a few bytes at a time if told so."""

    def __init__(self, data, most=None):
        super().__init__(data)
        self.most = most
        self.asked = []

    def read(self, size=-1):
        self.asked.append(size)
        return super().read(size if self.most is None else min(size, self.most))


def parsed(data, **limits):
    return parse_multipart(Stream(data), "soup", len(data), **limits)


def status_of(data, length=None, **limits):
    with pytest.raises(ProtocolError) as caught:
        parse_multipart(Stream(data), "soup", length, **limits)
    return caught.value.status


def test_fields():
    """Fields are text in the form, several of one name too."""
    form, files = parsed(
        field(b"dish", b"leek tart") + field(b"dish", "crème\r\n".encode()) + field(b"x", b"") + END
    )
    assert list(form.items(multi=True)) == [("dish", "leek tart"), ("dish", "crème\r\n"), ("x", "")]
    assert len(files) == 0


def test_files():
    """Files are uploads, apart from the fields, each with name, type, size and content."""
    form, files = parsed(
        file(b"photo", b"a.jpg", b"\xff\xd8")
        + field(b"dish", b"soup")
        + file(b"photo", b"b.txt", b"text", b"text/plain; charset=utf-8")
        + END
    )
    assert list(form.items()) == [("dish", "soup")]
    first, second = files.getlist("photo")
    assert (first.filename, first.content_type, first.size) == ("a.jpg", "image/jpeg", 2)
    assert (second.filename, second.content_type) == ("b.txt", "text/plain; charset=utf-8")
    assert first.file.read() == b"\xff\xd8"
    assert second.file.read() == b"text"


def test_no_file_was_chosen():
    """A file input without a file gives an upload that is false, with an empty name."""
    _, files = parsed(file(b"photo", b"", b"", b"application/octet-stream") + END)
    upload = files["photo"]
    assert (upload.filename, upload.size, bool(upload)) == ("", 0, False)
    assert parsed(file(b"photo", b"a", b"") + END)[1]["photo"]


def test_broken_utf_8():
    """Bytes of a field that are not UTF-8 become U+FFFD; those of a file stay as they are."""
    form, files = parsed(field(b"a", b"\xffx\xc3") + file(b"b", b"b", b"\xff") + END)
    assert form["a"] == "\ufffdx\ufffd"
    assert files["b"].file.read() == b"\xff"


def test_a_character_in_two_pieces():
    """A character whose bytes come in two pieces is one character."""
    data = field(b"a", "né".encode() * 20) + END
    form, _ = parse_multipart(Stream(data, most=1), "soup", len(data))
    assert form["a"] == "né" * 20


def test_a_small_file_stays_in_memory():
    """A file of up to `IN_MEMORY` bytes stays in memory, one with a byte more goes to disk."""
    content = b"x" * IN_MEMORY
    _, files = parsed(file(b"a", b"a", content) + file(b"b", b"b", content + b"!") + END)
    small, large = files["a"], files["b"]
    assert isinstance(small.file, io.BytesIO)
    assert not isinstance(large.file, io.BytesIO)
    assert (small.size, large.size) == (IN_MEMORY, IN_MEMORY + 1)
    assert small.file.read() == content
    assert large.file.read() == content + b"!"
    large.close()


def test_a_file_that_grows():
    """What is written piece by piece is all there, in order, when it has moved to disk."""
    upload = Upload("a.txt", "text/plain")
    pieces = [b"%7d\n" % number for number in range(IN_MEMORY // 8 + 5)]
    for piece in pieces:
        upload.write(piece)
    assert upload.size == len(pieces) * 8
    upload.file.seek(0)
    assert upload.file.read() == b"".join(pieces)
    upload.close()


def test_only_one_temporary_file(monkeypatch):
    """A file moves to disk once, not with every piece that is written."""
    made = []
    real = tempfile.TemporaryFile

    def count(*arguments, **options):
        made.append(real(*arguments, **options))
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", count)
    upload = Upload("a.txt", "text/plain")
    for _ in range(5):
        upload.write(b"x" * IN_MEMORY)
    upload.close()
    assert len(made) <= 1


def test_a_temporary_file_is_gone(monkeypatch, tmp_path):
    """When an upload is closed, nothing of it is left on the disk."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    upload = Upload("a.txt", "text/plain")
    for _ in range(3):
        upload.write(b"x" * IN_MEMORY)
    upload.close()
    assert list(tmp_path.iterdir()) == []


def test_a_large_file_takes_little_memory():
    """A file of 4 MiB goes to disk as it comes, and is never in memory as a whole."""
    data = file(b"a", b"a", bytes(4_194_304)) + END
    stream = Stream(data)
    tracemalloc.start()
    try:
        _, files = parse_multipart(stream, "soup", len(data))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    files["a"].close()
    assert peak < 2_097_152


def test_saving(tmp_path):
    """`save` writes the whole file to a path, and leaves it ready to be read."""
    content = b"\xff" * (IN_MEMORY * 3)
    _, files = parsed(file(b"a", b"../../a.jpg", content) + file(b"b", b"b", b"b") + END)
    files["a"].file.read(10)
    files["a"].save(tmp_path / "dish.jpg")
    files["b"].save(str(tmp_path / "other.jpg"))
    assert (tmp_path / "dish.jpg").read_bytes() == content
    assert (tmp_path / "other.jpg").read_bytes() == b"b"
    assert files["a"].file.read() == content
    assert files["a"].filename == "a.jpg"
    files["a"].close()


def test_blocks_within_the_length():
    """The stream is asked for a block at a time, and never for more than the length leaves."""
    data = file(b"a", b"a", b"x" * (BLOCK * 2)) + END
    stream = Stream(data + b"GET / HTTP/1.1")
    _, files = parse_multipart(stream, "soup", len(data))
    assert files["a"].size == BLOCK * 2
    assert min(stream.asked) > 0
    assert max(stream.asked) == BLOCK
    assert stream.tell() <= len(data)
    files["a"].close()
    stream = Stream(data[:-20] + b"y" * 100)
    with pytest.raises(ProtocolError):
        parse_multipart(stream, "soup", len(data) - 20)
    assert stream.tell() == len(data) - 20


def test_without_a_length():
    """Without a length the stream is read to the form's end, and what it holds is the same."""
    data = field(b"a", b"1") + file(b"b", b"b", b"2" * 100_000) + END
    for most in [None, 1, 7, 1000]:
        if most == 1:
            data = field(b"a", b"1") + file(b"b", b"b", b"2") + END
        form, files = parse_multipart(Stream(data, most), "soup")
        assert form["a"] == "1"
        assert files["b"].file.read().strip(b"2") == b""
        files["b"].close()


def test_not_much_after_the_end():
    """After the last boundary nothing more is read: a flood behind it costs nothing."""
    stream = Stream(field(b"a", b"1") + END + b"x" * (BLOCK * 4))
    parse_multipart(stream, "soup")
    assert stream.tell() <= BLOCK


def test_events_from_a_stream():
    """`read_events` gives the parser's events, fed from the stream."""
    data = field(b"a", b"1" * BLOCK) + END
    events = list(read_events(MultipartParser("soup"), Stream(data), None, len(data)))
    assert events[0].name == "a"
    assert b"".join(events[1:-1]) == b"1" * BLOCK
    assert events[-1] is None


def test_a_stream_that_ends_early():
    """A form that ends before its last boundary is 400, with or without a length."""
    whole = field(b"a", b"1") + END
    for data in [b"", whole[:10], whole[:-5]]:
        assert status_of(data) == 400
        assert status_of(data, len(whole)) == 400
    assert status_of(whole, len(whole) - 5) == 400
    assert status_of(whole, 0) == 400


def test_fields_that_are_too_large():
    """All fields together may not take more memory than allowed, else 413; files may."""
    fields = field(b"a", b"123") + field(b"b", b"45")
    assert len(parsed(fields + file(b"c", b"c", b"6" * 100) + END, max_form_size=5)[0]) == 2
    assert status_of(fields + END, max_form_size=4) == 413
    assert status_of(field(b"a", b"x" * (multipart.MAX_FORM_SIZE + 1)) + END) == 413


def test_a_field_without_end():
    """A field is counted as it comes, and not kept in memory until it ends."""
    stream = Stream(field(b"a", b"x" * 100_000), most=1_000)
    with pytest.raises(ProtocolError) as caught:
        parse_multipart(stream, "soup", max_form_size=5_000)
    assert caught.value.status == 413
    assert stream.tell() < 10_000


def test_a_body_that_is_too_large():
    """A body over the limit is 413: by its length before a byte is read, or as it comes."""
    data = file(b"a", b"a", b"x" * 1000) + END
    size = len(data)
    assert len(parse_multipart(Stream(data), "soup", size, max_size=size)[1]) == 1
    assert len(parse_multipart(Stream(data), "soup", max_size=size)[1]) == 1
    assert status_of(data, max_size=size - 1) == 413
    stream = Stream(data)
    with pytest.raises(ProtocolError) as caught:
        parse_multipart(stream, "soup", size, max_size=size - 1)
    assert caught.value.status == 413
    assert stream.asked == []


def test_the_parsers_limits():
    """The limits of the parser are those that were given, or the usual ones."""
    part = field(b"a", b"1")
    assert status_of(part * 3 + END, max_parts=2) == 413
    assert status_of(part * (multipart.MAX_PARTS + 1) + END) == 413
    assert status_of(file(b"a", b"a", b"") + END, max_headers=1) == 413
    assert status_of(part + END, max_header_line=20) == 413
    assert len(parsed(part * 3 + END, max_parts=3)[0].getlist("a")) == 3


def test_the_boundary():
    """A boundary is 1 to 70 of RFC 2046's characters, or `$`; anything else is 400."""
    for boundary in ["", "x" * 71, "a\r\nb", "é", "a ", 'a"b', "a\n", "a;b"]:
        with pytest.raises(ProtocolError) as caught:
            parse_multipart(Stream(b""), boundary, 0)
        assert caught.value.status == 400
    for boundary in ["x" * 70, "----WebKitFormBoundaryA0/b", "a b", "'()+_,-./:=?", "-aRy1$"]:
        form, _ = parse_multipart(Stream(b"--" + boundary.encode() + b"--"), boundary)
        assert len(form) == 0


def test_files_of_a_broken_form_are_closed(monkeypatch):
    """When a form turns out to be broken, or its client leaves, no file stays open."""
    made = []
    real = Upload.__init__

    def remember(self, *arguments, **options):
        real(self, *arguments, **options)
        made.append(self)

    monkeypatch.setattr(Upload, "__init__", remember)

    class Left(Stream):
        def read(self, size=-1):
            data = super().read(size)
            if not data:
                raise ConnectionResetError("the client has left")
            return data

    files = (
        file(b"a", b"a", b"x" * (IN_MEMORY + 1)) + file(b"a", b"b", b"y") + file(b"c", b"c", b"")
    )
    for data, length in [(files + b"--broken", None), (files[:-1], None), (files * 2, len(files))]:
        with pytest.raises(ProtocolError):
            parse_multipart(Stream(data), "soup", length)
    with pytest.raises(ConnectionResetError):
        parse_multipart(Left(files), "soup")
    assert len(made) == 12
    assert all(upload.file.closed for upload in made)

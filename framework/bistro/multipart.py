"""Forms with files, multipart/form-data: read as they come, a block at a time, within limits.

`MultipartParser` touches no stream: bytes in, events out, wherever the bytes were cut.
`parse_multipart` feeds it from a stream, keeps fields in memory and large files on disk.
Source: RFC 7578, and RFC 2046 section 5.1 for the boundaries. Builds on http and multidict.
"""

from __future__ import annotations

import io
import re

from bistro.http import HEAD_BYTES, TOKEN, ProtocolError
from bistro.multidict import MultiDict

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterator
    from typing import BinaryIO

MAX_PARTS = 128
"""Parts, so fields and files, in one form. More are 413."""
MAX_HEADERS = 8
"""Header lines of one part. More are 413."""
MAX_HEADER_LINE = 4_224
"""Bytes in one header line of a part, without its CRLF. A longer one is 413."""
MAX_FORM_SIZE = 1_048_576
"""Bytes of all fields' values together, which are kept in memory. More are 413."""
MAX_SIZE = 134_217_728
"""Bytes of a whole body, its files included. More are 413."""
IN_MEMORY = 65_536
"""Bytes of a file that are kept in memory; a larger one goes to disk."""
BLOCK = 131_072
"""Bytes read from the stream at once."""

BOUNDARY = re.compile(  # RFC 2046 section 5.1.1: 1 to 70 characters, the last not a space
    r"[0-9A-Za-z'()+_,\-./:=?$ ]{0,69}[0-9A-Za-z'()+_,\-./:=?$]"  # and $, which WebTest sends
)
QUOTE = r'(?<!\\)\\"(?![ \t]*(?:;|\Z))'  # \" with no \ before it, and behind it no ; and no end
PARAMETER = re.compile(  # ; name=token or name="anything but a quote, or QUOTE", and white space
    rf';[ \t]*({TOKEN.pattern})=(?:({TOKEN.pattern})|"((?:[^"\\]++|{QUOTE}|\\)*+)")[ \t]*'
)
ESCAPES = {'\\"': '"', "%22": '"', "%0D": "\r", "%0A": "\n"}
r"""What stands for another character in quotes. Browsers write the numbers (URL Standard, HTML
section 4.10.21.8), older curl `\"`; that comes first, because `\%22` is a backslash and a quote."""

# What the parser expects next.
AT_BOUNDARY = "boundary"  # CRLF, two dashes, the boundary, and then CRLF or two dashes
IN_HEAD = "head"  # a header line, or the empty one
IN_DATA = "data"  # a part's content, up to the next boundary
ENDED = "ended"  # nothing; what still comes is ignored


class Part:
    """The head of a part: a field if `filename` is None, otherwise a file.

    `name` of the field; `filename` as `last_component` gives it, which may be empty;
    `content_type`, by default `text/plain` for a field and `application/octet-stream` for a file;
    and all `headers`, names in lower case.
    """

    __slots__ = ("content_type", "filename", "headers", "name")

    def __init__(self, name: str, filename: str | None, headers: dict[str, str]) -> None:
        self.name = name
        self.filename = filename
        self.headers = headers
        default = "text/plain" if filename is None else "application/octet-stream"
        self.content_type = headers.get("content-type", default)

    def __repr__(self) -> str:
        return f"Part({self.name!r}, {self.filename!r}, {self.headers!r})"


def last_component(filename: str) -> str:
    r"""Return a client's file name without its folders: what follows the last `/` or `\`.

    Characters that cannot be printed (`str.isprintable`) are dropped first. `"."` and `".."`, which
    name folders, become `""`. Source: RFC 7578 section 4.2.
    """
    printable = filter(str.isprintable, filename)
    name = "".join(printable).replace("\\", "/").rpartition("/")[2]
    return "" if name in (".", "..") else name


def parse_disposition(value: str) -> tuple[str, str | None]:
    r"""Return the field's name and the file name, or None, that a `Content-Disposition` holds.

    `form-data; name="photo"; filename="soup.jpg"` gives `("photo", "soup.jpg")`. `form-data` and
    the parameters' names come in any case, the parameters in any order, each after a `;` and
    perhaps spaces and tabs, its value a token or in `"`. In quotes nothing but the `ESCAPES` is
    special, and those are replaced; any other `\` stays, as in `C:\soup.jpg`. Other parameters,
    `filename*` too, are ignored. The file name is returned as it was sent, not reduced.

    Raises `ProtocolError` 400 when it is not `form-data`, has no `name`, has a parameter twice, or
    has something that is not a parameter; and where readers disagree on whether `\"` ends the
    value: behind another `\`, and before a `;` or the end. There `PARAMETER` ends it, so that its
    last character is a `\`.
    Source: RFC 7578 section 4.2.
    """
    kind = value.partition(";")[0]
    if kind.strip(" \t").lower() != "form-data":
        raise ProtocolError(400, "a part's Content-Disposition is not form-data")
    parameters: dict[str, str] = {}
    at = len(kind)
    while at < len(value):
        match = PARAMETER.match(value, at)
        if match is None:
            raise ProtocolError(
                400, f"not a parameter of a Content-Disposition: {value[at:]!r:.40}"
            )
        name, token, quoted = match.groups()
        name = name.lower()
        if name in parameters:
            raise ProtocolError(400, f"a Content-Disposition has more than one {name}")
        if quoted and quoted.endswith("\\"):
            raise ProtocolError(400, f"a backslash before the end of {name}: write %22 for a quote")
        parameters[name] = token or unescape(quoted)
        at = match.end()
    if "name" not in parameters:
        raise ProtocolError(400, "a part's Content-Disposition has no name")
    return parameters["name"], parameters.get("filename")


def unescape(value: str) -> str:
    """Return `value`, which stood in quotes, with the `ESCAPES` in it replaced."""
    for escape, character in ESCAPES.items():
        value = value.replace(escape, character)
    return value


def parse_part_head(lines: list[bytes]) -> Part:
    """Return the `Part` that these header lines, given without their CRLFs, begin.

    The lines are UTF-8. Spaces and tabs around a value are dropped.

    Raises `ProtocolError` 400 for: what is not UTF-8; a control character but tab, so a CR or LF
    alone; a line without a colon, or whose name is not a token; a name that comes twice; no
    `Content-Disposition`; and as `parse_disposition` does. Source: RFC 7578 sections 4.8 and 5.1.
    """
    headers: dict[str, str] = {}
    for line in lines:
        if line.translate(None, HEAD_BYTES) or b"\r" in line or b"\n" in line:
            raise ProtocolError(400, "a part's header has a control character")
        try:
            name, colon, value = line.decode().partition(":")
        except UnicodeDecodeError:
            raise ProtocolError(400, "a part's header is not UTF-8") from None
        name = name.lower()
        if not colon or not TOKEN.fullmatch(name):
            raise ProtocolError(400, f"not a header of a part: {line!r:.40}")
        if name in headers:
            raise ProtocolError(400, f"a part has more than one {name}")
        headers[name] = value.strip(" \t")
    if "content-disposition" not in headers:
        raise ProtocolError(400, "a part has no Content-Disposition")
    name, filename = parse_disposition(headers["content-disposition"])
    return Part(name, filename if filename is None else last_component(filename), headers)


class MultipartParser:
    """Finds the parts of a multipart body, fed in pieces of any size.

    `feed` returns events: a `Part` when one begins, `bytes` of its content, None when it has ended.
    `done` tells that the last boundary has come.
    """

    __slots__ = (
        "delimiter", "held", "lines", "max_header_line", "max_headers", "max_parts", "parts",
        "state",
    )  # fmt: skip

    def __init__(
        self,
        boundary: str,
        *,
        max_parts: int = MAX_PARTS,
        max_headers: int = MAX_HEADERS,
        max_header_line: int = MAX_HEADER_LINE,
    ) -> None:
        """Expect the Content-Type's `boundary`; raises `ProtocolError` 400 if it can't be one."""
        if not BOUNDARY.fullmatch(boundary):
            raise ProtocolError(400, "the form's Content-Type gives no proper boundary")
        self.max_parts = max_parts
        self.max_headers = max_headers
        self.max_header_line = max_header_line
        self.delimiter = b"\r\n--" + boundary.encode()
        self.held = b"\r\n"  # fed and not used yet; so the first boundary is like all others
        self.state = AT_BOUNDARY
        self.parts = 0  # parts that have begun
        self.lines: list[bytes] = []  # the header lines of the part that begins

    @property
    def done(self) -> bool:
        """Whether the boundary that ends the body has come."""
        return self.state is ENDED

    def feed(self, data: bytes) -> list[Part | bytes | None]:
        """Take in `data`, the next bytes of the body, and return the events that they complete.

        It does not matter where the bytes are cut: what is certain to be content is returned at
        once, what may be the beginning of a boundary is held back, and errors are the same. Takes
        time linear in the length of `data`. What follows the last boundary is ignored.

        Raises `ProtocolError` as `take_boundary`, `take_header` and `parse_part_head` do.
        """
        data = self.held + data
        events: list[Part | bytes | None] = []
        at = 0
        while True:
            before = at, self.state
            if self.state is IN_DATA:
                at = self.take_data(data, at, events)
            elif self.state is IN_HEAD:
                at = self.take_header(data, at, events)
            elif self.state is AT_BOUNDARY:
                at = self.take_boundary(data, at, events)
            else:
                at = len(data)
            if (at, self.state) == before:  # no step further without more bytes
                self.held = data[at:]
                return events

    def take_boundary(self, data: bytes, at: int, events: list[Part | bytes | None]) -> int:
        """Take the delimiter at `data[at:]`, and what tells whether another part follows.

        CRLF behind it begins a part's head, two dashes end the body; either ends the part before.
        Returns where to read on: behind these two bytes, or `at` when more bytes are needed.

        Raises `ProtocolError`: 400 for anything else, by the first byte that differs; 413 when more
        than `max_parts` parts begin.
        """
        end = at + len(self.delimiter)
        if not self.delimiter.startswith(data[at:end]):
            raise ProtocolError(400, "the form does not begin with its boundary")
        tail = data[end : end + 2]
        if not (b"\r\n".startswith(tail) or b"--".startswith(tail)):
            raise ProtocolError(400, "a boundary is followed neither by CRLF nor by --")
        if len(tail) < 2:
            return at
        if self.parts:
            events.append(None)
        if tail == b"--":
            self.state = ENDED
            return end + 2
        self.parts += 1
        if self.parts > self.max_parts:
            raise ProtocolError(413, f"the form has more than {self.max_parts} parts")
        self.state = IN_HEAD
        return end + 2

    def take_header(self, data: bytes, at: int, events: list[Part | bytes | None]) -> int:
        """Take the header line at `data[at:]`; the empty one begins the part's content.

        Returns where to read on: behind the line's CRLF, or `at` when that has not come yet.

        Raises `ProtocolError`: 413 for a line of more than `max_header_line` bytes, whole or not,
        and for more than `max_headers` lines; as `parse_part_head` does at the empty line.
        """
        end = data.find(b"\r\n", at)
        size = end - at if end >= 0 else len(data) - at - 1  # its last byte may be the CR
        if size > self.max_header_line:
            raise ProtocolError(413, f"a part's header has more than {self.max_header_line} bytes")
        if end < 0:
            return at
        if end > at:
            self.lines.append(data[at:end])
            if len(self.lines) > self.max_headers:
                raise ProtocolError(413, f"a part has more than {self.max_headers} headers")
        else:
            events.append(parse_part_head(self.lines))
            self.lines = []
            self.state = IN_DATA
        return end + 2

    def take_data(self, data: bytes, at: int, events: list[Part | bytes | None]) -> int:
        """Take content at `data[at:]`: up to the next delimiter, or all that cannot belong to one.

        Without a delimiter only the end of `data` is in doubt: if it is the beginning of one, it is
        left for later. There is no event for no content. Returns where the content ends.
        """
        end = data.find(self.delimiter, at)
        if end >= 0:
            self.state = AT_BOUNDARY
        else:  # the only CR in a delimiter is its first byte, so the last one here decides
            end = data.rfind(b"\r", max(at, len(data) - len(self.delimiter)))
            if end < 0 or not self.delimiter.startswith(data[end:]):
                end = len(data)
        if end > at:
            events.append(data[at:end])
        return end

    def close(self) -> None:
        """Say that no more comes; raises `ProtocolError` 400 if the last boundary is missing."""
        if not self.done:
            raise ProtocolError(400, "the form was cut short")


class Upload:
    """A file that a guest sent: `filename`, `content_type`, `size` in bytes, and `file`.

    `file` is open for reading, at its beginning; it is in memory, or from `IN_MEMORY` bytes on a
    temporary file that is gone when it is closed. An upload without a file name is false: the guest
    chose no file.
    """

    __slots__ = ("content_type", "file", "filename", "size")

    def __init__(self, filename: str, content_type: str) -> None:
        self.filename = filename
        self.content_type = content_type
        self.size = 0
        self.file: BinaryIO = io.BytesIO()

    def __bool__(self) -> bool:
        return bool(self.filename)

    def __repr__(self) -> str:
        return f"Upload({self.filename!r}, {self.content_type!r}, size={self.size})"

    def write(self, data: bytes) -> None:
        """Add `data` to the file, which moves to disk when it gets larger than `IN_MEMORY`."""
        self.size += len(data)
        if self.size > IN_MEMORY and isinstance(self.file, io.BytesIO):
            from tempfile import TemporaryFile  # imported late: most forms have no large file

            in_memory = self.file.getvalue()
            self.file = TemporaryFile()  # noqa: SIM115 - closed by `close`
            self.file.write(in_memory)
        self.file.write(data)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole file to `path`, over what may be there. `file` is at its beginning then.

        `path` is the caller's: joining a folder and `filename` lets the guest choose the name.
        """
        self.file.seek(0)
        with open(path, "wb") as target:  # noqa: PTH123 - pathlib takes time to import
            while data := self.file.read(BLOCK):
                target.write(data)
        self.file.seek(0)

    def close(self) -> None:
        """Close the file; a temporary one is gone then."""
        self.file.close()


def parse_multipart(
    stream: BinaryIO,
    boundary: str,
    length: int | None = None,
    *,
    max_parts: int = MAX_PARTS,
    max_headers: int = MAX_HEADERS,
    max_header_line: int = MAX_HEADER_LINE,
    max_form_size: int = MAX_FORM_SIZE,
    max_size: int = MAX_SIZE,
) -> tuple[MultiDict[str], MultiDict[Upload]]:
    """Return the fields and the files of a multipart form that is read from `stream`.

    `boundary` is the parameter of the Content-Type. `length` is the body's length in bytes, None
    for up to the stream's end; never more than that is read, and no block after the one in which
    the last boundary ends.
    Values of fields are UTF-8, what is not becomes U+FFFD. A file input without a chosen file gives
    an `Upload` with the name `""`.

    Raises `ProtocolError` as `MultipartParser` does; 400 when the stream ends before the last
    boundary; 413 for more than `max_form_size` bytes in all fields' values together or more than
    `max_size` bytes in the body, also when its length was not told; both as soon as they have come.
    The files are closed then.
    """
    parser = MultipartParser(
        boundary, max_parts=max_parts, max_headers=max_headers, max_header_line=max_header_line
    )
    form: MultiDict[str] = MultiDict()
    files: MultiDict[Upload] = MultiDict()
    name, in_memory = "", 0
    value: list[bytes] = []
    upload: Upload | None = None
    try:
        for event in read_events(parser, stream, length, max_size):
            if isinstance(event, Part):
                name, value, upload = event.name, [], None
                if event.filename is not None:
                    upload = Upload(event.filename, event.content_type)
                    files.add(name, upload)
            elif upload is not None:
                if event is not None:
                    upload.write(event)
                else:
                    upload.file.seek(0)
            elif event is not None:
                in_memory += len(event)
                if in_memory > max_form_size:
                    raise ProtocolError(413, f"the fields have more than {max_form_size} bytes")
                value.append(event)
            else:
                form.add(name, b"".join(value).decode("utf-8", "replace"))
    except BaseException:  # whatever it was, a client that has left for one
        for _, uploads in files.lists():
            for upload in uploads:
                upload.close()
        raise
    return form, files


def read_events(
    parser: MultipartParser, stream: BinaryIO, length: int | None, max_size: int
) -> Iterator[Part | bytes | None]:
    """Feed `parser` from `stream` until the last boundary, and go through its events.

    Reads `BLOCK` bytes at once, `length` at most in all or, if that is None, up to the stream's
    end.

    Raises `ProtocolError`: 413 when `length`, or without it the bytes read, are more than
    `max_size`; and as `parser` does.
    """
    if length is not None and length > max_size:
        raise ProtocolError(413, f"the form has more than {max_size} bytes")
    left = max_size + 1 if length is None else length
    while not parser.done:
        data = stream.read(min(BLOCK, left))
        if not data:
            break
        left -= len(data)
        if left == 0 and length is None:
            raise ProtocolError(413, f"the form has more than {max_size} bytes")
        yield from parser.feed(data)
    parser.close()

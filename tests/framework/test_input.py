"""Input beyond the course: beside Werkzeug and multipart, cut anywhere, hostile."""

from __future__ import annotations

import io
import re
import time
import tracemalloc
import warnings
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

import multipart as peer
import pytest
from django.utils.http import parse_header_parameters
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug import http as werkzeug_http
from werkzeug.datastructures import MultiDict as WerkzeugMultiDict
from werkzeug.formparser import FormDataParser

from bistro.cookies import PLAIN_VALUE, format_cookie, parse_cookies, quote
from bistro.http import TOKEN, ProtocolError
from bistro.multidict import MultiDict
from bistro.multipart import (
    MAX_HEADER_LINE,
    MAX_HEADERS,
    MAX_PARTS,
    MultipartParser,
    Part,
    last_component,
    parse_disposition,
    parse_multipart,
)
from bistro.urlencoded import parse_urlencoded

BOUNDARY = "----WebKitFormBoundary7MA4YWxk"

# --- MultiDict, beside Werkzeug's

keys = st.sampled_from(["a", "b", "c", ""])
pairs = st.lists(st.tuples(keys, st.sampled_from(["1", "2", "x", ""])), max_size=8)


@given(pairs, keys)
def test_a_multidict_is_werkzeugs(given_pairs: list[tuple[str, str]], key: str) -> None:
    ours, theirs = MultiDict(given_pairs), WerkzeugMultiDict(given_pairs)
    for d in (ours, theirs):
        d.add("z", "26")
    assert list(ours.items(multi=True)) == list(theirs.items(multi=True))
    assert list(ours.items()) == list(theirs.items())
    assert list(ours.lists()) == list(theirs.lists())
    assert list(ours.values()) == list(theirs.values())
    assert ours.to_dict() == theirs.to_dict()
    assert ours.to_dict(flat=False) == theirs.to_dict(flat=False)
    assert ours.get(key) == theirs.get(key)
    assert ours.get(key, 7, type=int) == theirs.get(key, 7, type=int)
    assert ours.getlist(key, type=int) == theirs.getlist(key, type=int)
    assert repr(ours) == repr(theirs)
    assert (key in ours, len(ours)) == (key in theirs, len(theirs))
    assert ours.setdefault(key, "9") == theirs.setdefault(key, "9")
    ours.update({key: ["3", "4"]})
    theirs.update({key: ["3", "4"]})
    assert ours.pop(key) == theirs.pop(key)
    ours.setlist("a", ["5", "6"])
    theirs.setlist("a", ["5", "6"])
    assert ours.copy().getlist("a") == theirs.copy().getlist("a")
    assert list(ours) == list(theirs)


# --- forms

form_bytes = st.one_of(
    st.binary(max_size=60),
    st.text("ab=&+%;24 6DdCc3é\0\n", max_size=60).map(str.encode),
    st.lists(st.sampled_from([b"%26", b"%3D", b"%3d", b"%C3", b"%A9", b"&", b"=", b"%", b"a"]))
    .map(b"".join),
)  # fmt: skip


def werkzeugs_form(body: bytes, kind: str) -> tuple[WerkzeugMultiDict, WerkzeugMultiDict]:
    options: dict[str, str] = {}
    mime, options = werkzeug_http.parse_options_header(kind)
    parser = FormDataParser(silent=False)
    _, form, files = parser.parse(io.BytesIO(body), mime, len(body), options)
    return form, files


def is_utf_8(body: bytes) -> bool:
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:  # which Werkzeug refuses, or keeps as an escape
        return False
    return True


@given(form_bytes.filter(is_utf_8))
def test_a_form_is_read_as_werkzeug_reads_it(body: bytes) -> None:
    theirs, _ = werkzeugs_form(body, "application/x-www-form-urlencoded")
    assert list(parse_urlencoded(body).items(multi=True)) == list(theirs.items(multi=True))


@given(form_bytes.filter(bytes.isascii))
def test_a_form_is_read_as_the_standard_library_reads_it(body: bytes) -> None:
    theirs = MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
    assert parse_urlencoded(body) == theirs
    assert list(parse_urlencoded(body)) == list(theirs)


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(texts, texts).filter(any), max_size=10))
def test_a_form_comes_back(fields: list[tuple[str, str]]) -> None:
    by_name: dict[str, list[str]] = {}
    for name, value in fields:
        by_name.setdefault(name, []).append(value)
    assert parse_urlencoded(urlencode(fields).encode()).to_dict(flat=False) == by_name


# --- cookies

octets = st.text([chr(number) for number in range(0x21, 0x7F) if chr(number) not in '",;\\'])
names = st.from_regex(TOKEN, fullmatch=True)


@given(st.lists(st.tuples(names, octets), max_size=8), st.sampled_from(["; ", ";", " ; ", ";\t"]))
def test_cookies_are_read_as_werkzeug_reads_them(
    cookies: list[tuple[str, str]], between: str
) -> None:
    header = between.join(f"{name}={value}" for name, value in cookies)
    assert parse_cookies(header) == werkzeug_http.parse_cookie(header).to_dict()


@given(names, texts)
def test_a_value_comes_back_through_both(name: str, value: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = format_cookie(name, value, path=None, httponly=False, samesite=None)
        theirs = werkzeug_http.dump_cookie(name, value, path=None)
    assert parse_cookies(ours) == parse_cookies(theirs) == {name: value}
    assert werkzeug_http.parse_cookie(ours).to_dict() == {name: value}
    if not re.search(r"[\x1a-\x1f]", value):  # which Werkzeug leaves as they are
        assert ours == theirs


@given(
    name=names.filter(lambda name: not name.lower().startswith(("__secure-", "__host-"))),
    max_age=st.none() | st.integers(-10, 10**9),
    expires=st.none() | st.integers(0, 4_000_000_000),
    path=st.none() | st.sampled_from(["/", "/menu", "/a/b,c:@!$&'()*+=%20~._-"]),
    domain=st.none() | st.sampled_from(["bistro.example", ".bistro.example", "localhost"]),
    secure=st.booleans(),
    httponly=st.booleans(),
    samesite=st.sampled_from([None, "Strict", "lax"]),
    partitioned=st.booleans(),
)
def test_attributes_are_written_as_werkzeug_writes_them(name: str, **attributes: object) -> None:
    theirs = werkzeug_http.dump_cookie(name, "x", sync_expires=False, **attributes)  # type: ignore[arg-type]
    assert format_cookie(name, "x", **attributes) == theirs  # type: ignore[arg-type]


@given(st.text())
def test_no_cookie_field_raises(header: str) -> None:
    for name, value in parse_cookies(header).items():
        assert name
        assert PLAIN_VALUE.fullmatch(quote(value)) or quote(value)[0] == '"'


@given(texts, texts, texts)
def test_nothing_breaks_out_of_a_cookie(name: str, value: str, path: str) -> None:
    try:
        cookie = format_cookie(name, value, path=path)
    except ValueError:
        return
    assert cookie.isascii()
    assert cookie.isprintable()
    assert [piece.partition("=")[0] for piece in cookie.split("; ")] == [
        name, "HttpOnly", "Path", "SameSite",
    ]  # fmt: skip


# --- multipart

printable = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"],
        exclude_characters='"%\\/\xa0',
    )
)
part_names = printable.filter(lambda text: text == text.strip())
contents = st.one_of(
    st.binary(max_size=200),
    st.lists(
        st.sampled_from(
            [b"\r", b"\n", b"-", b"--", b"\r\n--", BOUNDARY.encode()[:-1], BOUNDARY.encode(), b"x"]
        )
    ).map(b"".join),
).filter(lambda content: b"\r\n--" + BOUNDARY.encode() not in content + b"\r\n")
files_or_fields = st.lists(
    st.tuples(
        part_names,
        st.none() | part_names.filter(lambda name: name not in ("", ".", "..")),
        contents,
    ),
    min_size=1,
    max_size=6,
)


def written(parts: list[tuple[str, str | None, bytes]]) -> bytes:
    """A body as browsers write it."""
    body = b""
    for name, filename, content in parts:
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if filename is not None:
            body += f'; filename="{filename}"\r\nContent-Type: image/png'.encode()
        body += b"\r\n\r\n" + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def read(pieces: Iterator[bytes]) -> list[tuple[str, str | None, bytes]]:
    parser = MultipartParser(BOUNDARY)
    parts: list[tuple[str, str | None, bytes]] = []
    for piece in pieces:
        for event in parser.feed(piece):
            if isinstance(event, Part):
                head, content = event, b""
            elif event is not None:
                content += event
            else:
                parts.append((head.name, head.filename, content))
    parser.close()
    return parts


def read_by_peer(body: bytes) -> list[tuple[str, str | None, bytes]]:
    parts = peer.MultipartParser(io.BytesIO(body), BOUNDARY, len(body)).parts()
    return [(part.name, part.filename, part.raw) for part in parts]


@given(files_or_fields)
def test_multipart_is_read_as_the_others_read_it(
    parts: list[tuple[str, str | None, bytes]],
) -> None:
    body = written(parts)
    assert read(iter([body])) == parts == read_by_peer(body)
    form, files = parse_multipart(io.BytesIO(body), BOUNDARY, len(body))
    if any(BOUNDARY.encode() in content for _, _, content in parts):
        return  # Werkzeug takes it for a delimiter also where no CRLF stands before it
    their_form, their_files = werkzeugs_form(body, f"multipart/form-data; boundary={BOUNDARY}")
    assert list(form.items(multi=True)) == list(their_form.items(multi=True))
    ours = [(name, file.filename, file.file.read()) for name, file in files.items(multi=True)]
    theirs = [(name, file.filename, file.read()) for name, file in their_files.items(multi=True)]
    assert ours == theirs


@given(st.text('a"\\;= ', max_size=12))
def test_escaped_quotes_are_read_as_the_others_read_them(name: str) -> None:
    escaped = name.replace('"', '\\"')
    disposition = f'form-data; name="{escaped}"; filename="{escaped}.png"'
    try:
        read_name, filename = parse_disposition(disposition)
    except ProtocolError:
        assert re.search(r'\\\\"|\\" *(;|$)', disposition)
        return
    assert (read_name, filename) == (name, f"{name}.png")
    if "\\" not in name:  # which they take for the beginning of an escape
        parameters = werkzeug_http.parse_options_header(disposition)[1]
        assert parameters == {"name": name, "filename": f"{name}.png"}
        assert parameters == parse_header_parameters(disposition)[1]


@settings(deadline=None)  # the longest body is read a thousand times
@given(files_or_fields)
def test_cut_at_every_byte(parts: list[tuple[str, str | None, bytes]]) -> None:
    body = written(parts)
    assert read(body[at : at + 1] for at in range(len(body))) == parts
    for at in range(len(body)):
        assert read(iter((body[:at], body[at:]))) == parts


@settings(deadline=None)
@given(st.data())
def test_broken_multipart_is_refused_alike_however_it_is_cut(data: st.DataObject) -> None:
    body = bytearray(written([("a", None, b"1\r\n2"), ("b", "c.png", b"--\r\n")]))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", b"\r", b"\n", b"-", b"\0", b'"', b"x"])
        )
    assert outcome(iter([bytes(body)])) == outcome(body[at : at + 1] for at in range(len(body)))


def outcome(pieces: Iterator[bytes]) -> object:
    try:
        return read(bytes(piece) for piece in pieces)
    except ProtocolError as error:
        return error.status


@given(st.binary(max_size=300))
def test_any_bytes_are_parts_or_an_error(body: bytes) -> None:
    assert (
        outcome(iter([b"--" + BOUNDARY.encode() + body])) in (400, 413, []) or b"\r\n\r\n" in body
    )


@given(st.text())
def test_a_file_name_never_leads_elsewhere(filename: str) -> None:
    name = last_component(filename)
    assert not set(name) & set("/\\\0\r\n")
    assert name not in (".", "..")


# --- limits and time

HEAD = b"--" + BOUNDARY.encode() + b'\r\nContent-Disposition: form-data; name="a"\r\n'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ((HEAD + b"\r\n\r\n") * (MAX_PARTS + 1), 413),
        (HEAD + b"".join(b"X-%d: y\r\n" % number for number in range(MAX_HEADERS)), 413),
        (HEAD + b"X: " + b"y" * MAX_HEADER_LINE, 413),
        (HEAD + b"\r\n" + b"y" * 1_048_577 + b"\r\n--", 413),
        (HEAD + b"\r\n", 400),
    ],
    ids=["parts", "headers", "header line", "fields", "cut short"],
)
def test_limits_hold_without_a_length(body: bytes, status: int) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse_multipart(io.BytesIO(body), BOUNDARY)
    assert caught.value.status == status


class Endless(io.RawIOBase):
    """A part's content without an end, and how much of it was read."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        data = (
            HEAD[:-2] + b'; filename="f"\r\n\r\n' if not self.taken else (b"\r\n--" * size)[:size]
        )
        self.taken += len(data)
        return data


def test_an_endless_body_ends_at_its_limit() -> None:
    stream = Endless()
    with pytest.raises(ProtocolError) as caught:
        parse_multipart(stream, BOUNDARY, max_size=5_000_000)  # type: ignore[arg-type]
    assert caught.value.status == 413
    assert stream.taken < 5_300_000


def seconds(body: bytes, size: int) -> float:
    best = 60.0
    for _ in range(3):
        parser = MultipartParser(BOUNDARY)
        start = time.perf_counter()
        for at in range(0, len(body), size):
            parser.feed(body[at : at + size])
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.alone
@pytest.mark.parametrize(
    "unit",
    [b"\r", b"\r\n", b"\r\n--", b"\r\n--" + BOUNDARY.encode()[:-1], b"-", b"x"],
    ids=repr,
)
@pytest.mark.parametrize("size", [1, 97, 65_536])
def test_multipart_takes_linear_time(unit: bytes, size: int) -> None:
    length = 100_000 if size == 1 else 2_000_000
    body = HEAD + b"\r\n" + unit * (length // len(unit))
    half = seconds(body[: len(body) // 2], size)
    assert seconds(body, size) < 4 * half + 0.02


@pytest.mark.alone
@pytest.mark.parametrize("unit", [b"%", b"%41", b"&", b"=", b"+", b"%26", b"a=&"], ids=repr)
def test_forms_take_linear_time(unit: bytes) -> None:
    def took(count: int) -> float:
        data = unit * count
        start = time.perf_counter()
        parse_urlencoded(data, max_fields=10**9, max_size=10**9)
        return time.perf_counter() - start

    half = min(took(100_000) for _ in range(3))
    assert min(took(200_000) for _ in range(3)) < 4 * half + 0.02


@pytest.mark.alone
@pytest.mark.parametrize("unit", ["a=b;", "\\", '"', ";", "=", " ", 'a="\\', "\xff"], ids=repr)
def test_cookies_take_linear_time(unit: str) -> None:
    def took(count: int) -> float:
        header = 'a="' + unit * count + '"'
        start = time.perf_counter()
        parse_cookies(header)
        return time.perf_counter() - start

    half = min(took(100_000) for _ in range(3))
    assert min(took(200_000) for _ in range(3)) < 4 * half + 0.02


class Photo(io.RawIOBase):
    """A form with a file of 20 MiB, made as it is read."""

    def __init__(self) -> None:
        self.left = 20 << 20
        self.begun = False
        self.block = bytes(range(256)) * 4096

    def read(self, size: int = -1) -> bytes:
        if not self.begun:
            self.begun = True
            return HEAD[:-2] + b'; filename="f"\r\n\r\n'
        if not self.left:
            return b"\r\n--" + BOUNDARY.encode() + b"--"
        data = self.block[: min(size, self.left)]
        self.left -= len(data)
        return data


def test_a_large_file_takes_little_memory() -> None:
    stream = Photo()
    parse_multipart(Photo(), BOUNDARY)[1]["a"].close()  # imports what is imported late
    tracemalloc.start()
    _, files = parse_multipart(stream, BOUNDARY)  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    upload = files["a"]
    assert upload.size == 20 << 20
    upload.close()
    assert peak < 1 << 20

"""Step 2.5: the lines between the chunks, and the trailers behind them."""

import pytest

from bistro.http import (
    MAX_CHUNK_LINE,
    MAX_FIELD_LINE,
    MAX_FIELDS,
    ProtocolError,
    parse_chunk_size,
    parse_trailers,
)


def status_of_size(line):
    with pytest.raises(ProtocolError) as caught:
        parse_chunk_size(line)
    return caught.value.status


def status_of_trailers(lines):
    with pytest.raises(ProtocolError) as caught:
        parse_trailers(lines)
    return caught.value.status


def test_a_size_is_hexadecimal():
    """A chunk's size is a number in hexadecimal digits, upper or lower case."""
    for line, size in [
        (b"0", 0),
        (b"5", 5),
        (b"1a", 26),
        (b"1A", 26),
        (b"000", 0),
        (b"0000f", 15),
        (b"AbCdEf", 0xABCDEF),
        (b"10000", 65_536),
        (b"f" * 15, 16**15 - 1),
    ]:
        assert parse_chunk_size(line) == size


def test_extensions_are_ignored():
    """What follows a semicolon after the size is an extension, and is ignored."""
    for extension in [
        b";",
        b";name",
        b";name=value",
        b';name="a b;c"',
        b"; name = value",
        b";\t",
        b";\xe9",
        b";;",
    ]:
        assert parse_chunk_size(b"1a" + extension) == 26


def test_a_size_is_nothing_else():
    """A sign, a prefix, white space or any other character around the digits is 400."""
    for line in [
        b"", b"+5", b"-5", b"0x5", b"0X5", b"5 ", b" 5", b"5\t", b"\t5", b"5 ;a", b"5_0", b"5,5",
        b"5.0", b"5h", b"g", b"five", b";", b";5", b"\xb2", "\u0665".encode(), b"5\x0b", b"5\x85",
    ]:  # fmt: skip
        assert status_of_size(line) == 400


def test_no_controls_in_an_extension():
    """A CR, an LF or another control but tab in an extension is 400: others end the line there."""
    for code in [*range(0x09), *range(0x0A, 0x20), 0x7F]:
        assert status_of_size(b"5;a" + bytes([code]) + b"b") == 400
        assert status_of_size(b"5;a" + bytes([code])) == 400
        assert status_of_size(b"5" + bytes([code])) == 400


def test_a_size_beyond_reason():
    """More than 15 digits are 400, even when they are zeros."""
    assert status_of_size(b"1" + b"0" * 15) == 400
    assert status_of_size(b"0" * 16) == 400


def test_the_longest_chunk_line():
    """A line of MAX_CHUNK_LINE bytes is read; one byte more is 400."""
    assert parse_chunk_size(b"5;" + b"a" * (MAX_CHUNK_LINE - 2)) == 5
    assert status_of_size(b"5;" + b"a" * (MAX_CHUNK_LINE - 1)) == 400


def test_trailers_are_fields():
    """Trailers are read as the fields of a head are: lower-case names, stripped, joined."""
    lines = [b"X-Sum: 4 ", b"Expires:\tnever", b"x-sum: 5", b"X-Note: caf\xe9\ta"]
    assert parse_trailers(lines) == {
        "x-sum": "4, 5",
        "expires": "never",
        "x-note": "caf\xe9\ta",
    }
    assert parse_trailers([]) == {}


def test_trailers_are_as_strict_as_fields():
    """A trailer that is no field is 400."""
    for line in [b"", b"X", b" X: a", b"X : a", b"X\xe9: a", b": a", b"\tfolded", b"a b: c"]:
        assert status_of_trailers([line]) == 400
        assert status_of_trailers([b"X-Sum: 4", line]) == 400


def test_no_controls_in_trailers():
    """A CR, an LF or another control character but tab in a trailer is 400."""
    for code in [*range(0x09), *range(0x0A, 0x20), 0x7F]:
        assert status_of_trailers([b"X: a", b"Y: a" + bytes([code]) + b"b"]) == 400
        assert status_of_trailers([b"X: a" + bytes([code])]) == 400


def test_no_framing_in_trailers():
    """A trailer that would change how the message was read or routed is 400."""
    for name in ["Content-Length", "Transfer-Encoding", "Host", "Trailer"]:
        assert status_of_trailers([f"{name}: 5".encode()]) == 400
        assert status_of_trailers([b"X: a", f"{name.lower()}: 5".encode()]) == 400
        assert parse_trailers([f"X-{name}: 5".encode()]) == {f"x-{name.lower()}": "5"}


def test_limits_of_trailers():
    """Trailers have the limits of fields: more or longer ones are 431."""
    lines = [b"X: a"] * MAX_FIELDS
    assert parse_trailers(lines) == {"x": ", ".join("a" * MAX_FIELDS)}
    assert status_of_trailers([*lines, b"Y: b"]) == 431
    assert status_of_trailers([b"X: " + b"a" * MAX_FIELD_LINE]) == 431

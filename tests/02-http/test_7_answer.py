"""Step 2.7: what is written: dates, chunks, and heads of responses."""

import time

import pytest

from bistro.http import LAST_CHUNK, encode_chunk, error_response, format_date, response_head

FRENCH = {"%a": "dim.", "%A": "dimanche", "%b": "nov.", "%B": "novembre", "%h": "nov."}


def refused(status, fields):
    with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
        response_head(status, fields)


def test_a_date():
    """A date has a weekday, two-digit day, month, year and time, in GMT."""
    for timestamp, date in [
        (784111777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951782400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (1767225599, "Wed, 31 Dec 2025 23:59:59 GMT"),
        (1767225599.9, "Wed, 31 Dec 2025 23:59:59 GMT"),
        (1785888000, "Wed, 05 Aug 2026 00:00:00 GMT"),
    ]:
        assert format_date(timestamp) == date


def test_every_day_and_month():
    """Days and months have their English names of three letters."""
    noon, day = 1767268800, 86_400  # the 1st of January 2026, a Thursday
    dates = [format_date(noon + number * day) for number in range(365)]
    assert [date[:3] for date in dates[:7]] == "Thu Fri Sat Sun Mon Tue Wed".split()
    months = dict.fromkeys(date[8:11] for date in dates)
    assert list(months) == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def test_a_date_in_any_place(monkeypatch):
    """A date is in GMT wherever the server stands."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change a process's time zone")
    monkeypatch.setenv("TZ", "XYZ-5")
    time.tzset()
    try:
        assert format_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_date_in_any_language(monkeypatch):
    """A date is in English also where the process speaks another language, as `strftime` does."""
    strftime = time.strftime

    def in_french(form, *moment):
        for directive, word in FRENCH.items():
            form = form.replace(directive, word)
        return strftime(form, *moment)

    monkeypatch.setattr(time, "strftime", in_french)
    assert format_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"


def test_a_chunk():
    """A chunk is the size of its data in hexadecimal, CRLF, the data, CRLF."""
    for data, chunk in [
        (b"soups", b"5\r\nsoups\r\n"),
        (b"a" * 16, b"10\r\n" + b"a" * 16 + b"\r\n"),
        (b"a" * 171, b"ab\r\n" + b"a" * 171 + b"\r\n"),
        (b"\r\n", b"2\r\n\r\n\r\n"),
        (b"100 %", b"5\r\n100 %\r\n"),
        (bytes(range(256)), b"100\r\n" + bytes(range(256)) + b"\r\n"),
    ]:
        assert encode_chunk(data).lower() == chunk.lower()


def test_an_empty_chunk_is_never_sent():
    """No data gives no bytes: an empty chunk would end the body."""
    assert encode_chunk(b"") == b""
    assert LAST_CHUNK == b"0\r\n\r\n"


def test_a_response_head():
    """A head is the status line, a line for each field in the order given, and an empty line."""
    fields = [("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2")]
    assert response_head("200 OK", fields) == (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n"
    )


def test_fields_that_come_only_once():
    """The fields may be any iterable, also a generator, which can be walked through only once."""
    fields = (pair for pair in [("X-Table", "4"), ("X-Guest", "Ada")])
    head = response_head("200 OK", fields)
    assert head == b"HTTP/1.1 200 OK\r\nX-Table: 4\r\nX-Guest: Ada\r\n\r\n"


def test_no_fields():
    """A head may have no fields; a phrase may be empty, have spaces, a tab and accents."""
    assert response_head("404 Not Found", []) == b"HTTP/1.1 404 Not Found\r\n\r\n"
    assert response_head("299 ", iter(())) == b"HTTP/1.1 299 \r\n\r\n"
    assert response_head("200 Tr\xe8s\tbien", ()) == b"HTTP/1.1 200 Tr\xe8s\tbien\r\n\r\n"


def test_values_are_latin_1():
    """Each character of a value is one byte in latin-1; a value may be empty."""
    head = response_head("200 OK", [("X-Table", "caf\xe9\t\xff "), ("X-Empty", "")])
    assert head == b"HTTP/1.1 200 OK\r\nX-Table: caf\xe9\t\xff \r\nX-Empty: \r\n\r\n"


def test_nothing_breaks_out_of_a_line():
    """CR, LF or another control but tab in a status or value raises before a byte is written."""
    for control in [*range(0x09), *range(0x0A, 0x20), 0x7F]:
        evil = chr(control)
        for text in (f"a{evil}b", f"{evil}a", f"a{evil}"):
            refused("200 OK", [("X-Name", text), ("X-Other", "a")])
            refused(f"200 {text}", [])


def test_a_split_response():
    """A value with a CRLF would write a field, or a whole answer, of its own: it raises."""
    for evil in ["a\r\n\r\n<script>", "a\r\nSet-Cookie: b=1", "\r\n", "\n\r"]:
        refused("302 Found", [("Location", evil)])
        refused(f"302 {evil}", [("Location", "/")])


def test_a_name_is_a_token():
    """A name that is not a token raises."""
    for name in ["", "X Y", "X:", "X\r\nY", "X\n", "\xe9", "X\x00", "(X)", ":", " X", "X "]:
        refused("200 OK", [(name, "a")])
        refused("200 OK", [("X-Good", "a"), (name, "a")])


def test_a_status_has_three_digits():
    """A status that is not three digits, the first no 0, a space and a phrase raises."""
    for status in [
        "", "OK", "200", "20 OK", "2000 OK", "099 OK", " 200 OK", "200OK", "+20 OK", "a00 b",
        "2a0 b", "20a b", "\u0662\u0660\u0660 OK", "200\tOK", "\n200 OK",
    ]:  # fmt: skip
        refused(status, [])


def test_only_latin_1_can_be_written():
    """A character that latin-1 does not have raises; it is not dropped or replaced."""
    for text in ["€", "Ā", "\u0665", "\ud800"]:
        refused("200 OK", [("X-Name", text)])
        refused(f"200 {text}", [])


def test_an_error_response():
    """What the parser refuses is answered with its status, in plain text, and the end."""
    answer = error_response(431, "café")
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 431 Request Header Fields Too Large"
    assert b"Connection: close" in lines
    assert b"Content-Type: text/plain; charset=utf-8" in lines
    assert b"Content-Length: %d" % len(body) in lines
    assert body == "431 Request Header Fields Too Large: café\n".encode()
    assert any(line.startswith(b"Date: ") and line.endswith(b" GMT") for line in lines)

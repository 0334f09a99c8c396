"""Step 5.2: query strings and plain forms."""

import time

import pytest

from bistro import urlencoded
from bistro.http import ProtocolError
from bistro.urlencoded import MAX_FIELDS, MAX_SIZE, parse_urlencoded, percent_decode


def fields_of(data):
    return list(parse_urlencoded(data).items(multi=True))


def status_of(data, **limits):
    with pytest.raises(ProtocolError) as caught:
        parse_urlencoded(data, **limits)
    return caught.value.status


def test_names_and_values():
    """Fields are separated by `&`, a name from its value by `=`."""
    assert fields_of(b"dish=soup&guests=4") == [("dish", "soup"), ("guests", "4")]
    assert fields_of(b"dish=soup") == [("dish", "soup")]


def test_no_fields():
    """Nothing has no fields, and empty pieces between `&` are no fields."""
    assert fields_of(b"") == []
    assert fields_of(b"&&a=1&&b=2&") == [("a", "1"), ("b", "2")]
    assert fields_of(b"&&a=%26&&b=2&") == [("a", "&"), ("b", "2")]


def test_a_name_may_repeat():
    """Several fields of one name keep all their values, in order."""
    form = parse_urlencoded(b"dish=soup&guests=4&dish=tart&dish=soup")
    assert form.getlist("dish") == ["soup", "tart", "soup"]
    assert list(form) == ["dish", "guests"]


def test_empty_names_and_values():
    """A value may be empty, with or without `=`, and a name too."""
    assert fields_of(b"a=&b&=c&=") == [("a", ""), ("b", ""), ("", "c"), ("", "")]
    assert fields_of(b"a=&b&=c&=&d=%3D") == [("a", ""), ("b", ""), ("", "c"), ("", ""), ("d", "=")]


def test_only_the_first_equals_sign():
    """A name ends at the first `=`; those behind it belong to the value."""
    assert fields_of(b"sum=1+1=2&x==") == [("sum", "1 1=2"), ("x", "=")]
    assert fields_of(b"sum=1=2&x=%26=") == [("sum", "1=2"), ("x", "&=")]


def test_only_the_ampersand():
    """Nothing but `&` separates fields: readers who disagree on `;` can be played off."""
    assert fields_of(b"a=1;b=2") == [("a", "1;b=2")]
    assert fields_of(b"a=1;b=%3d") == [("a", "1;b==")]


def test_plus_is_a_space():
    """`+` is a space in names and values; a plus is sent as `%2B`, and stays one."""
    assert fields_of(b"the+dish=leek+tart&sum=1%2B1") == [("the dish", "leek tart"), ("sum", "1+1")]
    assert fields_of(b"the+dish=%26+1%2B1") == [("the dish", "& 1+1")]


def test_utf_8():
    """Bytes are UTF-8, percent-encoded or as they are."""
    assert fields_of(b"caf%C3%A9=cr%c3%a8me") == [("café", "crème")]
    assert fields_of("café=crème".encode()) == [("café", "crème")]
    assert fields_of("café=crème %26".encode()) == [("café", "crème &")]
    assert fields_of(b"caf%c3%a9=%F0%9F%8D%B2%3D") == [("café", "🍲=")]


@pytest.mark.parametrize("separator", [b"%26", b"%3D", b"%3d"])
def test_hidden_separators(separator):
    """A separator that was percent-encoded is part of a name or value, and separates nothing."""
    text = percent_decode(separator).decode()
    assert fields_of(b"a%sb=c%sd&e=f" % (separator, separator)) == [
        (f"a{text}b", f"c{text}d"),
        ("e", "f"),
    ]
    assert fields_of(b"a=b%sadmin%s1" % (separator, separator)) == [("a", f"b{text}admin{text}1")]


def test_broken_utf_8():
    """Bytes that are not UTF-8 become U+FFFD, and leave their neighbours alone."""
    assert fields_of(b"a=%FF&b=%C3&c=d") == [("a", "\ufffd"), ("b", "\ufffd"), ("c", "d")]
    assert fields_of(b"a=%FF&b=%C3&c=%26") == [("a", "\ufffd"), ("b", "\ufffd"), ("c", "&")]
    assert fields_of(b"%C3=\xff%3D") == [("\ufffd", "\ufffd=")]


def test_percent_decode():
    """A `%` and two hexadecimal digits, upper or lower case, are the byte they stand for."""
    assert percent_decode(b"caf%C3%a9") == "café".encode()
    assert percent_decode(b"%00%0a%7F%fF") == b"\x00\x0a\x7f\xff"
    assert percent_decode(b"nothing, +here") == b"nothing, +here"
    assert percent_decode(b"") == b""
    for byte in range(256):
        assert percent_decode(b"x%%%02xy" % byte) == b"x%cy" % byte
        assert percent_decode(b"%%%02X" % byte) == bytes([byte])


def test_a_percent_sign_alone():
    """A `%` without two hexadecimal digits behind it stays what it is."""
    for data in [
        b"%",
        b"100%",
        b"%%",
        b"%4",
        b"%zz",
        b"%g1",
        b"%1g",
        b"% 41",
        b"%+4",
        b"%\xd9\xa1",
    ]:
        assert percent_decode(data) == data
    assert percent_decode(b"%%41%4%42%") == b"%A%4B%"
    assert fields_of(b"discount=100%&x=%zz") == [("discount", "100%"), ("x", "%zz")]


def test_decoded_once():
    """What was decoded is not decoded again: `%2526` is `%26`, not `&`."""
    assert percent_decode(b"%2541") == b"%41"
    assert fields_of(b"a=%2526b%253D") == [("a", "%26b%3D")]
    assert fields_of(b"a=%2526b%253D&c=%26") == [("a", "%26b%3D"), ("c", "&")]
    assert fields_of(b"a=%252B") == [("a", "%2B")]


def test_too_many_fields():
    """More fields than allowed are 413, counted before a single one is decoded."""
    most = b"&".join([b"a=1"] * MAX_FIELDS)
    assert len(parse_urlencoded(most).getlist("a")) == MAX_FIELDS
    assert status_of(most + b"&a=1") == 413
    assert status_of(b"&" * MAX_FIELDS) == 413
    assert fields_of(b"a=%26&b=2") == [("a", "&"), ("b", "2")]
    assert len(parse_urlencoded(b"a&b&c", max_fields=3)) == 3
    assert status_of(b"a&b&c", max_fields=2) == 413
    assert len(parse_urlencoded(b"a", max_fields=1)) == 1


def test_too_large():
    """More bytes than allowed are 413."""
    assert len(parse_urlencoded(b"a=" + b"x" * (MAX_SIZE - 2))["a"]) == MAX_SIZE - 2
    assert status_of(b"a=" + b"x" * (MAX_SIZE - 1)) == 413
    assert fields_of(b"a=12") == [("a", "12")]
    assert list(parse_urlencoded(b"a=12", max_size=4)) == ["a"]
    assert status_of(b"a=12", max_size=3) == 413


def test_limits_come_first(monkeypatch):
    """A form over a limit is refused before any of it is decoded: that is what the limit is for."""
    decoded = []
    real = percent_decode
    monkeypatch.setattr(
        urlencoded, "percent_decode", lambda data: decoded.append(data) or real(data)
    )
    assert status_of(b"a=%41", max_size=4) == 413
    assert status_of(b"a=%41&b=%26", max_fields=1) == 413
    assert decoded == []


def test_time_is_linear():
    """Twice the data take about twice the time: a form of percent signs is read in a moment."""
    start = time.perf_counter()
    assert parse_urlencoded(b"a=" + b"%41" * 150_000)["a"] == "A" * 150_000
    assert len(percent_decode(b"%41" * 300_000)) == 300_000
    assert len(percent_decode(b"%" * 300_000)) == 300_000
    assert time.perf_counter() - start < 2

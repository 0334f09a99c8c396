"""Step 6.3: what the client likes."""

import time

import pytest

from bistro.request import Request, parse_accept, quality_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"


def test_a_range_without_q_counts_one():
    """Ranges are separated by commas; without q their quality is 1."""
    assert parse_accept("text/html,application/json") == [
        ("text/html", 1.0), ("application/json", 1.0),
    ]  # fmt: skip


def test_q_is_a_number_from_0_to_1():
    """The quality stands behind q=."""
    assert parse_accept("a/a;q=0.5,b/b;q=0,c/c;q=1,d/d;q=0.125,e/e;q=1.000,f/f;q=0.") == [
        ("a/a", 0.5), ("b/b", 0.0), ("c/c", 1.0), ("d/d", 0.125), ("e/e", 1.0), ("f/f", 0.0),
    ]  # fmt: skip


def test_white_space_and_case_say_nothing():
    """White space around commas and semicolons is dropped, and all is in lower case."""
    expected = [("text/html", 0.5), ("*/*", 0.1)]
    assert parse_accept(" Text/HTML ;\tQ=0.5\t, */* ; q=0.1 ") == expected


def test_other_parameters_belong_to_the_range():
    """Parameters before q are part of the range; what follows q is dropped."""
    assert parse_accept("text/html; level=1 ;q=0.3;x=y, a/b;V=2; w=3,c/d;;q=0.5") == [
        ("text/html;level=1", 0.3), ("a/b;v=2;w=3", 1.0), ("c/d", 0.5),
    ]  # fmt: skip
    assert parse_accept("a/b;qs=1;q=0.5, a/b;seq=2") == [("a/b;qs=1", 0.5), ("a/b;seq=2", 1.0)]


def test_empty_elements_are_left_out():
    """A list may have empty elements, which say nothing."""
    assert parse_accept("") == []
    assert parse_accept(" , ,a/b,, ") == [("a/b", 1.0)]
    assert parse_accept(";q=1, a/b") == [("a/b", 1.0)]


@pytest.mark.parametrize(
    "quality",
    [
        "2",
        "-1",
        "1.1",
        "1.01",
        "nan",
        "inf",
        "1e-1",
        "0x1",
        "",
        "half",
        "0 5",
        "\u0660",
        "+1",
        "00",
        "1_0",
    ],
)
def test_a_quality_that_is_none_leaves_the_range_out(quality):
    """A range whose q is no number from 0 to 1 is left out; the others stay."""
    assert ("a/b", 1.0) in parse_accept(f"x/y;q={quality}, a/b")
    assert "x/y" not in [range_ for range_, _ in parse_accept(f"x/y;q={quality}, a/b")]


def test_any_number_of_digits():
    """More digits than the three of the grammar harm nobody."""
    assert parse_accept("a/b;q=0.33333, c/d;q=1.0000") == [("a/b", 0.33333), ("c/d", 1.0)]


def test_the_most_specific_range_counts():
    """The type itself counts before its main type, and that before any type."""
    ranges = [("*/*", 0.1), ("text/*", 0.3), ("text/html", 0.7)]
    assert quality_of("text/html", ranges) == 0.7
    assert quality_of("text/plain", ranges) == 0.3
    assert quality_of("image/png", ranges) == 0.1


def test_nothing_fits():
    """A type that no range is for has the quality 0, and so has one that is ruled out."""
    assert quality_of("image/png", [("text/html", 1.0)]) == 0
    assert quality_of("image/png", []) == 0
    assert quality_of("text/html", [("text/html", 0.0), ("*/*", 1.0)]) == 0
    assert quality_of("text", [("text/*", 0.5)]) == 0.5
    assert quality_of("text/html;level=1", [("text/*", 0.5)]) == 0.5
    assert quality_of("textile/html", [("text/*", 0.5)]) == 0


def test_parameters_ask_for_parameters():
    """A range with parameters is for types with the same ones; one without is for all."""
    ranges = [("text/html;level=1", 0.3), ("text/html", 0.7)]
    assert quality_of("text/html;level=1", ranges) == 0.3
    assert quality_of("text/html", ranges) == 0.7
    assert quality_of("text/html;level=2", ranges) == 0.7
    assert quality_of("Text/HTML ; Level=1", ranges) == 0.3
    assert quality_of("text/html", ranges[:1]) == 0


def test_of_two_the_first_counts():
    """A range that stands twice counts as it stands first."""
    assert quality_of("a/b", [("a/b", 0.3), ("a/b", 0.9)]) == 0.3


def accepted(field, *types):
    """What a request with the field Accept takes of `types`."""
    return Request({} if field is None else {"HTTP_ACCEPT": field}).accepts(*types)


@pytest.mark.parametrize(
    ("field", "types", "best"),
    [
        (BROWSER, ("application/json", "text/html"), "text/html"),
        (BROWSER, ("application/json", "text/plain"), "application/json"),
        ("*/*", ("text/html", "application/json"), "text/html"),
        ("application/json", ("text/html", "application/json"), "application/json"),
        ("text/html;q=0.4, a/b;q=0.5", ("text/html", "a/b"), "a/b"),
        ("application/json;q=0", ("application/json",), None),
        ("image/png", ("text/html", "application/json"), None),
        ("*/*, text/html;q=0", ("text/html", "application/json"), "application/json"),
        ("nonsense;q=high", ("text/html", "application/json"), "text/html"),
    ],
)
def test_a_request_accepts_the_best(field, types, best):
    """`request.accepts` gives the type that the client likes best, or None."""
    assert accepted(field, *types) == best


def test_a_long_field_takes_no_time():
    """A field of thousands of ranges takes a few milliseconds, as its length says."""
    start = time.perf_counter()
    ranges = parse_accept(";,c/d" * 30_000 + ";x" * 10_000 + ",a/b;q=0." + "0" * 30_000)
    assert len(ranges) == 30_001
    assert ranges[-1] == ("a/b", 0.0)
    assert time.perf_counter() - start < 1
    assert quality_of("a/b", ranges) == 0

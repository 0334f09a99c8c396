"""Step 7.2: from a text to a value, and back."""

from uuid import UUID

import pytest

from bistro.converters import (
    AnyOf,
    Converter,
    Float,
    Integer,
    Key,
    Parameter,
    Path,
    Text,
)


def parameter(converter):
    """A parameter called p."""
    return Parameter("p", converter)


def test_a_number_is_read():
    """`int` makes an int of digits, `float` a float; the value stands alone in a tuple."""
    assert parameter(Integer()).read("5") == (5,)
    assert parameter(Integer()).read("007") == (7,)
    assert type(Integer().to_python("5")) is int
    assert parameter(Float()).read("1.50") == (1.5,)
    assert type(Float().to_python("2.0")) is float


def test_other_converters_are_read():
    """A parameter asks its converter, whatever it is."""
    key = "0b3dd6f8-3a4e-4bb4-8e3f-7a3c0ff8e6f1"
    assert parameter(Key()).read(key) == (UUID(key),)
    assert parameter(Text()).read("Zoë & co") == ("Zoë & co",)
    assert parameter(AnyOf("lunch", "dinner")).read("dinner") == ("dinner",)
    assert parameter(AnyOf("lunch", "dinner")).read("breakfast") is None


def test_any_value_is_a_value():
    """Zero and None are values, too: they stand in the tuple as all others do."""

    class Nothing(Converter):
        def to_python(self, text):
            return None

    assert parameter(Integer()).read("0") == (0,)
    assert parameter(Nothing()).read("x") == (None,)


def test_the_limits_of_a_number_are_part_of_it():
    """With `min` and `max` the number may be either of them, and nothing beyond: ValueError."""
    table = Integer(min=1, max=12)
    assert [table.to_python("1"), table.to_python("12")] == [1, 12]
    for text in ("0", "13"):
        with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
            table.to_python(text)
    with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
        Float(max=0.5).to_python("0.6")
    for number, text in [(Integer(max=0), "1"), (Integer(min=0, signed=True), "-1")]:
        with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
            number.to_python(text)


def test_a_refused_text_is_none():
    """Where the converter raises ValueError, `read` returns None: the next route has its turn."""
    table = parameter(Integer(min=1, max=12))
    assert table.read("13") is None
    assert table.read("0") is None
    assert table.read("12") == (12,)


def test_only_a_value_error_refuses():
    """Any other exception of a converter is a mistake in it, and is not hidden."""

    class Broken(Converter):
        def to_python(self, text):
            raise mistake

    for mistake in (KeyError("soup"), TypeError("soup"), ZeroDivisionError("soup")):
        with pytest.raises(type(mistake)):
            parameter(Broken()).read("soup")


def test_the_pattern_matches_in_full():
    """A line feed at the end, or anything else around the text, makes it another text."""
    for text in ("5\n", "\n5", " 5", "5 ", "5a", "", "+5", "-5", "1_0", "0x5"):
        assert parameter(Integer()).read(text) is None
    for text in ("1.2.3", "1.", ".5", "1e5", "nan", "1.5\n", "5"):
        assert parameter(Float()).read(text) is None


def test_digits_are_ascii():
    """Python takes the digits of every script for numbers; a path does not."""
    for digit in ("\u0665", "\u096b", "\uff15", "\u00b2"):
        assert parameter(Integer()).read(digit) is None
        assert parameter(Float()).read(f"{digit}.0") is None


def test_a_number_without_end_is_refused():
    """Python converts at most a few thousand digits; more of them are refused, not an error."""
    assert parameter(Integer()).read("9" * 4000) is not None
    assert parameter(Integer()).read("9" * 5000) is None


def test_a_value_is_written():
    """`write` makes the text that `read` takes."""
    assert parameter(Integer()).write(5) == "5"
    assert parameter(Float()).write(2) == "2.0"
    assert parameter(Integer(signed=True)).write(-3) == "-3"
    assert parameter(AnyOf("lunch", "dinner")).write("lunch") == "lunch"
    key = UUID("0b3dd6f8-3a4e-4bb4-8e3f-7a3c0ff8e6f1")
    assert parameter(Key()).write(key) == str(key)


def test_what_is_written_is_quoted():
    """What is no letter, digit or harmless sign becomes UTF-8, percent-encoded."""
    assert parameter(Text()).write("Zoë & co") == "Zo%C3%AB%20&%20co"
    assert parameter(Text()).write("a?b#c%d") == "a%3Fb%23c%25d"
    assert parameter(Text()).write("(a),b=c;d:e@f!~") == "(a),b=c;d:e@f!~"
    assert parameter(Text()).write('\r\n<a>"\\') == "%0D%0A%3Ca%3E%22%5C"


def test_only_a_path_keeps_its_slashes():
    """Only a converter that is `multi` writes slashes as they are."""

    class Joined(Converter):
        pattern = "[a-z/&]+"

    class Several(Joined):
        multi = True

    assert parameter(Path()).write("wine list/red.html") == "wine%20list/red.html"
    assert parameter(Several()).write("a/b&c") == "a/b&c"
    assert parameter(Joined()).write("a/b&c") == "a%2Fb&c"
    with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
        parameter(Text()).write("wine/red")
    with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
        parameter(Path()).write("/etc/passwd")


def test_a_value_that_would_not_come_back_is_refused():
    """A value that `read` would refuse is not written: ValueError."""
    for converter, value in [
        (Integer(), -1),
        (Integer(), 1.5),
        (Integer(), "soup"),
        (Integer(), "\u0665"),
        (Integer(max=12), 13),
        (Text(), ""),
        (Text(maxlength=3), "soup"),
        (AnyOf("lunch"), "dinner"),
    ]:
        with pytest.raises(ValueError):  # noqa: PT011  # whatever its message
            parameter(converter).write(value)


def test_a_converter_of_your_own():
    """A converter says with to_python and to_text what its texts mean."""

    class Reversed(Converter):
        def to_python(self, text):
            return text[::-1]

        def to_text(self, value):
            return value[::-1]

    assert parameter(Reversed()).read("puos") == ("soup",)
    assert parameter(Reversed()).write("soup %") == "%25%20puos"

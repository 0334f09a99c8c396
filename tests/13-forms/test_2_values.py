"""Step 13.2: text becomes values."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from bistro.form_fields import (
    DATE,
    DateField,
    DateTimeField,
    DecimalField,
    FloatField,
    IntegerField,
    TimeField,
    ValidationError,
)


def messages(field, text):
    """What a guest is told who sent `text`; nothing if all is well."""
    try:
        field.clean([text])
    except ValidationError as error:
        return error.messages
    return []


def test_whole_numbers():
    """Digits, perhaps after a minus, are a whole number; zeros behind a point change nothing."""
    field = IntegerField()
    for text, value in [
        ("4", 4),
        (" 12 ", 12),
        ("-3", -3),
        ("007", 7),
        ("-0", 0),
        ("4.0", 4),
        ("-40.000", -40),
    ]:
        assert field.clean([text]) == value
        assert type(field.clean([text])) is int


def test_what_is_no_whole_number():
    """What only Python's `int` takes, or `float`, or nobody, is refused, code `invalid`."""
    field = IntegerField(error_messages={"invalid": "No."})
    for text in [
        *("four", "4.5", "4.", ".0", "4.05", "1e3", "+4", "0x10", "1_000", "1,000"),
        *("٤", "\uff14", "²", "--4", "4-", "- 4", "4 2", "NaN", "Infinity", "4\u00a02", "-"),
    ]:
        assert messages(field, text) == ["No."]


def test_sixty_four_bits():
    """A whole number has 64 bits at the most, so that a database takes it."""
    field = IntegerField()
    assert field.clean(["9223372036854775807"]) == 2**63 - 1
    assert field.clean(["-9223372036854775808"]) == -(2**63)
    for text in ("9223372036854775808", "-9223372036854775809", "9" * 19, "9" * 20, "-" + "9" * 99):
        assert messages(field, text) == ["Enter a whole number."]


def test_numbers_out_of_all_reason():
    """Thousands of digits are refused before anything is made of them."""
    assert IntegerField().clean(["1"]) == 1
    assert messages(IntegerField(), "9" * 5_000) == ["Use at most 100 characters."]
    assert messages(IntegerField(), "1" + "0" * 100_000) != []


def test_bounds():
    """`min_value` and `max_value` are allowed themselves; what is beyond is refused."""
    field = IntegerField(min_value=1, max_value=12)
    assert [field.clean([text]) for text in ("1", "12")] == [1, 12]
    assert messages(field, "0") == ["The least is 1."]
    assert messages(field, "13") == ["The most is 12."]
    assert messages(IntegerField(min_value=1), "13") == []
    assert messages(IntegerField(max_value=12), "0") == []


def test_zero_is_a_bound():
    """0 is a bound like any other; None is none."""
    assert messages(IntegerField(min_value=0), "-1") == ["The least is 0."]
    assert messages(IntegerField(max_value=0), "1") == ["The most is 0."]
    assert messages(IntegerField(min_value=None, max_value=None), "-1") == []


def test_bounds_that_change():
    """A bound may be a function, which is asked each time: today is another day tomorrow."""
    today = [date(2030, 1, 1)]
    field = DateField(min_value=lambda: today[0], max_value=lambda: date(2030, 12, 31))
    assert field.clean(["2030-01-01"]) == date(2030, 1, 1)
    today[0] = date(2030, 1, 2)
    assert messages(field, "2030-01-01") == ["The least is 2030-01-02."]
    assert messages(field, "2031-01-01") == ["The most is 2030-12-31."]


def test_bounds_of_all_kinds():
    """Prices and times have bounds, too, and a message shows them as they are typed."""
    price = DecimalField(min_value=Decimal("0.50"))
    assert price.clean(["0.5"]) == Decimal("0.50")
    assert messages(price, "0.49") == ["The least is 0.50."]
    assert messages(FloatField(max_value=1.5), "1e1") == ["The most is 1.5."]
    hours = TimeField(min_value=time(18, 0), max_value=time(21, 0))
    assert messages(hours, "17:59") == ["The least is 18:00."]
    assert messages(hours, "21:01") == ["The most is 21:00."]


def test_no_number_is_beyond_all_bounds():
    """NaN, which is neither less nor more than a bound, infinity and 1e999999999 are refused."""
    for field in (FloatField(min_value=0, max_value=9), DecimalField(min_value=0, max_value=9)):
        assert field.clean(["2.5"]) == 2.5
        for text in ("nan", "NaN", "sNaN", "inf", "-Infinity", "1e999999999", "1e-999999999"):
            assert messages(field, text) == ["Enter a number."]


def test_days():
    """A day is written year, month, day, in ten characters."""
    field = DateField()
    assert field.clean(["2030-12-31"]) == date(2030, 12, 31)
    assert field.clean(["2028-02-29"]) == date(2028, 2, 29)
    assert field.clean(["0001-01-01"]) == date(1, 1, 1)


def test_no_such_day():
    """A day that is not in the calendar is refused, code `invalid`; so is the year 0."""
    field = DateField()
    for text in ("2030-02-29", "2030-13-01", "2030-00-10", "2030-04-31", "0000-01-01"):
        assert messages(field, text) == ["Enter a date such as 2030-12-31."]


def test_days_written_otherwise():
    """What only Python's `fromisoformat` takes, or other customs, is refused."""
    field = DateField()
    for text in [
        *("20301231", "2030-W01-1", "2030-1-1", "31.12.2030", "12/31/2030", "2030-12-31T00:00"),
        *(
            "\uff12\uff10\uff13\uff10-12-31",
            "+2030-12-31",
            "-2030-12-31",
            "12030-12-31",
            "2030-12-3",
            "today",
        ),
    ]:
        assert messages(field, text) == ["Enter a date such as 2030-12-31."]


def test_times():
    """A time has hours and minutes, and perhaps seconds; the day ends before 24:00."""
    field = TimeField()
    assert field.clean(["18:30"]) == time(18, 30)
    assert field.clean(["00:00"]) == time(0, 0)
    assert field.clean(["23:59:59"]) == time(23, 59, 59)
    for text in ("24:00", "18:60", "6:30", "18", "1830", "18.30", "18:30Z", "T18:30", "18:30+01"):
        assert messages(field, text) == ["Enter a time such as 18:30."]


def test_days_with_times():
    """A day with a time has a `T` or a space between, and no zone."""
    field = DateTimeField()
    assert field.clean(["2030-12-31T18:30"]) == datetime(2030, 12, 31, 18, 30)
    assert field.clean(["2030-12-31 18:30:15"]) == datetime(2030, 12, 31, 18, 30, 15)
    for text in ("2030-12-31", "2030-02-29T18:30", "2030-12-31T18:30+01:00", "2030-12-31x18:30"):
        assert messages(field, text) == ["Enter a date and time such as 2030-12-31T18:30."]


def test_parse_uses_what_it_is_given():
    """`parse` calls the parser with what matches as a whole, and catches its `ValueError` alone."""
    field = DateField()
    assert field.parse(DATE, str.upper, "2030-12-31") == "2030-12-31"
    with pytest.raises(ValidationError):
        field.parse(DATE, str.upper, "2030-12-31\n")

    def broken(text):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        field.parse(DATE, broken, "2030-12-31")

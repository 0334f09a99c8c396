"""Step 16.2: numbers and times."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

from bistro.orm.fields import DateTimeField, DecimalField, IntegerField

NOON = datetime(2026, 5, 1, 12, 0)


def money():
    """A field for prices, up to 999.99."""
    return DecimalField(max_digits=5, decimal_places=2)


@pytest.mark.parametrize(
    ("value", "whole"),
    [("7", 7), ("-7", -7), ("+07", 7), (7.0, 7), (Decimal("7.00"), 7), (True, 1), ("0", 0)],
)
def test_whole_numbers(value, whole):
    """A number without a fraction, and a text of digits, become an int."""
    made = IntegerField().convert(value)
    assert made == whole
    assert type(made) is int


@pytest.mark.parametrize("value", [7.5, Decimal("0.1"), Fraction(1, 2), -0.5])
def test_fractions(value):
    """Nothing is rounded: a fraction is refused."""
    with pytest.raises(ValueError):  # noqa: PT011  its words are free
        IntegerField().convert(value)


@pytest.mark.parametrize(
    "text", ["1_000", " 7", "7 ", "7\n", "\u0667", "7.0", "1e3", "", "-", "0x10", "--7", "seven"]
)
def test_texts_that_are_no_number(text):
    """Of texts, only ASCII digits with a sign are taken, though `int` would take more."""
    with pytest.raises(ValueError):  # noqa: PT011  its words are free
        IntegerField().convert(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"7", [7], object(), "9" * 5000])
def test_no_whole_number_at_all(value):
    """What is no number is refused, when it is prepared, by one kind of error."""
    with pytest.raises(ValueError, match="takes a whole number"):
        IntegerField().prepare(value)


def test_a_number_of_ones_own():
    """A field made of an `IntegerField` is asked for what it takes, and what it stores."""

    class Even(IntegerField):
        def convert(self, value):
            return 2 * super().convert(value)

    class Positive(IntegerField):
        def check(self, value):
            if value < 1:
                raise ValueError("more than nothing, please")
            return value

    assert (Even().prepare(4), Even().store("4")) == (8, 8)
    assert Positive().store("4") == 4
    with pytest.raises(ValueError, match="more than nothing"):
        Positive().store(-4)


def test_large_whole_numbers():
    """A text of many digits keeps them all: only a number goes by way of a float."""
    assert IntegerField().convert("9007199254740993") == 9007199254740993


@pytest.mark.parametrize(
    ("value", "stored"),
    [("4.5", "4.50"), ("4.005", "4.00"), ("4.015", "4.02"), ("-4.555", "-4.56"), ("4", "4.00")],
)
def test_decimals_are_rounded(value, stored):
    """A decimal has its places when it is stored: what is more is rounded half to even."""
    assert str(money().check(Decimal(value))) == stored


def test_the_largest_decimals():
    """What has as many digits as there may be is stored as it is."""
    assert money().check(Decimal("999.99")) == Decimal("999.99")
    assert money().check(Decimal("-999.99")) == Decimal("-999.99")


@pytest.mark.parametrize(
    "value", ["1000", "-1000", "1e3", "1e30", "1e999999", "999.999", "-999.995"]
)
def test_decimals_that_are_too_large(value):
    """Too many digits before the point are a `ValueError`, also when rounding makes them."""
    with pytest.raises(ValueError, match="takes 3 digits before the point") as caught:
        money().check(Decimal(value))
    assert caught.type is ValueError


def test_only_digits_behind_the_point():
    """With all digits behind the point, the number is below one."""
    field = DecimalField(max_digits=2, decimal_places=2)
    assert field.check(Decimal("0.99")) == Decimal("0.99")
    with pytest.raises(ValueError, match="takes 0 digits"):
        field.check(Decimal(1))


@pytest.mark.parametrize("nothing", ["0", "-0.0", "0e9"])
def test_nothing_at_all(nothing):
    """Zero has no digit before the point, however it is written."""
    assert DecimalField(max_digits=2, decimal_places=2).check(Decimal(nothing)) == 0


def test_a_decimal_of_many_digits():
    """The error about a huge number is a short one, also for the largest that there is."""
    for huge in (Decimal("9" * 10_000), Decimal(f"9.{'9' * 200}e999999")):
        with pytest.raises(ValueError, match="takes 3 digits") as caught:
            money().check(huge)
        assert len(str(caught.value)) < 200


def test_decimals_without_places():
    """Without places behind the point, a decimal is whole."""
    assert DecimalField(max_digits=3, decimal_places=0).check(Decimal("12.5")) == 12
    with pytest.raises(ValueError, match="takes 3 digits"):
        DecimalField(max_digits=3, decimal_places=0).check(Decimal("999.5"))


def test_a_time_on_the_wall():
    """Without a time zone, a datetime stays as it is, and a text in ISO 8601 becomes one."""
    field = DateTimeField()
    assert field.convert(NOON) == NOON
    assert field.convert("2026-05-01T12:00") == NOON
    assert field.convert("2026-05-01 12:00:00.5") == NOON + timedelta(seconds=0.5)


def test_a_moment():
    """With a time zone, a datetime is the same moment in UTC."""
    east = timezone(timedelta(hours=2))
    for value in (NOON.replace(tzinfo=east), "2026-05-01T12:00+02:00"):
        made = DateTimeField(aware=True).convert(value)
        assert made == datetime(2026, 5, 1, 10, 0, tzinfo=UTC)
        assert made.utcoffset() == timedelta(0)


def test_the_other_kind():
    """A time on the wall and a moment are not exchanged: one of them would be hours off."""
    with pytest.raises(ValueError, match="takes a datetime with a time zone"):
        DateTimeField(aware=True).prepare(NOON)
    for value in (NOON.replace(tzinfo=UTC), "2026-05-01T12:00Z"):
        with pytest.raises(ValueError, match="takes a datetime without a time zone"):
            DateTimeField().prepare(value)


@pytest.mark.parametrize("value", ["tonight", "2026-13-01", "", 5, NOON.date(), NOON.time()])
def test_no_time_at_all(value):
    """What is no datetime is refused."""
    with pytest.raises(ValueError, match="takes a datetime"):
        DateTimeField().prepare(value)


def test_a_moment_before_all_time():
    """A moment that is out of the calendar in UTC is refused."""
    east = timezone(timedelta(hours=2))
    with pytest.raises(ValueError, match="takes a datetime with"):
        DateTimeField(aware=True).prepare(datetime(1, 1, 1, tzinfo=east))

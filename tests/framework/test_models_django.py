"""Fields beside Django's: the same values are taken for the same; where not, it is on purpose."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bistro.orm import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    FloatField,
    IntegerField,
)

FIELDS = {
    "whole": IntegerField(),
    "number": FloatField(),
    "money": DecimalField(max_digits=5, decimal_places=2),
    "truth": BooleanField(),
    "short": CharField(max_length=5),
    "day": DateField(),
    "wall": DateTimeField(),
}
ALIKE = {
    "whole": ["7", "-7", "'7'", "'-7'", "'+7'", "2**63 - 1", "-2**63", "2**63", "'x'", "''",
              "'7.5'",
              "True", "[]", "'0x10'", "'1e3'"],
    "number": ["1", "0.1", "'0.1'", "'1e3'", "'.5'", "'5.'", "'x'", "''", "[]", "-0.0", "10**400"],
    "money": ["Decimal('999.99')", "'1.25'", "'-1.50'", "3", "'1000'", "Decimal('NaN')", "'x'",
              "''",
              "Decimal('-999.99')", "'1e30'"],
    "truth": ["True", "False", "1", "0", "2", "'yes'", "[]", "0.5"],
    "short": ["'soup'", "''", "'soups'", "'soups!'", "12345", "123456"],
    "day": ["'2026-05-01'", "datetime.date(2026, 5, 1)", "'2026-02-30'", "'x'", "''"],
    "wall": ["'2026-05-01T12:00'", "'2026-05-01 12:00:00.5'", "datetime.datetime(2026, 5, 1, 12)",
             "'2026-05-01'", "'x'", "'2026-13-01 12:00'"],
}  # fmt: skip
"""Values of which both make the same, or which both refuse."""
STRICTER = {
    "whole": ["7.5", "Decimal('7.5')", "'1_0'", "' 7'", "'\\u0667'", "b'7'"],
    "number": ["float('nan')", "float('inf')", "'nan'", "'1_0'", "' 1'"],
    "money": ["'1_0'", "'\\u0667'", "' 1'"],
    "short": ["b'x'"],
}
"""Values that Django takes: it cuts fractions, takes what `int` takes, stores what b'x' prints."""
ROUNDED = {"money": ["'1.255'", "'1.245'", "0.125"]}
"""Values that Django refuses, because they have places too many; ours rounds them half to even."""


def ours(name, written):
    """What is stored by our field, in `repr`, or None."""
    value = eval(written, {"datetime": datetime, "Decimal": Decimal})
    try:
        return repr(FIELDS[name].store(value))
    except ValueError:
        return None


def flat(values):
    """Pairs of a field's name and a value."""
    return [(name, written) for name, some in values.items() for written in some]


@pytest.fixture(scope="module")
def theirs():
    """What Django makes of each of these values."""
    questions = [*flat(ALIKE), *flat(STRICTER), *flat(ROUNDED)]
    ran = subprocess.run(
        [sys.executable, Path(__file__).parent / "django_fields.py"],
        input=json.dumps(questions),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(questions, json.loads(ran.stdout), strict=True))


def comparable(written):
    """A stored value without what makes no difference: the places of a decimal."""
    if written and written.startswith("Decimal"):
        return f"Decimal {Decimal(written[9:-2]):.2f}"
    return written


def test_alike(theirs):
    """Of most values, both make the same, or nothing."""
    for question in flat(ALIKE):
        assert (question, comparable(ours(*question))) == (question, comparable(theirs[question]))


def test_stricter(theirs):
    """Some values only Django takes."""
    for question in flat(STRICTER):
        assert (question, ours(*question)) == (question, None)
        assert theirs[question] is not None, question


def test_rounded(theirs):
    """Some values only ours takes."""
    for question in flat(ROUNDED):
        assert theirs[question] is None, question
    assert [ours(*question) for question in flat(ROUNDED)] == [
        "Decimal('1.26')", "Decimal('1.24')", "Decimal('0.12')",
    ]  # fmt: skip

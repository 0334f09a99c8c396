"""A made-up course with a single chapter, for the tests of the course's tools."""

from __future__ import annotations

from pathlib import Path

PAGE = """\
---
title: The till
part: I A made-up part
files: [till.py]
minutes: 30
steps:
  - title: Add up
    writes: [till.total, till.parse_price]
    tests: test_1_add.py
    minutes: 10
    hints: [Add.]
  - title: Print the bill
    writes: [till.bill, till.Till.answer]
    tests: test_2_bill.py
    minutes: 10
    hints: [Print.]
---
# The till
"""

TILL = '''\
"""A till, made up for the tests of the course's tools."""

import threading


class BadPrice(ValueError):
    """A price that cannot be read; `.status` says how bad it is."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


def total(prices):
    """The sum of the prices, in cents."""
    return sum(prices)


def parse_price(text):
    """A price such as `4.50` in cents; BadPrice for anything else."""
    euros, dot, cents = text.partition(".")
    if not (euros.isdecimal() and dot and len(cents) == 2 and cents.isdecimal()):
        raise BadPrice(f"{text!r} is not a price", status=422)
    return int(euros) * 100 + int(cents)


def bill(dishes):
    """The bill as bytes: a line for each dish, CR LF at each end."""
    return b"".join(b"%s: %d\\r\\n" % (name.encode(), price) for name, price in dishes)


class Till:
    """Answers one guest on a connection."""

    def __init__(self, connection):
        self.connection = connection

    def answer(self):
        """Read a line, send the bill for it."""
        line = self.connection.recv(100)
        self.connection.sendall(bill([(line.strip().decode(), 450)]))

    def answer_in_background(self):
        thread = threading.Thread(target=self.answer, daemon=True)
        thread.start()
        return thread
'''

ADD = '''\
import pytest

from bistro.till import BadPrice, parse_price, total


def test_sum_of_prices():
    """The total is the sum of all the prices."""
    prices = [450, 1200, 80]
    assert total(prices) == 1730


def test_no_prices():
    """Without prices, the total is 0."""
    assert total([]) == 0


def test_price_in_cents():
    """A price is read as whole cents, so that no cent is lost in rounding."""
    assert parse_price("4.50") == 450


@pytest.mark.parametrize("text", ["4,50", "4.5"])
def test_bad_price(text):
    """What is not a price is refused, and says so with status 422."""
    with pytest.raises(BadPrice) as caught:
        parse_price(text)
    assert caught.value.status == 422


def test_cents_are_whole():
    """Cents are whole numbers."""
    cents = parse_price("0.10")
    assert isinstance(cents, int), "a price must come back as an int, never as a float"
'''

BILL = '''\
import socket

import pytest

from bistro.till import Till, bill


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    ours.settimeout(0.6)
    with ours, theirs:
        yield ours, theirs


def test_lines_of_the_bill():
    """Each line of the bill ends in CR LF, as the printer wants it."""
    dishes = [("Soup", 450), ("Bread", 80)]
    assert bill(dishes) == b"Soup: 450\\r\\nBread: 80\\r\\n"


def test_long_bill():
    """A long bill is printed whole."""
    assert bill([("Soup", 450)] * 9000) == b"Soup: 450\\r\\n" * 9000


def test_bill_ends():
    """The bill ends with an end of line."""
    printed = bill([("Soup", 450)])
    assert printed[-2:] == b"\\r\\n"


def test_answer(pair):
    """A guest who names a dish gets its bill."""
    guest, ours = pair
    guest.sendall(b"Soup\\n")
    Till(ours).answer()
    assert guest.recv(100) == b"Soup: 450\\r\\n"


def test_answer_in_background(pair):
    """A guest is answered while others wait."""
    guest, ours = pair
    guest.sendall(b"Soup\\n")
    Till(ours).answer_in_background()
    assert guest.recv(100) == b"Soup: 450\\r\\n"
'''


def make_course(root: Path, till: str) -> None:
    """A course with a single made-up chapter, with `till` as what the learner has written."""
    for name, text in {
        "chapters/01-till/index.md": PAGE,
        "exercises/01-till/bistro/till.py": till,
        "tests/01-till/test_1_add.py": ADD,
        "tests/01-till/test_2_bill.py": BILL,
        "pyproject.toml": "[tool.pytest.ini_options]\naddopts = ['--import-mode=importlib']\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

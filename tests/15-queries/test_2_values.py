"""Step 15.2: values that stay values."""

import sqlite3

import pytest

from bistro.orm.values import INTEGERS, LARGEST, compared_integer, glob, like

HOSTILE = [
    "%",
    "_",
    "\\",
    "\\%",
    "100%",
    "a_b",
    "[",
    "]",
    "[a]",
    "[^a]",
    "*",
    "?",
    "**",
    "\\\\",
    "'",
    '"',
    "",
]


def ask(sql, *parameters):
    """The one value that SQLite gives for an expression."""
    driver = sqlite3.connect(":memory:")
    try:
        return driver.execute(f"SELECT {sql}", parameters).fetchone()[0]
    finally:
        driver.close()


def test_like_puts_signs_around():
    """What stands before and behind the text is put there as it is."""
    assert like("Soup", "", "") == "Soup"
    assert like("Soup", "%", "%") == "%Soup%"
    assert like("Soup", "", "%") == "Soup%"
    assert like("Soup", "%", "") == "%Soup"


def test_blanks_and_lines_are_signs():
    """Blanks, line ends and letters of either case are kept as they are."""
    assert like(" So\nuP ", "%", "") == "% So\nuP "
    assert glob(" So\nuP ", "", "%") == " So\nuP *"


def test_like_escapes():
    """A percent, an underscore and a backslash of the text get a backslash before them."""
    assert like("50%", "%", "%") == r"%50\%%"
    assert like("a_b", "", "") == r"a\_b"
    assert like("a\\b", "", "") == r"a\\b"
    assert like("\\%", "", "") == r"\\\%"


@pytest.mark.parametrize("text", HOSTILE)
def test_like_finds_the_text_itself(text):
    """In LIKE a text is found in itself, and a text without it is not, whatever signs it has."""
    assert ask("? LIKE ? ESCAPE '\\'", f"<{text}>", like(text, "%", "%")) == 1
    assert ask("? LIKE ? ESCAPE '\\'", "another", like(text, "%", "%")) == (text == "")
    assert ask("? LIKE ? ESCAPE '\\'", text, like(text, "", "")) == 1
    assert ask("? LIKE ? ESCAPE '\\'", text + "x", like(text, "", "")) == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_glob_finds_the_text_itself(text):
    """In GLOB a text is found in itself, and a text without it is not, whatever signs it has."""
    assert ask("? GLOB ?", f"<{text}>", glob(text, "%", "%")) == 1
    assert ask("? GLOB ?", "other", glob(text, "%", "%")) == (text == "")
    assert ask("? GLOB ?", text, glob(text, "", "")) == 1
    assert ask("? GLOB ?", text + "x", glob(text, "", "")) == 0


def test_glob_has_a_star_where_like_has_a_percent():
    """GLOB's star stands where there would be a percent, and nowhere else."""
    assert glob("Soup", "", "") == "Soup"
    assert glob("Soup", "%", "%") == "*Soup*"
    assert glob("Soup", "", "%") == "Soup*"
    assert glob("Soup", "%", "") == "*Soup"


def test_glob_brackets():
    """A star, a question mark and a bracket of the text stand in brackets; a percent is nothing."""
    assert glob("a*b?c[d]%_", "", "") == "a[*]b[?]c[[]d]%_"


def test_case_counts_in_glob_alone():
    """SQLite's GLOB tells an a from an A, which its LIKE does not."""
    assert ask("'Soup' GLOB ?", glob("so", "", "%")) == 0
    assert ask("'Soup' LIKE ?", like("so", "", "%")) == 1


def test_a_nul_is_like_nothing():
    """A text with a NUL has no pattern: a database would read as far as the NUL only."""
    for text in ("\0", "Soup\0", "\0Soup", "So\0up"):
        assert like(text, "%", "%") is None
        assert glob(text, "%", "%") is None


def test_what_is_no_text_becomes_one():
    """A number is looked for as it is written."""
    assert like(50, "%", "%") == "%50%"
    assert glob(4.5, "", "%") == "4.5*"


def test_integers_that_fit():
    """An integer of 64 bits stays as it is, up to both ends."""
    for number in (0, 1, -1, 2**63 - 1, -(2**63), True):
        assert compared_integer(number) is number


def test_integers_that_do_not_fit():
    """One that is larger becomes a float, which SQLite takes; the first of them included."""
    for number in (2**63, -(2**63) - 1025, 10**30, -(10**30)):
        bound = compared_integer(number)
        assert isinstance(bound, float)
        assert bound == float(number)
    assert isinstance(compared_integer(-(2**63) - 1), float)


def test_integers_beyond_floats():
    """One that is larger than any float is the largest float, on its side."""
    assert compared_integer(10**400) == LARGEST
    assert compared_integer(-(10**400)) == -LARGEST
    assert compared_integer(float("inf")) == LARGEST
    assert compared_integer(float("-inf")) == -LARGEST


@pytest.mark.parametrize("number", [INTEGERS, 10**30, 10**400])
def test_comparisons_stay_right(number):
    """No integer of SQLite is equal to one that is too large, and all are on the right side."""
    most, least = INTEGERS - 1, -INTEGERS
    assert ask("? < ?", most, compared_integer(number)) == 1
    assert ask("? = ?", most, compared_integer(number)) == 0
    assert ask("? > ?", least, compared_integer(-2 * number)) == 1


def test_other_numbers():
    """A float is compared as it is, one that is no number included."""
    assert compared_integer(2.5) == 2.5
    assert ask("1 < ?", compared_integer(float("nan"))) is None

"""Step 10.1: errors that point at a place."""

import pytest

from bistro.templates.errors import TemplateError, TemplateSyntaxError
from bistro.templates.lexer import Source

CARD = "<h1>Card</h1>\n\n<p>{{ soup</p>\n"


def test_lines_count_from_one():
    """The first line is line 1, and each newline begins another."""
    source = Source("ab\ncd\n\nef")
    assert [source.line(position) for position in (0, 1, 3, 4, 7, 8)] == [1, 1, 2, 2, 4, 4]


def test_a_newline_belongs_to_the_line_that_it_ends():
    """The position of a newline itself is still on the line before."""
    source = Source("ab\ncd\n\nef")
    assert [source.line(position) for position in (2, 5, 6)] == [1, 2, 3]


def test_the_end_of_the_text_is_a_position_too():
    """A position may be the text's length: what is missing is missing there."""
    assert Source("").line(0) == 1
    assert Source("a\nb").line(3) == 2
    assert Source("a\n", keep_newline=True).line(2) == 2


def test_every_kind_of_newline_counts_once():
    """`\\r\\n` and `\\r` are newlines as `\\n` is, and one each."""
    source = Source("a\r\nb\rc\nd")
    assert [source.line(source.text.index(letter)) for letter in "abcd"] == [1, 2, 3, 4]


def test_only_newlines_end_a_line():
    """What else Python's `splitlines` takes for the end of a line stands in the middle of one."""
    source = Source("a\u2028b\fc\nd")
    assert source.line(source.text.index("d")) == 2
    assert source.error("x", 4).source_line == "a\u2028b\fc"


def test_the_number_of_a_line_takes_few_looks():
    """`line` looks at a few of the newlines, and not at the text, however many lines there are."""

    class Counted(list):
        looks = 0

        def __getitem__(self, index):
            Counted.looks += 1
            return super().__getitem__(index)

        def __iter__(self):
            return (self[index] for index in range(len(self)))

    source = Source("a\n" * 100_000)
    source.newlines = Counted(source.newlines)
    source.text = ""
    assert source.line(150_000) == 75_001
    assert Counted.looks < 100


def test_an_error_knows_its_place():
    """The error of a position has the message, the template's name, line, column and the line."""
    error = Source(CARD, "card.html").error("this is not closed", CARD.index("{{"))
    assert isinstance(error, TemplateSyntaxError)
    assert (error.message, error.name) == ("this is not closed", "card.html")
    assert (error.line, error.column) == (3, 4)
    assert error.source_line == "<p>{{ soup</p>"


def test_the_first_column_is_one():
    """Columns count from 1 on every line."""
    source = Source("ab\ncd")
    assert source.error("x", 0).column == 1
    assert source.error("x", 1).column == 2
    assert source.error("x", 3).column == 1
    assert source.error("x", 4).column == 2


def test_the_line_of_an_error_is_that_line_alone():
    """The line that an error keeps begins behind one newline and ends before the next."""
    source = Source("ab\ncd\n\nef\ngh")
    assert source.error("x", 0).source_line == "ab"
    assert source.error("x", 4).source_line == "cd"
    assert source.error("x", 6).source_line == ""
    assert source.error("x", 7).source_line == "ef"
    assert Source("a\n  b \t\nc").error("x", 4).source_line == "  b \t"


def test_an_error_is_returned_and_not_raised():
    """`error` makes the exception and returns it; raising it is for the caller."""
    error = Source("a").error("no", 0)
    assert isinstance(error, TemplateError)


def test_a_place_at_the_end_of_a_line():
    """At a newline, or at the end, the column is the one behind the line's last character."""
    source = Source("abc\nde\n")
    assert (source.error("x", 3).line, source.error("x", 3).column) == (1, 4)
    error = source.error("x", len(source.text))
    assert (error.line, error.column, error.source_line) == (2, 3, "de")


def test_an_empty_template_has_one_empty_line():
    """Even where there is nothing, an error has a place: line 1, column 1."""
    error = Source("", "empty").error("nothing", 0)
    assert (error.line, error.column, error.source_line) == (1, 1, "")


def test_the_text_of_an_error_shows_the_line_and_a_caret():
    """The first line says where and what; below, four spaces deep, are the line and a caret."""
    error = TemplateSyntaxError("not closed", "card.html", 3, 4, "<p>{{ soup</p>")
    assert str(error) == ("card.html, line 3, column 4: not closed\n    <p>{{ soup</p>\n       ^")
    assert (error.message, error.name, error.line) == ("not closed", "card.html", 3)
    assert (error.column, error.source_line) == (4, "<p>{{ soup</p>")


def test_the_caret_can_stand_behind_the_line():
    """What is missing at the end of a line is shown there."""
    error = TemplateSyntaxError("x", "a", 1, 3, "ab")
    assert str(error).split("\n")[1:] == ["    ab", "      ^"]


def test_a_tab_is_one_column():
    """A tab is shown as one space, so that the caret stands right in every terminal."""
    error = Source("\t\t{{ a").error("x", 2)
    assert error.source_line == "\t\t{{ a"
    assert str(error).split("\n")[1:] == ["      {{ a", "      ^"]


@pytest.mark.parametrize("column", [1, 50, 51, 60, 4000, 7999, 8001])
def test_a_long_line_is_cut(column):
    """Of a very long line at most 100 characters are shown, and the caret still points right."""
    line = "".join(chr(0x4E00 + number) for number in range(8000))
    shown, caret = str(TemplateSyntaxError("x", "a", 1, column, line)).split("\n")[1:]
    assert len(shown) <= 104
    assert caret.strip() == "^"
    place = caret.index("^")
    assert shown[place : place + 1] == line[column - 1 : column]

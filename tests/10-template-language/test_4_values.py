"""Step 10.4: a value, in brackets or without."""

import pytest

from bistro.templates import nodes
from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.parser import Parser


class Values(Parser):
    """A parser for which a value is all there is. Operators come in step 6."""

    def expression(self):
        return self.primary()


@pytest.fixture
def value(inside, shown):
    """`value(text)`: the tree of the value that stands in a tag, as text."""
    return lambda text: shown(inside(text, Values).primary())


@pytest.fixture
def refused(inside):
    """`refused(text)`: the error for a value that is none."""

    def refused(text):
        parser = inside(text, Values)
        with pytest.raises(TemplateSyntaxError) as caught:
            parser.primary()
        return caught.value

    return refused


def test_a_name(inside):
    """A name is a Name, with the position where it stands."""
    node = inside(" soup ").primary()
    assert isinstance(node, nodes.Name)
    assert (node.name, node.position) == ("soup", 3)


def test_numbers_and_strings_are_constants(inside):
    """A number or a string is a Constant with the token's value."""
    for text, expected in [("12", 12), ("1.5", 1.5), ("'true'", "true"), ("''", ""), ("0", 0)]:
        node = inside(text).primary()
        assert isinstance(node, nodes.Constant)
        assert node.value == expected
        assert node.position == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("True", True),
        ("false", False),
        ("False", False),
        ("none", None),
        ("None", None),
    ],
)
def test_the_three_literals(inside, text, expected):
    """true, false and none are constants, with a small or a large letter."""
    node = inside(text).primary()
    assert isinstance(node, nodes.Constant)
    assert node.value is expected
    assert node.position == 2


def test_strings_side_by_side_are_one(inside, value):
    """Strings that follow each other are joined, as in Python; the first has the position."""
    assert value("'a' \"b\" 'c'") == "'abc'"
    assert value("'a' ''") == "'a'"
    assert inside(" 'a' 'b'").primary().position == 3


def test_the_parser_stands_behind_the_value(inside):
    """Afterwards the current token is the first that does not belong to the value."""
    for text in ("a b", "1 b", "'x' 'y' b", "(a) b", "[a] b", "{} b", "true b", "() b"):
        parser = inside(text, Values)
        parser.primary()
        assert (parser.kind, parser.value) == ("name", "b")


def test_lists(value):
    """`[` opens a List of expressions with commas between them; a last comma may follow."""
    assert value("[]") == "[]"
    assert value("[a]") == "[a]"
    assert value("[a, 1, 'b']") == "[a, 1, 'b']"
    assert value("[a, b,]") == "[a, b]"
    assert value("[[a], [[]]]") == "[[a], [[]]]"


def test_dicts(value):
    """`{` opens a Dict of pairs `key: value`, read by `pair`."""
    assert value("{}") == "{}"
    assert value("{a: 1}") == "{a: 1}"
    assert value("{a: 1, 'b': {c: d,},}") == "{a: 1, 'b': {c: d}}"


def test_parentheses_leave_no_trace(inside, value):
    """An expression in parentheses is that expression, with its own position."""
    assert value("(a)") == "a"
    assert inside("( a)", Values).primary().position == 4
    assert value("(((a)))") == "a"
    assert value("([(a)])") == "[a]"


def test_a_comma_makes_a_tuple(value):
    """With a comma in them, or with nothing at all, parentheses hold a tuple."""
    assert value("()") == "tuple()"
    assert value("(a,)") == "tuple(a)"
    assert value("(a, (b, c))") == "tuple(a, tuple(b, c))"


def test_brackets_know_where_they_began(inside):
    """The position of a list or dict is that of its opening bracket."""
    for text in (" [a]", " {a: b}"):
        assert inside(text, Values).primary().position == 3


@pytest.mark.parametrize(("text", "column"), [("", 3), ("*", 3), (".a", 3), ("| a", 3), (", a", 3)])
def test_where_a_value_is_missing(refused, text, column):
    """Anything that begins no value is an error that says an expression was expected."""
    error = refused(text)
    assert "expected an expression" in error.message
    assert error.column == column


@pytest.mark.parametrize("word", ["and", "or", "not", "in", "is", "if", "else"])
def test_words_of_the_language_are_no_names(refused, word):
    """`and`, `if` and the like are no variables; the error points at the word."""
    error = refused(f" {word} b")
    assert repr(word) in error.message
    assert error.column == 4


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("[,]", 4),
        ("[a,,b]", 6),
        ("[a b]", 6),
        ("{a}", 5),
        ("{a b}", 6),
        ("{a: }", 7),
        ("{a: b c: d}", 9),
        ("{,}", 4),
        ("(,)", 4),
        ("(a b)", 6),
        ("(a,,)", 6),
    ],
)
def test_what_is_wrong_between_brackets(refused, text, column):
    """A missing value, comma or colon is an error at the token that stands in its place."""
    assert refused(text).column == column


def test_separated_reads_up_to_the_closer(inside):
    """`separated(closer, parse_item)` calls parse_item for each item, and goes past the closer."""
    parser = inside("a, b, c | d")
    assert parser.separated("|", parser.name) == ["a", "b", "c"]
    assert (parser.kind, parser.value) == ("name", "d")


def test_separated_may_find_nothing(inside):
    """Where the closer stands at once there is no item; a last comma is no item either."""
    parser = inside("| a, | b")
    assert parser.separated("|", parser.name) == []
    assert parser.separated("|", parser.name) == ["a"]
    assert parser.value == "b"


def test_a_long_list_is_not_deep(inside):
    """However many items there are, they are read by a loop."""
    parser = inside("a, " * 10_000 + "|")
    assert len(parser.separated("|", parser.name)) == 10_000


def test_separated_wants_commas(inside):
    """Between two items a comma is expected, and after a comma an item or the closer."""
    for text, column in [("a b |", 5), ("a,, b |", 5), (", a |", 3), ("a", 4)]:
        parser = inside(text)
        with pytest.raises(TemplateSyntaxError) as refused:
            parser.separated("|", parser.name)
        assert refused.value.column == column

"""Step 10.3: a tag becomes tokens."""

import time

import pytest

from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.lexer import Source, tokenize


def tokens(text, **options):
    """Kind and value of each token but the last, `end`."""
    return [token[:2] for token in tokenize(Source(text, "card"), **options)[:-1]]


def words(inside):
    """The values between `{{` and `}}`."""
    return [value for _, value in tokens("{{ " + inside + " }}")[1:-1]]


def refused(text):
    with pytest.raises(TemplateSyntaxError) as caught:
        tokenize(Source(text, "card"))
    return caught.value


def test_a_tag_that_prints():
    """`{{`, what is between, and `}}` are tokens."""
    assert tokens("{{ soup }}") == [("{{", ""), ("name", "soup"), ("}}", "")]


def test_a_tag_that_does_something():
    """`{%` and `%}` are tokens of their own."""
    assert tokens("{% if soup %}") == [("{%", ""), ("name", "if"), ("name", "soup"), ("%}", "")]


def test_names():
    """A name is what Python takes for one, in any script."""
    assert tokens("{{ _a1 été }}")[1:-1] == [("name", "_a1"), ("name", "été")]


def test_numbers_are_numbers_already():
    """The value of a number is an int or a float, whatever it was spelled like."""
    assert tokens("{{ 12 1_000 0xff 1.5 1e3 }}")[1:-1] == [
        ("integer", 12), ("integer", 1000), ("integer", 255), ("float", 1.5), ("float", 1000.0),
    ]  # fmt: skip


def test_strings_have_lost_their_quotes():
    """The value of a string is what it stands for, its escapes resolved."""
    assert tokens("{{ 'it' \"isn't\" 'a\\'b' '\\n' }}")[1:-1] == [
        ("string", "it"), ("string", "isn't"), ("string", "a'b"), ("string", "\n"),
    ]  # fmt: skip


def test_an_operator_is_its_own_kind():
    """An operator's kind and value are both its spelling; the longest that fits is taken."""
    assert tokens("{{ a**b//c<=d }}")[1:-1] == [
        ("name", "a"), ("**", "**"), ("name", "b"), ("//", "//"), ("name", "c"), ("<=", "<="),
        ("name", "d"),
    ]  # fmt: skip
    assert words("a.b|c(d=1)[2]") == ["a", ".", "b", "|", "c", "(", "d", "=", 1, ")", "[", 2, "]"]


def test_each_token_knows_its_position():
    """A position is that of the token's first character, white space before it left out."""
    found = [(kind, position) for kind, _, position in tokenize(Source("ab{{ c\n +  'd' }}"))]
    assert found == [
        ("data", 0), ("{{", 2), ("name", 5), ("+", 8), ("string", 11), ("}}", 15), ("end", 17),
    ]  # fmt: skip
    found = [(kind, position) for kind, _, position in tokenize(Source("{%- if a -%} b"))]
    assert found == [("{%", 0), ("name", 4), ("name", 7), ("%}", 9), ("data", 13), ("end", 14)]


def test_a_minus_takes_the_white_space_behind():
    """`-}}` and `-%}` take all white space that follows the tag."""
    assert tokens("{{ a -}} \n b")[-1] == ("data", "b")
    assert tokens("{% a -%}\n\n b")[-1] == ("data", "b")
    assert tokens("{{ a }} \n b")[-1] == ("data", " \n b")
    assert [kind for kind, _ in tokens("{{ a -}}")] == ["{{", "name", "}}"]


def test_trim_blocks_takes_one_newline_behind_a_statement():
    """With trim_blocks the newline behind `%}` goes, one only, and not behind `+%}` or `}}`."""
    assert tokens("{% a %}\n\nb", trim_blocks=True)[-1] == ("data", "\nb")
    assert tokens("{% a +%}\nb", trim_blocks=True)[-1] == ("data", "\nb")
    assert tokens("{{ a }}\nb", trim_blocks=True)[-1] == ("data", "\nb")
    assert tokens("{% a %} \nb", trim_blocks=True)[-1] == ("data", " \nb")


def test_braces_of_a_dict_do_not_end_the_tag():
    """While a bracket is open, `}}` closes two dicts, and the tag goes on."""
    assert words("{1: {2: 3}}") == ["{", 1, ":", "{", 2, ":", 3, "}", "}"]
    assert words("{}.a") == ["{", "}", ".", "a"]
    assert tokens("{{ {1: {}}}}b")[-2:] == [("}}", ""), ("data", "b")]


def test_a_string_may_hold_anything():
    """What looks like the end of the tag is text in a string."""
    assert words("'}}' + '%}' + '{#'") == ["}}", "+", "%}", "+", "{#"]


def test_a_tag_may_have_several_lines():
    """A newline in a tag is white space."""
    assert words("a\n  +\n\n  b") == ["a", "+", "b"]


def test_several_tags():
    """Each tag is read on its own, and the text goes on behind it."""
    assert [kind for kind, _ in tokens("a{{ b }}c{% d %}{{ e }}")] == [
        "data", "{{", "name", "}}", "data", "{%", "name", "%}", "{{", "name", "}}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "column"),
    [("{{ a", 1), ("b{{", 2), ("{% if a", 1), ("{{ a }", 6), ("{{ a %}", 7), ("{% a }}", 6)],
)
def test_a_tag_that_is_not_closed(text, column):
    """A tag without its own end is refused: where it begins, or at a brace that closes nothing."""
    assert refused(text).column == column


@pytest.mark.parametrize(
    ("text", "expected", "column"),
    [
        ("{{ (a", "'('", 4),
        ("{{ (a[b", "'['", 6),
        ("{{ (a] }}", "')'", 6),
        ("{{ [a) }}", "']'", 6),
        ("{{ {a) }}", "'}'", 6),
        ("{{ (a }}", "')'", 7),
        ("{{ a) }}", "')'", 5),
        ("{{ (a)) }}", "')'", 7),
        ("{% a ] %}", "']'", 6),
    ],
)
def test_brackets_belong_together(text, expected, column):
    """A bracket is closed by its own kind; the error names what is wrong and points at it."""
    error = refused(text)
    assert expected in error.message
    assert error.column == column


def test_the_wrong_kind_of_bracket():
    """The message says first which bracket was expected, then which was found."""
    assert refused("{{ [a) }}").message == "expected ']', found ')'"


def test_a_bracket_that_closes_nothing():
    """Where no bracket is open, the message says that this one closes nothing."""
    for bracket in ")]}":
        assert refused(f"{{% a {bracket} %}}").message == f"'{bracket}' closes nothing"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{{ 'a }}", 4),
        ('{{ a + "b }}', 8),
        ("{{ a ! b }}", 6),
        ("{{ a & b }}", 6),
        ("{{ $a }}", 4),
        ("{{ '\\x' }}", 4),
        ("{{ ² }}", 4),
        ("{{ a +  b€ }}", 9),
        ("{{ a\\ }}", 5),
    ],
)
def test_what_is_no_token_is_refused(text, column):
    """A string without an end, a broken escape, a character that means nothing: an error there."""
    assert refused(text).column == column


def test_time_is_linear():
    """The text behind a token is not copied for each token."""
    text = "{{ " + "a + " * 10_000 + "a }}" + "soup " * 800_000
    start = time.process_time()
    assert len(tokens(text)) == 20_004
    seconds = time.process_time() - start
    assert seconds < 1, f"a tag with 20,000 tokens before 4 MB takes {seconds:.1f} s"


def test_ten_thousand_brackets_are_only_a_list():
    """However many brackets are open, the lexer notes them and goes on."""
    depth = 10_000
    found = tokens("{{ " + "(" * depth + ")" * depth + " }}")
    assert len(found) == 2 * depth + 2
    assert refused("{{ " + "[" * depth).column == depth + 3

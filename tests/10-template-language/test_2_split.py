"""Step 10.2: a text is split at its tags."""

import time

import pytest

from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.lexer import Lexer, Source


class Splitter(Lexer):
    """A lexer that takes a tag as it is. What is in one is for step 3."""

    def read_tag(self, begin):
        end = self.text.index("}}" if begin[1] == "{" else "%}", begin.end()) + 2
        self.tokens.append(("tag", begin[0], begin.start()))
        self.position = end


def split(text, trim_blocks=False, lstrip_blocks=False):
    """The kinds and values of the tokens, without the end."""
    tokens = Splitter(Source(text, keep_newline=True), trim_blocks, lstrip_blocks).run()
    return [token[:2] for token in tokens[:-1]]


def data(text, **options):
    """The data alone, as one text."""
    return "".join(value for kind, value in split(text, **options) if kind == "data")


def test_text_without_tags_is_one_piece():
    """All text up to a tag is one token of the kind data."""
    assert split("Soup of the day\nand bread") == [("data", "Soup of the day\nand bread")]


def test_the_last_token_is_the_end():
    """The last token is `end`, with an empty value, at the text's length."""
    assert Splitter(Source("abc"), False, False).run() == [("data", "abc", 0), ("end", "", 3)]
    assert Splitter(Source(""), False, False).run() == [("end", "", 0)]


def test_a_tag_is_read_where_it_begins():
    """At `{{` and `{%` the text before becomes data, and `read_tag` is called with the match."""
    assert split("a{{ b }}c{% d %}e") == [
        ("data", "a"), ("tag", "{{"), ("data", "c"), ("tag", "{%"), ("data", "e"),
    ]  # fmt: skip


def test_each_piece_knows_its_position():
    """The position of data is where it begins in the source."""
    tokens = Splitter(Source("ab{{ c }}d"), False, False).run()
    assert tokens == [("data", "ab", 0), ("tag", "{{", 2), ("data", "d", 9), ("end", "", 10)]
    tokens = Splitter(Source("a {{ b }}cd \n{{- e }}"), False, False).run()
    assert tokens[2] == ("data", "cd", 9)


def test_no_token_is_empty():
    """Between two tags that touch there is no data."""
    assert split("{{ a }}{{ b }}") == [("tag", "{{"), ("tag", "{{")]
    assert split("{{ a }}{# b #}") == [("tag", "{{")]


def test_a_comment_leaves_nothing():
    """A comment vanishes, with whatever looks like a tag in it."""
    assert split("a{# {{ b }} {% c #}d") == [("data", "a"), ("data", "d")]


def test_raw_text_is_data():
    """Between raw and endraw everything is data."""
    assert split("a{% raw %}{{ b }}{# c #}{% endraw %}d") == [
        ("data", "a"), ("data", "{{ b }}{# c #}"), ("data", "d"),
    ]  # fmt: skip
    assert data("{%- raw -%}  {% x %}{%endraw%}") == "{% x %}"


def test_other_braces_are_text():
    """A brace begins a tag only before `{`, `%` or `#`."""
    assert split("{ a } { { % } #} }} %}") == [("data", "{ a } { { % } #} }} %}")]
    assert split("{") == [("data", "{")]


def test_a_minus_takes_the_white_space_before():
    """A `-` behind the opening takes all white space before the tag, newlines too."""
    assert data("a \n\t {{- b }} c") == "a c"
    assert data("a \n{%- b %}") == "a"
    assert data("a \n {#- b #}") == "a"
    assert data("a {%- raw %}b{% endraw %}") == "ab"
    assert data("a\f\u2003{{- b }}") == "a"
    assert split(" \n {{- b }}") == [("tag", "{{-")]


def test_without_a_sign_white_space_stays():
    """As long as nobody asks for it, not a space is lost."""
    assert data("  {% a %}  {{ b }}\n {# c #} ") == "    \n  "


def test_lstrip_takes_the_indentation_of_a_tag_that_begins_its_line():
    """With lstrip_blocks, spaces go before a statement or comment that begins its line."""
    assert data("  {% a %}b", lstrip_blocks=True) == "b"
    assert data("a\n \t{% b %}c\n  {# d #}e", lstrip_blocks=True) == "a\nc\ne"
    assert data("a\n\n  {% b %}", lstrip_blocks=True) == "a\n\n"
    assert data("a\n \f{% b %}", lstrip_blocks=True) == "a\n"


def test_lstrip_leaves_what_stands_in_a_line():
    """Behind a text or a tag on the same line, spaces stay with lstrip_blocks, too."""
    assert data("a  {% b %}", lstrip_blocks=True) == "a  "
    assert data("{# a #}  {% b %}", lstrip_blocks=True) == "  "
    assert data("a\nb  {% c %}", lstrip_blocks=True) == "a\nb  "


def test_lstrip_is_for_statements_and_comments():
    """The indentation of a tag that prints belongs to the text."""
    assert data("  {{ a }}\n  {{ b }}", lstrip_blocks=True) == "  \n  "
    assert data("a\n  ", lstrip_blocks=True) == "a\n  "


def test_a_plus_keeps_the_indentation():
    """A `+` behind the opening keeps what lstrip_blocks would take."""
    assert data("  {%+ a %}", lstrip_blocks=True) == "  "
    assert data("  {#+ a #}", lstrip_blocks=True) == "  "
    assert data("  {%+ a %}") == "  "


def test_lstrip_after_a_newline_that_was_trimmed():
    """Where trim_blocks took the newline before, the next tag begins its line all the same."""
    assert data("{# a #}\n  {% b %}c", trim_blocks=True, lstrip_blocks=True) == "c"


def test_a_minus_reaches_into_raw_text():
    """The signs of endraw do to the raw text what those of a tag do to any text."""
    assert data("{% raw %} {{ \n{%- endraw %} a") == " {{ a"
    assert data("{% raw %}\n  {% endraw %}", lstrip_blocks=True) == "\n"


@pytest.mark.parametrize(("text", "column"), [("a{# b", 2), ("{#", 1), ("{% raw %}a", 1)])
def test_what_is_not_closed_is_refused(text, column):
    """A comment or raw block without an end is an error at its begin."""
    with pytest.raises(TemplateSyntaxError) as refused:
        split(text)
    assert refused.value.column == column


def test_many_tags_are_read():
    """A template of 20,000 tags is read by a loop: nothing is as deep as the text is long."""
    assert len(split("a{# b #}" * 10_000 + "{{ c }}" * 10_000)) == 20_000


def test_time_is_linear():
    """The text is gone over once: what lies behind or before a tag is not copied for each tag."""
    text = "soup " * 800_000 + "a{# b #}" * 20_000 + "soup " * 800_000
    start = time.process_time()
    assert len(split(text, lstrip_blocks=True)) == 20_001
    seconds = time.process_time() - start
    assert seconds < 1, f"8 MB with 20,000 tags take {seconds:.1f} s"

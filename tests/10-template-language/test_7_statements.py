"""Step 10.7: tags with a body."""

import pytest

from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.lexer import Source, tokenize
from bistro.templates.parser import MAX_DEPTH, TAGS, Parser, parse


@pytest.fixture
def tree(shown):
    """`tree(text)`: a template's statements as text; `<a|b>` are the parts of one Output."""
    return lambda text: "".join(map(shown, parse(Source(text)).body))


def refused(text):
    with pytest.raises(TemplateSyntaxError) as caught:
        parse(Source(text, "card"))
    return caught.value


def test_text_and_values_in_a_row_are_one_output(tree):
    """Data and tags that print are collected in one Output, up to the next statement."""
    assert tree("Soup: {{ soup }}, {{ price }} €") == "<Soup: |soup|, |price| €>"
    assert tree("a{# b #}c") == "<a|c>"
    assert tree("") == ""


def test_a_statement_stands_between_outputs(tree):
    """A tag that does something ends an Output, and the next begins behind it."""
    assert tree("a{% set b = 1 %}c{{ d }}") == "<a>set b = 1<c|d>"
    assert tree("{% set a = 1 %}{% set b = 2 %}") == "set a = 1set b = 2"


def test_an_output_begins_with_its_first_part():
    """The position of an Output is that of its first part; data's is where the text begins."""
    body = parse(Source("{% set a = 1 %}b{{ c }}")).body
    assert [node.position for node in body] == [0, 15]
    assert [part.position for part in body[1].parts] == [15, 19]


def test_several_values_in_a_tag_are_a_tuple(tree):
    """`{{ a, b }}` writes a tuple."""
    assert tree("{{ a, b }}{{ c, }}") == "<tuple(a, b)|tuple(c)>"


def test_if(tree):
    """The first branch of an If is the test with its body."""
    assert tree("{% if a %}b{{ c }}{% endif %}d") == "if a [<b|c>]<d>"
    assert tree("{% if not a < b %}{% endif %}") == "if (not (a < b)) []"
    assert tree("{% if a, b %}{% endif %}") == "if tuple(a, b) []"


def test_without_else_there_is_an_empty_body():
    """Where there is no else, what is otherwise done is an empty list."""
    for text in ("{% if a %}{% endif %}", "{% for a in b %}{% endfor %}"):
        assert parse(Source(text)).body[0].otherwise == []


def test_elif_and_else(tree):
    """Each elif is a branch of its own, and else the body that is left."""
    assert tree("{% if a %}1{% elif b %}2{% elif c %}3{% else %}4{% endif %}") == (
        "if a [<1>] elif b [<2>] elif c [<3>] else [<4>]"
    )
    assert tree("{% if a %}1{% else %}{% endif %}") == "if a [<1>]"


def test_if_in_if(tree):
    """An endif belongs to the innermost if."""
    assert tree("{% if a %}{% if b %}1{% endif %}{% else %}2{% endif %}") == (
        "if a [if b [<1>]] else [<2>]"
    )


def test_for(tree):
    """A For has a target, items, and a body for each of them."""
    assert tree("{% for a in b %}{{ a }}{% endfor %}") == "for a in b [<a>]"
    assert tree("{% for a in b.c|d %}{% endfor %}") == "for a in (b.c|d()) []"
    assert tree("{% for a in 1, 2 %}{% endfor %}") == "for a in tuple(1, 2) []"


def test_for_with_a_test(tree):
    """An if behind the items leaves some out."""
    assert tree("{% for a in b if a > c %}{% endfor %}") == "for a in b if (a > c) []"
    assert (
        tree("{% for a in b if c if d else e %}{% endfor %}") == "for a in b if (c if d else e) []"
    )


def test_for_with_else(tree):
    """The body of else is for when there are no items."""
    assert tree("{% for a in b %}1{% else %}2{% endfor %}") == "for a in b [<1>] else [<2>]"


def test_for_unpacks(tree):
    """Several names take an item apart."""
    assert tree("{% for a, b in c %}{% endfor %}") == "for tuple(a, b) in c []"
    assert tree("{% for a, (b, c) in d %}{% endfor %}") == "for tuple(a, tuple(b, c)) in d []"


def test_for_recursive(tree):
    """`recursive` stands last; elsewhere it is a name."""
    assert tree("{% for a in b recursive %}{% endfor %}") == "for a in b recursive []"
    assert tree("{% for a in b if c > 1 recursive %}1{% endfor %}") == (
        "for a in b if (c > 1) recursive [<1>]"
    )
    assert tree("{% for a in recursive %}{% endfor %}") == "for a in recursive []"


def test_loop_in_if_in_loop(tree):
    """Tags nest in each other, each with its own else."""
    template = (
        "{% for a in b %}{% if a %}1{% else %}{% for c in a %}2{% else %}3{% endfor %}{% endif %}"
        "{% else %}4{% endfor %}"
    )
    assert tree(template) == "for a in b [if a [<1>] else [for c in a [<2>] else [<3>]]] else [<4>]"


def test_positions_of_tags():
    """The position of a statement is where its `{%` stands."""
    template = "{% if a %}{% elif b %}{% endif %}{% for a in b %}{% endfor %}"
    (first, second) = parse(Source(template)).body
    assert (first.position, second.position) == (0, 33)


def test_a_colon_may_end_a_tag(tree):
    """As in Jinja, a colon is allowed before the end of a tag with a body."""
    assert tree("{% if a: %}1{% else: %}2{% endif %}") == "if a [<1>] else [<2>]"
    assert tree("{% for a in b: %}{% endfor %}") == "for a in b []"


def test_body_stops_at_the_tag_that_it_is_told(shown):
    """`body(*ends)` stops at the name of the tag that ends it, where the caller looks at it."""
    source = Source("a{{ b }}{% halt %}c")
    parser = Parser(source, tokenize(source), TAGS)
    assert "".join(map(shown, parser.body("stop", "halt"))) == "<a|b>"
    assert (parser.kind, parser.value) == ("name", "halt")


@pytest.mark.parametrize(
    ("text", "line", "tag"),
    [
        ("a\n{% if b %}\nc", 2, "endif"),
        ("{% if a %}{% else %}", 1, "endif"),
        ("{% if a %}\n{% elif b %}\n", 1, "endif"),
        ("{% if a %}\n{% for b in c %}\nd", 2, "endfor"),
        ("{% for a in b %}\n{% else %}\n", 1, "endfor"),
        ("{% for a in b %}\n{% if c %}\n{% endif %}", 1, "endfor"),
    ],
)
def test_a_tag_that_is_not_closed(text, line, tag):
    """Where the end tag is missing, the error names it, and the line of the tag that is open."""
    error = refused(text)
    assert error.line == line
    assert repr(tag) in error.message


def test_all_that_may_end_an_open_tag_is_named():
    """The message names the tag that is open, and every tag that may stand next."""
    expected = "'if' is not closed: expected 'elif', 'else' or 'endif'"
    assert refused("{% if a %}b").message == expected
    assert refused("{% if a %}{% else %}b").message == "'if' is not closed: expected 'endif'"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{% endif %}", 1),
        ("a{% else %}", 2),
        ("{% if a %}{% endfor %}", 11),
        ("{% for a in b %}{% elif c %}{% endfor %}", 17),
        ("{% if a %}{% else %}{% elif b %}{% endif %}", 21),
        ("{% if a %}{% else %}{% else %}{% endif %}", 21),
        ("{% for a in b %}{% else %}{% else %}{% endfor %}", 27),
        ("{% serve %}", 1),
    ],
)
def test_a_tag_in_the_wrong_place(text, column):
    """A tag that is unknown, or closes or divides what is not open, is refused where it stands."""
    assert refused(text).column == column


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("{% %}", 4),
        ("{% 1 %}", 4),
        ("{{ }}", 4),
        ("{{ a b }}", 6),
        ("{% if %}{% endif %}", 7),
        ("{% if a b %}{% endif %}", 9),
        ("{% if a if b %}{% endif %}", 9),
        ("{% if a %}{% elif %}{% endif %}", 19),
        ("{% if a %}{% endif b %}", 20),
        ("{% if a %}{% else b %}{% endif %}", 19),
        ("{% for %}{% endfor %}", 8),
        ("{% for a %}{% endfor %}", 10),
        ("{% for a b in c %}{% endfor %}", 10),
        ("{% for a.b in c %}{% endfor %}", 9),
        ("{% for 1 in b %}{% endfor %}", 8),
        ("{% for a in %}{% endfor %}", 13),
        ("{% for a in b if %}{% endfor %}", 18),
        ("{% for a in b recursive c %}{% endfor %}", 25),
        ("{% for a in b recursive if c %}{% endfor %}", 25),
        ("{% for a in b if c, d %}{% endfor %}", 19),
        ("{% for a in b c %}{% endfor %}", 15),
        ("{% for if in b %}{% endfor %}", 8),
        ("{% for a in b %}{% else c %}{% endfor %}", 25),
        ("{% for a in b %}{% endfor c %}", 27),
    ],
)
def test_what_is_wrong_in_a_tag(text, column):
    """An error points at the token that cannot stand there."""
    assert refused(text).column == column


@pytest.mark.parametrize("target", ["loop", "a, loop", "a, (b, loop)"])
def test_loop_is_not_to_be_written_to(target):
    """`loop` is what a loop gives to its body: it cannot be the target."""
    assert "'loop'" in refused("{% for " + target + " in b %}{% endfor %}").message


@pytest.mark.parametrize("tag", ["if a", "for a in b"])
def test_ten_thousand_tags_in_each_other(tag):
    """Tags that are nested deeper than MAX_DEPTH are refused."""
    end = "end" + tag.split()[0]
    text = f"{{% {tag} %}}" * 10_000 + f"{{% {end} %}}" * 10_000
    assert str(MAX_DEPTH) in refused(text).message


def test_many_tags_in_a_row():
    """Tags that follow each other are no deeper than one."""
    text = "{% if a %}{% elif b %}{% else %}{% endif %}{% for a in b %}{% else %}{% endfor %}" * 200
    assert len(parse(Source(text)).body) == 400

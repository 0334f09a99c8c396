"""Step 11.6: loops, and what a name means within them."""

import pytest

from bistro.templates.compiler import MAX_LOOPS, Compiler, Scope, Settings
from bistro.templates.errors import SecurityError, TemplateSyntaxError, UndefinedError
from bistro.templates.lexer import Source
from bistro.templates.template import Template


def rendered(source, **context):
    return Template(source).render(context)


def test_a_name_is_stored_once():
    """`store` declares a name that is new in its scope, and notes it, the first time only."""
    compiler = Compiler(Source(""), Settings())
    scope = Scope(compiler.scope, 1)
    outer = compiler.scope.declare("dish")
    variable = scope.store("dish")
    assert variable == scope.names["dish"] != outer
    assert scope.store("dish") == variable
    assert scope.store("guest") == scope.names["guest"] != variable
    assert (scope.stored, compiler.scope.stored) == (["dish", "guest"], [])


def test_a_name_that_is_declared_is_not_noted():
    """`store` of a name that the scope was begun with only gives its variable."""
    scope = Scope(Compiler(Source(""), Settings()).scope, 1)
    variable = scope.declare("dish")
    assert scope.store("dish") == variable
    assert scope.stored == []


def test_a_loop_goes_through_its_items():
    """The body is written for each item, in order; none is fine, and so is an undefined value."""
    source = "[{% for dish in dishes %}<{{ dish }}>{% endfor %}]"
    assert rendered(source, dishes=["soup", "&"]) == "[<soup><&amp;>]"
    assert rendered(source, dishes=iter("ab")) == "[<a><b>]"
    assert rendered(source, dishes=[]) == "[]"
    assert rendered(source) == "[]"
    assert rendered("{% for x in s %}{% endfor %}.", s=[1]) == "."


def test_items_are_unpacked():
    """Several names, also nested, take an item apart."""
    assert (
        rendered("{% for a, (b, c) in s %}{{ c }}{{ b }}{{ a }}{% endfor %}", s=[(1, (2, 3))])
        == "321"
    )
    source = "{% for a, b in s.items() %}{{ loop.index }}{{ a }}{{ b }}{% endfor %}"
    assert rendered(source, s={"x": 5, "y": 6}) == "1x52y6"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("index", "1 2 3 "), ("index0", "0 1 2 "), ("first", "True False False "),
     ("last", "False False True "), ("revindex", "3 2 1 "), ("revindex0", "2 1 0 "),
     ("length", "3 3 3 "), ("depth", "1 1 1 "), ("previtem", " 5 6 "), ("nextitem", "6 7  "),
     ("cycle('a', 'b')", "a b a "), ("changed(x > 5)", "True True False "),
     ("cycle(*s)", "5 6 7 "), ("index + loop.length", "4 5 6 "),
     ("index0 == loop.length", "False False False "), ("nothing", "   ")],
)  # fmt: skip
def test_loop_knows_where_it_is(expression, expected):
    """All that Jinja's `loop` has can be asked for, over lists and over what cannot be counted."""
    source = "{% for x in s %}{{ loop." + expression + " }} {% endfor %}"
    assert rendered(source, s=[5, 6, 7]) == expected
    source = source.replace("in s", "in t")
    assert rendered(source, s=[5, 6, 7], t=iter([5, 6, 7])) == expected


def test_loop_is_a_value():
    """`loop` can be given away, as the outer loop to the inner one."""
    source = (
        "{% for x in 'ab' %}{% set outer = loop %}{% for y in 'xyz' %}"
        "{{ outer.index }}{{ loop.index }}{% if outer.last %}!{% endif %} {% endfor %}{% endfor %}"
    )
    assert rendered(source) == "11 12 13 21! 22! 23! "


def test_each_loop_counts_for_itself():
    """`loop` is that of the innermost loop, and the outer one's again behind it."""
    source = (
        "{% for x in 'ab' %}{% for y in 'xyz' %}{{ loop.index }}{% endfor %}"
        "-{{ loop.index }} {% endfor %}"
    )
    assert rendered(source) == "123-1 123-2 "
    source = "{% for x in 'ab' %}{{ loop.index }}{% for y in 'xy' %}{{ y }}{% endfor %}{% endfor %}"
    assert rendered(source) == "1xy2xy"


def test_loop_hides_nothing_outside():
    """Outside of loops `loop` is a name as any other."""
    assert rendered("{{ loop }}{% for x in 'ab' %}{% endfor %}{{ loop }}", loop=5) == "55"


def test_loop_is_guarded():
    """Python's insides are out of reach from `loop`, too."""
    template = Template("{% for x in 'ab' %}{{ loop.__init__.__globals__ }}{% endfor %}")
    with pytest.raises(SecurityError):
        list(template.root({}, {}))


def test_else_is_for_no_items():
    """`else` is written if no item came, and only then."""
    source = "{% for x in s if x > limit %}{{ x }}{{ loop.index }}{% else %}none{% endfor %}"
    assert rendered(source, s=[], limit=0) == "none"
    assert rendered(source, s=iter([1, 2]), limit=0) == "1122"
    assert rendered(source, s=[1, 2], limit=1) == "21"
    assert rendered(source, s=[1, 2], limit=2) == "none"
    source = (
        "{% for x in s %}{% for y in x %}{{ y }}{% else %}-{% endfor %}{% else %}none{% endfor %}"
    )
    assert rendered(source, s=[[1], [], [2]]) == "1-2"


def test_the_loop_of_else_is_the_outer_one():
    """In `else`, `loop` belongs to the loop around it, and a name that is set stays in it."""
    source = (
        "{% for x in 'ab' %}{% for y in '' %}{% else %}{{ loop.index }}{% endfor %}{% endfor %}"
    )
    assert rendered(source) == "12"
    assert (
        rendered("{% for x in '' %}{% else %}{% set y = 1 %}{{ y }}{% endfor %}{{ y }}", y=5)
        == "15"
    )
    assert rendered("{% for x in '' %}{% else %}{% set y = 1 %}{% endfor %}.") == "."


def test_a_condition_leaves_items_out():
    """With `if` only the items for which it holds are there, also for `loop`."""
    source = "{% for x in s if x % 2 %}{{ loop.index }}{{ x }}{{ loop.last }} {% endfor %}"
    assert rendered(source, s=range(6)) == "11False 23False 35True "
    source = "{% for a, b in s if a in t %}{{ b }}{% endfor %}"
    assert rendered(source, s=[(1, 2), (3, 4)], t=[3]) == "4"


def test_a_condition_has_no_loop_of_its_own():
    """In its condition `loop` is not yet this loop: it is the one around it, or undefined."""
    with pytest.raises(UndefinedError, match="'loop' is undefined"):
        Template("{% for x in s if loop.index %}{% endfor %}").root({"s": [1]}, {}).__next__()
    source = (
        "{% for x in 'ab' %}{% for y in 'xyz' if loop.index == 2 %}{{ y }}{{ loop.index }}"
        "{% endfor %}{% endfor %}"
    )
    assert rendered(source) == "x1y2z3"


def test_a_target_is_gone_behind_the_loop():
    """A loop's names mean again behind it what they meant before."""
    assert rendered("{% for x in 'ab' %}{{ x }}{% endfor %}{{ x }}", x="-") == "ab-"
    assert rendered(
        "{% for x in [x, x] %}{% for x in [x, 1] %}{{ x }}{% endfor %}{{ x }} {% endfor %}", x=5
    ) == ("515 515 ")


def test_what_is_set_in_a_loop_stays_in_it():
    """A name that is set in the body begins each round with the value that it has outside."""
    source = (
        "{% set n = 1 %}{% for x in 'abc' %}{{ n }}{% set n = n + 1 %}{{ n }} {% endfor %}{{ n }}"
    )
    assert rendered(source) == "12 12 12 1"
    source = (
        "{% for x in 'abc' %}{% if loop.first %}{% set n = 2 %}{% endif %}{{ n }} {% endfor %}"
        "{{ n }}"
    )
    assert rendered(source, n=1) == "2 1 1 1"
    source = (
        "{% for x in 'ab' %}{% for y in 'ab' %}{% set n = n ~ y %}{{ n }}{% endfor %}"
        "{{ n }} {% endfor %}"
    )
    assert rendered(source, n=1) == "1a1b1 1a1b1 "


def test_what_is_set_outside_of_loops_stays():
    """A name that is set outside of loops, also in an `if`, has its value from there on."""
    source = "{{ n }}{% set n = n + 1 %}{{ n }}{% if n %}{% set n = n + 1 %}{% endif %}{{ n }}"
    assert rendered(source, n=1) == "123"
    assert rendered("{% set a, (b, c) = 1, (2, 3) %}{{ c }}{{ a }}") == "31"
    assert rendered("{% if no %}{% set n = 1 %}{% endif %}[{{ n }}]") == "[]"


def test_a_loop_may_call_itself():
    """A recursive loop goes through what its body gives to `loop`, one level deeper."""
    source = (
        "{% for x in s recursive %}{{ loop.depth }}{{ x.n }}{{ loop.index }}"
        "{% if x.c %}({{ loop(x.c) }}){% endif %}{% else %}none{% endfor %}"
    )
    tree = [{"n": "<", "c": [{"n": "b"}, {"n": "c"}]}, {"n": "d"}]
    assert rendered(source, s=tree) == "1&lt;1(2b12c2)1d2"
    assert rendered(source, s=[]) == "none"


def test_loops_within_loops_have_an_end():
    """More than MAX_LOOPS loops in each other, which Python would not take, are refused."""
    body = "{% for x in s %}" * MAX_LOOPS + "{{ x }}" + "{% endfor %}" * MAX_LOOPS
    assert rendered(body, s=[7]) == "7"
    assert rendered(body * 2, s=[7]) == "77"
    with pytest.raises(TemplateSyntaxError, match="loops are nested deeper"):
        rendered("{% for x in s %}" * (MAX_LOOPS + 1) + "{% endfor %}" * (MAX_LOOPS + 1))


def test_what_cannot_be_gone_through_is_an_error():
    """A value that has no items is a TypeError, as in Python."""
    for body in ("{{ x }}", "{{ loop.index }}", "{{ loop.last }}"):
        with pytest.raises(TypeError):
            Template("{% for x in s %}" + body + "{% endfor %}").root({"s": 5}, {}).__next__()


def test_an_error_in_the_items_has_the_line_of_the_loop(failing_line):
    """The head of a loop belongs to the line of its tag, its body to the lines of its own."""
    assert failing_line("a\n{% for x in 1/n %}\n{{ x }}\n{% endfor %}", n=0) == 2
    assert failing_line("a\n{% for x in s %}\n\n{{ 1/x }}\n{% endfor %}", s=[0]) == 4
    assert (
        failing_line(
            "\n{% for x in s %}\n{{ x }}\n{% else %}\n\n{{ 1/n }}\n{% endfor %}", s=[], n=0
        )
        == 6
    )
    assert failing_line("{% for x in s %}\n{% endfor %}\n{{ 1/n }}", s=[1], n=0) == 3


def test_a_loop_costs_no_more_than_it_needs():
    """A body that does not ask for `loop` has no Loop around it, and one that counts has none."""
    assert "Loop" not in Template("{% for x in s %}{{ x }}{% endfor %}").python
    assert "enumerate" not in Template("{% for x in s %}{{ x }}{% endfor %}").python
    counting = Template("{% for x in s %}{{ loop.index }}{{ loop.first }}{% endfor %}").python
    assert "enumerate" in counting
    assert "Loop" not in counting
    assert "Loop" in Template("{% for x in s %}{{ loop.last }}{% endfor %}").python
    assert "empty_" not in counting


def test_a_missing_name_of_an_item_is_an_error():
    """What is missing in an item and needed is an error with its name."""
    template = Template("{% for x in s %}{{ x.price + 1 }}{% endfor %}")
    with pytest.raises(UndefinedError, match="price"):
        list(template.root({"s": [{"name": "soup"}]}, {}))

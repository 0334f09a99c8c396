"""Step 10.5: what stands behind a value."""

import pytest

from bistro.templates import nodes
from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.parser import MAX_DEPTH, Parser


class Operands(Parser):
    """A parser with one operator between two values, `;`. The real ones come in step 6."""

    def expression(self):
        node = self.operand()
        while self.skip(";"):
            node = nodes.Binary(node.position, ";", node, self.operand())
        return node


@pytest.fixture
def operand(inside, shown):
    """`operand(text)`: the tree of the operand that stands in a tag, as text."""
    return lambda text: shown(inside(text, Operands).operand())


@pytest.fixture
def refused(inside):
    def refused(text):
        parser = inside(text, Operands)
        with pytest.raises(TemplateSyntaxError) as caught:
            parser.operand()
            parser.expect("}}")
        return caught.value

    return refused


def test_attributes(operand):
    """`.name` is an Attribute of what stands before it."""
    assert operand("a.b") == "a.b"
    assert operand("a.b.c") == "a.b.c"
    assert operand("'soup'.upper") == "'soup'.upper"


def test_any_word_may_follow_a_dot(operand):
    """Behind a dot even a word of the language is a name."""
    assert operand("a.if.not.true") == "a.if.not.true"


def test_an_index_may_follow_a_dot(inside, operand):
    """`.0` is an Item with a number for its key."""
    assert operand("a.0.b") == "a[0].b"
    node = inside("a.7").postfix(nodes.Name(2, "x"))
    assert isinstance(node, nodes.Name), "nothing is behind x: the parser stands at a"
    assert isinstance(inside("a.7", Operands).operand().key, nodes.Constant)


def test_keys(operand):
    """`[key]` is an Item, whatever the key."""
    assert operand("a['b']") == "a['b']"
    assert operand("a[b][1]") == "a[b][1]"
    assert operand("a[b.c[0]]") == "a[b.c[0]]"
    assert operand("a[1, b]") == "a[tuple(1, b)]"
    assert operand("a[1:]") == "a[1::]"


def test_calls(operand):
    """`(…)` is a Call of what stands before it."""
    assert operand("a()") == "a()"
    assert operand("a.b(1)(2)") == "a.b(1)(2)"
    assert operand("a(b(c()), [d])") == "a(b(c()), [d])"
    assert operand("a()[0].b") == "a()[0].b"


def test_a_step_knows_its_position(inside):
    """The position of an attribute, item or call is that of its dot or bracket."""
    for text in ("ab.c", "ab[0]", "ab()", "ab.0"):
        assert inside(text, Operands).operand().position == 4


def test_nothing_behind_a_value(inside):
    """Where nothing follows, `postfix` gives back the node that it was given."""
    node = nodes.Name(0, "x")
    assert inside("+ a").postfix(node) is node


def test_signs_come_after_what_is_behind(operand):
    """`-a.b` is the negative of `a.b`; filters and tests are for the number with its sign."""
    assert operand(" -a.b") == "(- a.b)"
    assert operand(" -a.b|c") == "((- a.b)|c())"
    assert operand(" - + a[0]") == "(- (+ a[0]))"


def test_arguments_by_position_and_name(operand):
    """Arguments come by position, then by name; a comma may follow the last."""
    assert operand("f(1, a, b=2, c=d,)") == "f(1, a, b=2, c=d)"
    assert operand("f(if=1, true=2)") == "f(if=1, true=2)"


def test_arguments_are_expressions(operand):
    """Each argument is any expression; here the operator `;` stands for those of step 6."""
    assert operand("f(a; b, c=d; e)") == "f((a ; b), c=(d ; e))"
    assert operand("f(*a; b, **c; d)") == "f(*(a ; b), **(c ; d))"


def test_a_string_that_looks_like_a_sign(refused):
    """Only a token `=` behind a name makes an argument by name, not a string that holds one."""
    assert refused("f(a '=' 1)").column == 7


def test_stars(operand):
    """`*a` and `**b` may come, each once, `**` last."""
    assert operand("f(1, *a)") == "f(1, *a)"
    assert operand("f(**b)") == "f(**b)"
    assert operand("f(1, b=2, *c, **d)") == "f(1, b=2, *c, **d)"
    assert operand("f(*c, b=2)") == "f(b=2, *c)"


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("f(a=1, b)", 10),
        ("f(*a, b)", 9),
        ("f(**a, b)", 10),
        ("f(**a, b=1)", 10),
        ("f(**a, *b)", 10),
        ("f(*a, *b)", 9),
        ("f(**a, **b)", 10),
        ("f(a=1, a=2)", 10),
        ("f(1, a=1, b=2, a=3)", 18),
    ],
)
def test_arguments_in_the_wrong_order(refused, text, column):
    """What Python would refuse in a call is refused, at the argument that is too much."""
    assert refused(text).column == column


@pytest.mark.parametrize(
    "text", ["a.", "a..b", "a.'b'", "a.(b)", "a. 1.5", "a[1 2]", "f(1 2)", "f(,)", "f(a=)"]
)  # fmt: skip
def test_what_is_missing_behind_a_value(refused, text):
    """A dot wants a name or an index, keys and arguments want commas, a name its value."""
    assert refused(text).line == 1


def test_filters(operand):
    """A filter's arguments are read as those of a call; filters follow each other."""
    assert operand("a|b") == "(a|b())"
    assert operand("a.b|c(1, d=2)|e.f") == "((a.b|c(1, d=2))|e.f())"
    assert operand("a|b(1)(2)") == "(a|b(1))(2)"


def test_a_test(inside, operand):
    """`is name` is a Test, whose position is that of `is`."""
    assert operand("a is b") == "(a is b())"
    assert operand("a.b is c.d") == "(a.b is c.d())"
    assert inside("a is b", Operands).operand().position == 4


def test_not_behind_is(inside, operand):
    """`is not name` is `not` around the test, and both stand at `is`."""
    assert operand("a is not b") == "(not (a is b()))"
    assert operand("a is not b(1)") == "(not (a is b(1)))"
    node = inside("a is not b", Operands).operand()
    assert (node.position, node.operand.position) == (4, 4)


def test_an_argument_without_parentheses(operand):
    """One value with what stands directly behind it may follow a test's name."""
    assert operand("a is b 3") == "(a is b(3))"
    assert operand("a is b 'c'") == "(a is b('c'))"
    assert operand("a is b c.d[0]") == "(a is b(c.d[0]))"
    assert operand("a is b true") == "(a is b(True))"
    assert operand("a is b [c]|d") == "((a is b([c]))|d())"
    assert operand("[a is b c; d]") == "[((a is b(c)) ; d)]"
    assert operand("a is b 1.5 is c") == "((a is b(1.5)) is c())"
    assert operand("a is b {}") == "(a is b({}))"


@pytest.mark.parametrize(
    "rest", ["and c", "or c", "else c", "if c", "in c", "not in c", "+ c", "== c"]
)
def test_words_of_the_language_are_no_argument(inside, rest):
    """`a is b and c` has no argument: a word or operator of the language ends the test."""
    parser = inside(f"a is b {rest}", Operands)
    assert parser.operand().arguments.positional == []
    assert parser.value == rest.split()[0]


def test_an_argument_in_parentheses_is_the_only_one(operand, refused):
    """Behind parentheses no second argument follows, but another test may."""
    assert operand("a is b(1) is c") == "((a is b(1)) is c())"
    assert operand("a is b() is c") == "((a is b()) is c())"
    assert refused("a is b(1) 2").column == 13


def test_tests_are_not_chained(refused):
    """`a is b is c` is refused: it looks as if b and c were compared."""
    error = refused("a is b is c")
    assert "is" in error.message
    assert error.column == 10


@pytest.mark.parametrize("text", ["a is", "a is 1", "a is not", "a is not 'b'", "a is b."])
def test_a_test_needs_a_name(refused, text):
    """Behind `is` and `is not` stands a name."""
    assert "name" in refused(text).message


def test_an_argument_of_an_argument_has_limits(inside):
    """A test's argument counts as a level of the expression: 10,000 in each other are refused."""
    deep = "a" + " is b [a" * 10_000 + "]" * 10_000
    parser = inside(deep, Operands)
    with pytest.raises(TemplateSyntaxError, match=f"deeper than {MAX_DEPTH}"):
        parser.operand()


def test_levels_are_given_back(inside):
    """When a test is read, the levels that it took are free again."""
    parser = inside("a is b 1 is b 2 is b [3]", Operands)
    parser.operand()
    assert parser.depth == 0

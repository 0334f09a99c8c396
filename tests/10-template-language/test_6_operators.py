"""Step 10.6: operators and what they bind."""

import pytest

from bistro.templates import nodes
from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.parser import MAX_DEPTH


@pytest.fixture
def expression(inside, shown):
    """`expression(text)`: the tree of a tag's expression, as text."""

    def expression(text):
        parser = inside(text)
        node = parser.expression()
        parser.expect("}}")
        return shown(node)

    return expression


@pytest.fixture
def refused(inside):
    def refused(text):
        parser = inside(text)
        with pytest.raises(TemplateSyntaxError) as caught:
            parser.expression()
            parser.expect("}}")
        return caught.value

    return refused


def test_an_operand_alone(inside, expression):
    """Without an operator an operation is its operand."""
    assert expression("a.b") == "a.b"
    assert isinstance(inside("a").operation(), nodes.Name)


def test_two_operands(expression):
    """An operator between two operands makes a Binary, a Compare or a Concat of them."""
    assert expression("a + b") == "(a + b)"
    assert expression("a and b") == "(a and b)"
    assert expression("a < b") == "(a < b)"
    assert expression("a ~ b") == "(a ~ b)"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a * b + c", "((a * b) + c)"),
        ("a ** b * c", "((a ** b) * c)"),
        ("a * b ** c", "(a * (b ** c))"),
        ("a + b ~ c * d", "(a + (b ~ (c * d)))"),
        ("a ~ b + c", "((a ~ b) + c)"),
        ("a + b < c - d", "((a + b) < (c - d))"),
        ("a < b and c", "((a < b) and c)"),
        ("a or b and c", "(a or (b and c))"),
        ("a and b or c", "((a and b) or c)"),
        ("a or b < c + d * e ** f", "(a or (b < (c + (d * (e ** f)))))"),
        ("a ** b * c + d < e or f", "(((((a ** b) * c) + d) < e) or f)"),
    ],
)
def test_the_tighter_operator_takes_its_operands_first(expression, text, tree):
    """From loose to tight: or, and, not, comparisons, + -, ~, * / // %, **."""
    assert expression(text) == tree


@pytest.mark.parametrize("operator", ["+", "-", "*", "/", "//", "%", "**", "and", "or"])
def test_equal_operators_go_from_left_to_right(expression, operator):
    """Equals are taken from the left, `**` too: that is Jinja's way, and not Python's."""
    text = f"a {operator} b {operator} c"
    assert expression(text) == f"((a {operator} b) {operator} c)"


def test_operators_of_one_strength_mix(expression):
    """`+` and `-` are equal, and so are `* / // %`."""
    assert expression("a - b + c") == "((a - b) + c)"
    assert expression("a / b * c % d") == "(((a / b) * c) % d)"


def test_parentheses_decide(expression):
    """What stands in parentheses is one operand."""
    assert expression("(a + b) * c") == "((a + b) * c)"
    assert expression("a - (b - c)") == "(a - (b - c))"


def test_not(expression):
    """`not` binds looser than comparisons and tighter than `and`; it may be repeated."""
    assert expression("not a") == "(not a)"
    assert expression("not a == b") == "(not (a == b))"
    assert expression("not a and b") == "((not a) and b)"
    assert expression("a or not b and c") == "(a or ((not b) and c))"
    assert expression("not not a") == "(not (not a))"
    assert expression("(not a) == b") == "((not a) == b)"


def test_a_chain_of_comparisons_is_one(inside, expression):
    """`a < b <= c` is one Compare: the first value, and each operator with its value."""
    assert expression("a < b <= c") == "(a < b <= c)"
    assert expression("a == b != c > d >= e") == "(a == b != c > d >= e)"
    node = inside("a < b == c").operation()
    assert isinstance(node, nodes.Compare)
    assert [operator for operator, _ in node.rest] == ["<", "=="]


def test_in_and_not_in(expression):
    """`in` and `not in` are comparisons; `not` alone, behind a value, is no operator."""
    assert expression("a in b") == "(a in b)"
    assert expression("a not in b") == "(a not in b)"
    assert expression("a in b not in c") == "(a in b not in c)"
    assert expression("not a in b") == "(not (a in b))"


def test_comparisons_take_sums_on_both_sides(expression):
    """What a comparison compares are sums, products, joined texts."""
    assert expression("a + 1 == b ~ c") == "((a + 1) == (b ~ c))"
    assert expression("a not in b + c") == "(a not in (b + c))"


def test_a_comparison_can_be_read_alone(inside, shown):
    """`comparison(first)` reads the operators and values behind a first operand, if it has one."""
    parser = inside("< b not in c and d")
    assert shown(parser.comparison(nodes.Name(0, "a"))) == "(a < b not in c)"
    assert (parser.kind, parser.value) == ("name", "and")


def test_filters_and_tests_belong_to_the_operand(expression):
    """`|` and `is` bind tighter than every operator."""
    assert expression("a + b|c") == "(a + (b|c()))"
    assert expression("a == b is c") == "(a == (b is c()))"
    assert expression("not a is b") == "(not (a is b()))"
    assert expression("a is b and c is not d") == "((a is b()) and (not (c is d())))"
    assert expression(" -a ** b") == "((- a) ** b)"


def test_the_inline_if_is_looser_than_all(expression):
    """`a if b else c` has whole operations for its parts."""
    assert expression("a or b if c and d else e + f") == "((a or b) if (c and d) else (e + f))"
    assert expression("a if b else c if d else e") == "(a if b else (c if d else e))"
    assert expression("a + b if c") == "((a + b) if c)"


def test_where_an_operation_begins(inside):
    """A Binary's position is that of its first token, a Compare's that of its first operand."""
    for text in (" a + b", " a * b + c", " not a", " a < b", " a and b", " a ~ b"):
        assert inside(text).operation().position == 3
    assert inside("a + b * c").operation().right.position == 6
    assert inside(" a.b + c").operation().position == 3
    assert inside("(a) and b").operation().position == 2
    assert inside("< b").comparison(nodes.Name(7, "a")).position == 7


def test_lowest_says_where_to_stop(inside, shown):
    """`operation(lowest)` leaves operators alone that bind looser than `lowest`."""
    parser = inside("a * b + c")
    assert shown(parser.operation(6)) == "(a * b)"
    assert parser.kind == "+"
    parser = inside("a + b and c")
    assert shown(parser.operation(4)) == "(a + b)"
    assert parser.value == "and"


def test_what_is_no_operator_is_left(inside):
    """An operation ends where no operator follows; what stands there is for the caller."""
    parser = inside("a + b c")
    parser.operation()
    assert (parser.kind, parser.value) == ("name", "c")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a +", 6),
        ("a + * b", 7),
        ("* a", 3),
        ("a < < b", 7),
        ("a == not b", 8),
        ("a + not b", 7),
        ("a not b", 5),
        ("a and", 8),
        ("not", 6),
        ("a b", 5),
        ("a = b", 5),
        ("a else b", 5),
        ("a if b else", 14),
        ("a ~ ~ b", 7),
    ],
)
def test_an_operand_is_missing(refused, text, column):
    """Behind an operator an operand is expected; `not` is none for tighter operators."""
    assert refused(text).column == column


@pytest.mark.parametrize(
    ("opener", "closer"),
    [("(", ")"), ("[", "]"), ("not ", ""), ("a[", "]"), ("f(", ")"), ("-", "")],
)
def test_ten_thousand_levels_are_refused(refused, opener, closer):
    """What is nested deeper than MAX_DEPTH is a TemplateSyntaxError, and no RecursionError."""
    error = refused(opener * 10_000 + "a" + closer * 10_000)
    assert str(MAX_DEPTH) in error.message


def test_sixty_levels_are_read(inside):
    """Up to MAX_DEPTH levels are read, and given back when they are read."""
    parser = inside("(" * 60 + "a" + ")" * 60 + " + b + " + "(" * 60 + "not a < b" + ")" * 60)
    assert isinstance(parser.expression(), nodes.Binary)
    assert parser.depth == 0


@pytest.mark.parametrize(
    ("operator", "kind"),
    [("+", nodes.Binary), ("<", nodes.Compare), ("~", nodes.Concat), ("and", nodes.Binary)],
)
def test_a_long_sum_is_not_deep(inside, operator, kind):
    """Operators in a row are read by a loop: 2,000 of them take no levels."""
    parser = inside(f" {operator} ".join(["a"] * 2_000))
    assert isinstance(parser.operation(), kind)
    assert parser.kind == "}}"

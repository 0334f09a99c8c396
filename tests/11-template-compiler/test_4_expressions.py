"""Step 11.4: expressions become Python."""

import math

import pytest

from bistro.templates.compiler import Compiler, Scope, Settings
from bistro.templates.lexer import Source
from bistro.templates.nodes import Output
from bistro.templates.parser import parse

NASTY = ["it's", '"', "'\"", "\\", "\\n", "\n", "\t\r\0\x7f", "{", "}", "{{}}", "#", "!r", ":>9",
         "é", "日本", "\u2028", "\ud800", "", "' + '", '"""', "{v_x}"]  # fmt: skip


def compiler_of():
    return Compiler(Source("a template\nof three\nlines"), Settings())


def node_of(expression):
    """The expression's node."""
    [output] = parse(Source("{{ " + expression + " }}")).body
    assert isinstance(output, Output)
    return output.parts[0]


def evaluated(code, compiler, **values):
    """The value of written code where it will stand: between the braces of an f-string."""
    variables = {compiler.frame.scope.names[name]: value for name, value in values.items()}
    kept = []
    assert eval(f'f"{{keep({code})}}"', {**compiler.names, **variables, "keep": kept.append})
    return kept[0]


def value_of(expression, **values):
    compiler = compiler_of()
    return evaluated(compiler.expression(node_of(expression)), compiler, **values)


def test_a_scope_knows_its_names():
    """`find` gives the Python variable of a name that the scope has."""
    scope = compiler_of().inner_scope()
    variable = scope.declare("dish")
    assert scope.find("dish") == variable
    assert scope.used == {"dish"}


def test_a_name_may_be_further_out():
    """`find` goes outwards, through any number of scopes, and the innermost has its way."""
    compiler = compiler_of()
    outer = compiler.scope
    variable = outer.declare("dish")
    middle = Scope(outer, 1)
    inner = Scope(middle, 2)
    assert inner.find("dish") == variable
    assert (inner.used, middle.used, outer.used) == (set(), set(), {"dish"})
    nearer = middle.declare("dish")
    assert inner.find("dish") == nearer != variable
    assert (inner.used, middle.used) == (set(), {"dish"})
    assert outer.find("dish") == variable


def test_a_name_that_nobody_has():
    """`find` gives None for a name that no scope has, and notes nothing."""
    compiler = compiler_of()
    inner = Scope(compiler.scope, 1)
    inner.declare("dish")
    assert inner.find("guest") is None
    assert compiler.scope.find("dish") is None
    assert (inner.used, compiler.scope.used) == (set(), set())


def test_a_name_is_read_once():
    """A name that nothing sets comes from the context, which the function reads once."""
    compiler = compiler_of()
    first, second = compiler.scope.load("guest"), Scope(compiler.scope, 1).load("guest")
    assert first == second
    assert compiler.frame.loads == ["guest"]
    assert value_of("guest ~ guest", guest="Ann") == "AnnAnn"


@pytest.mark.parametrize(
    "value", [0, -1, 10**40, 1.5, -0.0, 1e-9, True, False, None, "soup", *NASTY]
)
def test_a_constant_is_its_value(value):
    """A constant is written so that Python reads the same value, inside an f-string, too."""
    compiler = compiler_of()
    found = evaluated(compiler.constant(value), compiler)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, [1], (), b"x", 1j, object()])
def test_what_python_cannot_write_gets_a_name(value):
    """A value that has no spelling in Python that fits stands there by a name from `bind`."""
    compiler = compiler_of()
    code = compiler.constant(value)
    assert code.isidentifier()
    assert compiler.names[code] is value
    assert evaluated(code, compiler) is value


@pytest.mark.parametrize("value", [5, 1.5, None, True, "soup", "it", "{", "é"])
def test_what_python_can_write_is_written(value):
    """A value that fits stands in the code itself, where Python can see it."""
    compiler = compiler_of()
    before = len(compiler.names)
    assert compiler.constant(value) == repr(value)
    assert len(compiler.names) == before


def test_two_names_for_two_values():
    """Each value that needs a name gets one of its own."""
    compiler = compiler_of()
    first, second = compiler.constant("\\"), compiler.constant('"')
    assert (compiler.names[first], compiler.names[second]) == ("\\", '"')


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("1 < 2", True), ("2 < 1", False), ("1 < 2 < 3", True), ("1 < 3 < 2", False),
     ("3 > 1 < 2", True), ("1 == 1 != 2 >= 2 <= 5", True), ("'a' in 'abc'", True),
     ("'a' not in 'abc'", False), ("1 in [1] == [1]", True), ("(1 < 2) == 1", True),
     ("not 1 == 2", True), ("5 == (5 > 4) ", False), ("1 + 1 < 3 * 1", True)],
)  # fmt: skip
def test_comparisons_are_pythons(expression, expected):
    """Comparisons, also in a chain, mean what they mean in Python."""
    assert value_of(expression) is expected


def test_a_comparison_is_a_value():
    """A comparison can be an operand of anything else."""
    assert value_of("(1 < 2) + 1") == 2
    assert value_of("[1 < 2, (2 < 1) ~ '']") == [True, "False"]
    assert value_of("x < 2 and 3", x=1) == 3


def test_an_operand_is_evaluated_once():
    """An operand in the middle of a chain is evaluated once, one behind a false pair never."""
    calls = []

    def call(value):
        calls.append(value)
        return value

    assert value_of("f(1) < f(2) < f(3)", f=call) is True
    assert calls == [1, 2, 3]
    calls.clear()
    assert value_of("f(2) < f(1) < f(3)", f=call) is False
    assert calls == [2, 1]


@pytest.mark.parametrize("name", ["class", "def", "text", "__builtins__", "v_x", "ﬁ", "é", "print"])
def test_a_variable_may_have_any_name(name):
    """A name of Python's own is a template's variable as any other."""
    assert value_of(name + " == 'soup'", **{name: "soup"}) is True


@pytest.mark.parametrize(
    "attack",
    ["' + __import__('os').name + '", '"}{__import__("os")}', '\\"}{1/0}{', "{1/0}", "');1/0#"],
)
def test_a_constant_stays_a_constant(attack):
    """No text in a template becomes code."""
    compiler = compiler_of()
    assert evaluated(compiler.constant(attack), compiler) == attack

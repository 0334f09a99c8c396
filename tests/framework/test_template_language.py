"""The template language beside Jinja 3.1: what is accepted, as which tree; what refused, where."""

from __future__ import annotations

import time

import jinja2
import jinja2.nodes
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bistro.templates import nodes
from bistro.templates.errors import TemplateSyntaxError
from bistro.templates.lexer import Source, tokenize
from bistro.templates.parser import MAX_DEPTH, Parser, parse

JINJA = jinja2.Environment()

# Trees, ours in the words of Jinja's.

OPERATORS = {
    "+": "Add", "-": "Sub", "*": "Mul", "/": "Div", "//": "FloorDiv", "%": "Mod", "**": "Pow",
    "and": "And", "or": "Or",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "lteq", ">": "gt", ">=": "gteq",
    "in": "in", "not in": "notin",
}  # fmt: skip
SIGNS = {"-": "Neg", "+": "Pos", "not": "Not"}


def theirs(node):
    """A tree of Jinja's as nested tuples: a class's name, and its fields without the context."""
    if isinstance(node, list | tuple):
        return tuple(theirs(item) for item in node)
    if not isinstance(node, jinja2.nodes.Node):
        return node
    fields = [theirs(getattr(node, name)) for name in node.fields if name != "ctx"]
    return (type(node).__name__, *fields)


def ours(node):
    """A tree of ours in the same form."""
    if isinstance(node, list | tuple):
        return tuple(ours(item) for item in node)
    if not isinstance(node, nodes.Node):
        return node
    return globals()[f"our_{type(node).__name__}"](node)


def our_Template(node):
    return ("Template", ours(node.body))


def our_Data(node):
    return ("TemplateData", node.text)


def our_Output(node):
    return ("Output", ours(node.parts))


def our_Constant(node):
    return ("Const", node.value)


def our_Name(node):
    return ("Name", node.name)


def our_Tuple(node):
    return ("Tuple", ours(node.items))


def our_List(node):
    return ("List", ours(node.items))


def our_Dict(node):
    return ("Dict", tuple(("Pair", ours(key), ours(value)) for key, value in node.pairs))


def our_Unary(node):
    return (SIGNS[node.operator], ours(node.operand))


def our_Binary(node):
    return (OPERATORS[node.operator], ours(node.left), ours(node.right))


def our_Compare(node):
    rest = tuple(("Operand", OPERATORS[operator], ours(value)) for operator, value in node.rest)
    return ("Compare", ours(node.first), rest)


def our_Concat(node):
    return ("Concat", ours(node.parts))


def our_Conditional(node):
    return ("CondExpr", ours(node.test), ours(node.then), ours(node.otherwise))


def our_Attribute(node):
    return ("Getattr", ours(node.value), node.name)


def our_Item(node):
    return ("Getitem", ours(node.value), ours(node.key))


def our_Slice(node):
    return ("Slice", ours(node.start), ours(node.stop), ours(node.step))


def our_Arguments(node):
    keywords = tuple(("Keyword", name, ours(value)) for name, value in node.keywords)
    return (ours(node.positional), keywords, ours(node.star), ours(node.double_star))


def our_Call(node):
    return ("Call", ours(node.function), *ours(node.arguments))


def our_Filter(node):
    return ("Filter", ours(node.value), node.name, *ours(node.arguments))


def our_Test(node):
    return ("Test", ours(node.value), node.name, *ours(node.arguments))


def our_NamespaceTarget(node):
    return ("NSRef", node.namespace, node.name)


def our_If(node):
    (test, body), *others = node.branches
    elifs = tuple(("If", ours(test), ours(body), (), ()) for test, body in others)
    return ("If", ours(test), ours(body), elifs, ours(node.otherwise))


def our_For(node):
    return (
        "For", ours(node.target), ours(node.items), ours(node.body), ours(node.otherwise),
        ours(node.test), node.recursive,
    )  # fmt: skip


def our_With(node):
    return ("With", ours(node.targets), ours(node.values), ours(node.body))


def our_Set(node):
    return ("Assign", ours(node.target), ours(node.value))


def our_SetBlock(node):
    return ("AssignBlock", ours(node.target), ours(node.through), ours(node.body))


def our_FilterBlock(node):
    return ("FilterBlock", ours(node.body), ours(node.through))


def our_Autoescape(node):
    option = ("Keyword", "autoescape", ("Const", node.enabled))
    return ("Scope", (("ScopedEvalContextModifier", (option,), ours(node.body)),))


def our_Block(node):
    return ("Block", node.name, ours(node.body), node.scoped, node.required)


def our_Extends(node):
    return ("Extends", ours(node.template))


def our_Include(node):
    return ("Include", ours(node.template), node.with_context, node.ignore_missing)


def our_Import(node):
    return ("Import", ours(node.template), node.name, node.with_context)


def our_FromImport(node):
    names = tuple(name if name == alias else (name, alias) for name, alias in node.names)
    return ("FromImport", ours(node.template), names, node.with_context)


def signature(parameters):
    names = tuple(("Name", name) for name, _ in parameters)
    return names, tuple(ours(default) for _, default in parameters if default is not None)


def our_Macro(node):
    return ("Macro", node.name, *signature(node.parameters), ours(node.body))


def our_CallBlock(node):
    return ("CallBlock", ours(node.call), *signature(node.parameters), ours(node.body))


def tree(template, **options):
    """Our tree, in Jinja's words."""
    return ours(parse(Source(template), **options))


def jinjas(template, **options):
    """Jinja's tree; raises what it raises, also what only its compiler refuses."""
    environment = JINJA.overlay(**options) if options else JINJA
    parsed = theirs(environment.parse(template))
    environment.compile(template)
    return parsed


# What both accept, with the same tree.

ACCEPTED = r"""
plain text
{{ a }}
{{a}}{{b}}
{{ a.b.c }}
{{ a.0.b }}{{ a.1.5 }}
{{ a["b"][0] }}
{{ a[1:2] }}{{ a[:] }}{{ a[::] }}{{ a[::2] }}{{ a[1:] }}{{ a[:1] }}{{ a[1::] }}{{ a[b:c:d] }}
{{ a[1, 2] }}{{ a[1:2, ::3] }}
{{ a() }}{{ a(1, 2,) }}{{ a(b=1) }}{{ a(1, b=2, *c, **d) }}{{ a(*b, c=1) }}
{{ a(b)(c).d[0](e) }}
{{ 1 }}{{ 0 }}{{ 00 }}{{ 1_000 }}{{ 0xfF }}{{ 0b1_1 }}{{ 0O17 }}
{{ 1.5 }}{{ 1e3 }}{{ 1.5E-3 }}{{ 1_0.2_5 }}
{{ 1.real }}{{ 42 .bit_length() }}
{{ 'a' "b" 'c' }}
{{ 'it\'s' }}{{ "\"" }}{{ "\n\t\\" }}{{ "\u00e9\x41\N{BULLET}" }}{{ 'é' }}
{{ "%}" }}{{ '}}' }}{{ "{# no #}" }}
{{ true }}{{ True }}{{ false }}{{ False }}{{ none }}{{ None }}
{{ (a) }}{{ () }}{{ (a,) }}{{ (a, b) }}{{ ((a, b), c) }}
{{ a, b }}{{ a, }}
{{ [] }}{{ [a] }}{{ [a, b,] }}{{ [[1], [2]] }}
{{ {} }}{{ {"a": 1} }}{{ {"a": 1, b: c,} }}{{ {"a": {}} }}
{{ {"a": {"b": {}}}}}
{{ a + b - c }}{{ a - (b - c) }}
{{ a + b * c / d // e % f }}
{{ a ** b ** c }}{{ -a ** b }}{{ a ** -b }}
{{ -a }}{{ +a }}{{ --a }}{{ -+-a.b }}{{ -a|abs }}{{ (-a)|abs }}{{ -1.5 }}
{{ a ~ b ~ c }}{{ a + b ~ c * d ~ e }}
{{ a < b }}{{ a < b <= c }}{{ a == b != c }}{{ a >= b > c }}
{{ a in b }}{{ a not in b }}{{ a not in b not in c }}{{ not a in b }}
{{ a and b or c and d }}{{ a or b and not c }}{{ not not a }}{{ not a == b }}{{ (not a) == b }}
{{ a if b else c }}{{ a if b }}{{ a if b else c if d else e }}{{ (a if b) if c }}
{{ a if b if c else d }}
{{ a or b if c and d else not e }}
{{ a|b }}{{ a|b|c }}{{ a|b(1)|c(d=2) }}{{ a|b.c }}{{ a|b(*c, **d) }}
{{ a + b|c }}{{ (a + b)|c }}{{ a.b|c }}{{ a|b + c|d }}{{ "a"|b ~ c }}
{{ a|b(1)(2) }}
{{ a is b }}{{ a is not b }}{{ not a is b }}{{ a is b.c }}
{{ a is b(1) }}{{ a is b 1 }}{{ a is b "c" }}{{ a is b [1] }}{{ a is b {} }}{{ a is b c.d[0] }}
{{ a is b true }}{{ a is b 1 + 2 }}{{ a is b and c is d or e is not f }}
{{ a is b(1) is c }}{{ a|b is c }}{{ a is b|c }}
{{ a + 1 is b }}{{ a is b == c }}
{{ a is not b c or d }}
{{ [a is b, c is d] }}{{ e if a is b else f }}
{{- a -}}
{{+ a }}
{%- if a -%} b {%- endif -%}
{% if a %}b{% endif %}
{%if a%}b{%endif%}
{% if a %}{% else %}{% endif %}
{% if a %}1{% elif b %}2{% elif c %}3{% else %}4{% endif %}
{% if a: %}b{% else: %}c{% endif %}
{% if a, b %}c{% endif %}
{% if not a %}{% if b %}{% endif %}{% endif %}
{% for a in b %}{{ a }}{% endfor %}
{% for a, b in c %}{% else %}{{ d }}{% endfor %}
{% for a, (b, c) in d %}{% endfor %}{% for (a, b) in c %}{% endfor %}{% for (a,) in b %}{% endfor %}
{% for a in b if c %}{{ loop.index }}{% endfor %}
{% for a in b if c if d else e recursive %}{{ loop(a) }}{% endfor %}
{% for a in b, c %}{% endfor %}{% for a in b, recursive %}{% endfor %}
{% for a in b recursive %}{% endfor %}
{% for a in [1, 2]: %}{% endfor %}
{{ a, recursive }}{{ recursive }}{{ loop }}{{ scoped }}
{% set a = 1 %}{% set a, b = b, a %}{% set a = b, %}{% set (a) = 1 %}
{% set ns.a = 1 %}{% set ns.a, b = 1, 2 %}
{% set a %}b{% endset %}{% set a | upper | c(1) %}b{% endset %}
{% set a = b if c else d %}
{% with %}a{% endwith %}{% with a = 1, b = a %}{{ b }}{% endwith %}
{% with a, b = c %}{{ a }}{% endwith %}
{% filter upper %}a{% endfilter %}{% filter a(1)|b.c|d %}e{% endfilter %}
{% autoescape true %}a{% endautoescape %}{% autoescape False %}b{% endautoescape %}
{% block a %}b{% endblock %}{% block b scoped %}{% endblock b %}
{% block c scoped required %} {% endblock %}
{% block d required %}{# nothing #}{% endblock %}
{% extends "a" %}{% extends a if b else c %}
{% include "a" %}{% include ["a", "b"] ignore missing %}{% include a without context %}
{% include a with context %}{% include a ignore missing without context %}
{% import "a" as b %}{% import a as b with context %}
{% from "a" import b %}{% from "a" import b, c as d %}{% from "a" import b with context %}
{% from "a" import b, with context %}{% from "a" import b as c without context %}
{% macro a() %}{% endmacro %}{% macro a(b, c=1, d=e) %}{{ b }}{% endmacro %}
{% call a() %}b{% endcall %}{% call(b, c=1) a(2) %}{{ b }}{% endcall %}
{% call a.b(1) %}{% endcall %}
{% print a %}{% print a, b + 1 %}
{% raw %}{{ a }}{% if %}{# b #}{% endraw %}
{%- raw -%} {{ {%- endraw -%} a
{% raw %}{% endraw %}
{# a comment #}
{#- a -#} b
{# {{ a }} {% if %} " ' #}c
a{##}b
{{ a }}{# b #}{{ c }}
{ { a } } { % b % } # c
a }} b %} c #}
{{ été + переменная + 変数 + हिन्दी }}
{{ a.if }}{{ a.in.not }}{{ a(if=1) }}
{{ a._b }}{{ __c__ }}
{% if a is b %}c{% endif %}{% for a in b if a is c %}{% endfor %}
""".strip("\n").split("\n")
MANY_LINES = [
    "",
    "\n",
    "a\n",
    "a\n\n",
    "a\r\nb\rc\n{{ d }}\r\n",
    "  {% if a %}\n  b\n  {% endif %}\n",
    "  {%+ if a +%}\n  b\n  {%- endif -%}\n",
    "a {#- b\n -#}\n c",
    "  {# a #}  \n  {#+ b +#}\n",
    "\t{% raw %}\n {{ \n\t{% endraw %}\n",
    "{{ a\n}}\n\n{{ b }}\n",
    "{{ a -}}\n\n {{- b }}",
    "a\n  {{ b }}\n",
    "a {% set b = 1 %}\n{% set c = 2 %}\n  d",
    "{% if a %} {% endif %}",
    "\n\n   {% set a = 1 %}",
    "{% raw -%}  a\n  {%- endraw %}",
    "{% raw %}\n  {%+ endraw +%}\n",
    "{{ '\r\n' }}",
    "{{ a\n + b }}",
    '{{ "a\nb" }}',
    "\x0b{%- set a = 1 -%}\u2003\xa0b",
]


@pytest.mark.parametrize("template", ACCEPTED + MANY_LINES)
def test_what_jinja_accepts_has_the_same_tree(template: str) -> None:
    assert tree(template) == theirs(JINJA.parse(template))


@pytest.mark.parametrize("trim", [False, True])
@pytest.mark.parametrize("lstrip", [False, True])
@pytest.mark.parametrize("template", MANY_LINES)
def test_white_space_goes_where_jinjas_goes(template: str, trim: bool, lstrip: bool) -> None:
    options = {"trim_blocks": trim, "lstrip_blocks": lstrip}
    assert tree(template, **options) == theirs(JINJA.overlay(**options).parse(template))


def test_the_last_newline_can_be_kept() -> None:
    """As by Jinja's keep_trailing_newline."""
    for text in ("a\n", "a\r\n", "\n\n", "a"):
        environment = JINJA.overlay(keep_trailing_newline=True)
        kept = ours(parse(Source(text, keep_newline=True)))
        assert kept == theirs(environment.parse(text))


# What both refuse, on the same line; a 0 stands where Jinja names another one, see below.

REFUSED = [
    ("{{ }}", 1),
    ("{{", 1),
    ("a\n{{ b", 2),
    ("{{ b }", 1),
    ("{{ a b }}", 1),
    ("\n\n{{ a b }}", 3),
    ("{{ a\n b }}", 2),
    ("{{ 'a }}", 1),
    ('x\n{{ "a }}', 2),
    ("{{ 'a\\' }}", 1),
    ("{{ '\\x' }}", 1),
    ("{{ '\\N{nothing such}' }}", 1),
    ("{{ '\\u12' }}", 1),
    ("{{ a ! b }}", 1),
    ("{{ a & b }}", 1),
    ("{{ a ? b }}", 1),
    ("{{ $a }}", 1),
    ("{{ a; }}", 1),
    ("{{ ² }}", 1),
    ("{{ a = b }}", 1),
    ("{{ a === b }}", 1),
    ("{{ (a }}", 1),
    ("{{ a) }}", 1),
    ("{{ [a) }}", 1),
    ("{{ {a] }}", 1),
    ("{{ [a, b }}", 1),
    ("{{ [,] }}", 1),
    ("{{ [a,, b] }}", 1),
    ("{{ [a b] }}", 1),
    ("{{ (,) }}", 1),
    ("{{ {a} }}", 1),
    ("{{ {a: } }}", 1),
    ("{{ {a: 1 b: 2} }}", 1),
    ("{{ {,} }}", 1),
    ("{{ a. }}", 1),
    ("{{ a..b }}", 1),
    ("{{ a.'b' }}", 1),
    ("{{ a.(b) }}", 1),
    ("{% for a, in b %}{% endfor %}", 1),
    ("{{ a[1 }}", 1),
    ("{{ a[1,] }}", 1),
    ("{{ a[,] }}", 1),
    ("{{ a[:::] }}", 1),
    ("{{ a[1 2] }}", 1),
    ("{{ a(b }}", 1),
    ("{{ a(,) }}", 1),
    ("{{ a(b c) }}", 1),
    ("{{ a(b=1, c) }}", 1),
    ("{{ a(*b, c) }}", 1),
    ("{{ a(**b, c=1) }}", 1),
    ("{{ a(**b, *c) }}", 1),
    ("{{ a(*b, *c) }}", 1),
    ("{{ a(**b, **c) }}", 1),
    ("{{ a('b'=1) }}", 1),
    ("{{ a(b.c=1) }}", 1),
    ("{{ a + }}", 1),
    ("{{ + }}", 1),
    ("{{ * a }}", 1),
    ("{{ a * * b }}", 1),
    ("{{ a ~ }}", 1),
    ("{{ a < }}", 1),
    ("{{ a <> b }}", 1),
    ("{{ a == not b }}", 1),
    ("{{ a + not b }}", 1),
    ("{{ a not b }}", 1),
    ("{{ not }}b{{ c", 1),
    ("{{ a and }}", 1),
    ("{{ a || b }}", 1),
    ("{{ a && b }}", 1),
    ("{{ a if }}", 1),
    ("{{ a else b }}", 1),
    ("{{ a if b else }}", 1),
    ("{{ a| }}", 1),
    ("{{ a|1 }}", 1),
    ("{{ a|b. }}", 1),
    ("{{ |a }}", 1),
    ("{{ a is }}", 1),
    ("{{ a is 1 }}", 1),
    ("{{ a is b is c }}", 1),
    ("{{ a is b(1) 2 }}", 1),
    ("{{ a is not }}", 1),
    ("{{ a is b, c) }}", 1),
    ("{{ 1a }}", 1),
    ("{{ 0x }}", 1),
    ("{{ 09 }}", 1),
    ("{{ 1__0 }}", 1),
    ("{{ 1. }}", 1),
    ("{{ 1.5.a.}}", 1),
    ("{{ a +}}", 1),
    ("{% %}", 1),
    ("{%", 1),
    ("{% if", 1),
    ("{% 1 %}", 1),
    ("{% 'a' %}", 1),
    ("{% nothing %}", 1),
    ("a\nb\n{% nothing such %}", 3),
    ("{% endif %}", 1),
    ("{% else %}", 1),
    ("\n{% endfor %}", 2),
    ("{% if %}{% endif %}", 1),
    ("{% if a }}", 1),
    ("{% if a %}", 0),
    ("{% if a %}\nb", 0),
    ("{% if a %}{% else %}", 0),
    ("{% if a %}{% elif b %}", 0),
    ("{% if a %}{% elif %}{% endif %}", 1),
    ("{% if a %}{% else %}{% elif b %}{% endif %}", 1),
    ("{% if a %}{% else %}{% else %}{% endif %}", 1),
    ("{% if a %}\n{% endfor %}", 2),
    ("{% if a %}{% endif b %}", 1),
    ("{% if a if b else c %}{% endif %}", 1),
    ("{% if a b %}{% endif %}", 1),
    ("{% if a = b %}{% endif %}", 1),
    ("{% for %}{% endfor %}", 1),
    ("{% for a %}{% endfor %}", 1),
    ("{% for a in %}{% endfor %}", 1),
    ("{% for a in b %}", 0),
    ("{% for a in b %}\n{% for c in d %}\n{% endfor %}", 0),
    ("{% for a.b in c %}{% endfor %}", 1),
    ("{% for a[0] in b %}{% endfor %}", 1),
    ("{% for 1 in b %}{% endfor %}", 1),
    ("{% for true in b %}{% endfor %}", 1),
    ("{% for a b in c %}{% endfor %}", 1),
    ("{% for [a, b] in c %}{% endfor %}", 1),
    ("{% for a in b if %}{% endfor %}", 1),
    ("{% for a in b recursive c %}{% endfor %}", 1),
    ("{% for a in b %}{% elif c %}{% endfor %}", 1),
    ("{% for loop in a %}{% endfor %}", 1),
    ("{% for a, loop in b %}{% endfor %}", 1),
    ("{% for a in b %}\n{% set loop = 1 %}{% endfor %}", 2),
    ("{% set %}", 1),
    ("{% set a", 1),
    ("{% set a = %}", 1),
    ("{% set a %}", 0),
    ("{% set 1 = a %}", 1),
    ("{% set 'a' = b %}", 1),
    ("{% set none = a %}", 1),
    ("{% set a.b.c = d %}", 1),
    ("{% set a[0] = b %}", 1),
    ("{% set a() = b %}", 1),
    ("{% set a, = b %}", 1),
    ("{% set (a.b, c) = d %}", 1),
    ("{% set a == b %}", 1),
    ("{% set a + b %}{% endset %}", 1),
    ("{% with a %}{% endwith %}", 1),
    ("{% with a = %}{% endwith %}", 1),
    ("{% with a = 1 b = 2 %}{% endwith %}", 1),
    ("{% with: %}{% endwith %}", 1),
    ("{% with a.b = 1 %}{% endwith %}", 1),
    ("{% with a = 1 %}", 0),
    ("{% filter %}{% endfilter %}", 1),
    ("{% filter 1 %}{% endfilter %}", 1),
    ("{% filter upper %}", 0),
    ("{% filter upper.%}{% endfilter %}", 1),
    ("{% autoescape %}{% endautoescape %}", 1),
    ("{% autoescape true %}", 0),
    ("{% block %}{% endblock %}", 1),
    ("{% block 'a' %}{% endblock %}", 1),
    ("{% block a-b %}{% endblock %}", 1),
    ("{% block a %}{% endblock b %}", 1),
    ("{% block a %}", 0),
    ("{% block a %}{% endblock %}\n{% block a %}{% endblock %}", 2),
    ("{% block a required %}b{% endblock %}", 1),
    ("{% block a required scoped %}{% endblock %}", 1),
    ("{% extends %}", 1),
    ("{% extends 'a' 'b' c %}", 1),
    ("{% include %}", 1),
    ("{% include a ignore %}", 1),
    ("{% include a missing %}", 1),
    ("{% include a with %}", 1),
    ("{% include a without context ignore missing %}", 1),
    ("{% import %}", 1),
    ("{% import a %}", 1),
    ("{% import a as %}", 1),
    ("{% import a as b.c %}", 1),
    ("{% import a as 'b' %}", 1),
    ("{% from a %}", 1),
    ("{% from a import %}", 1),
    ("{% from a import b, %}", 1),
    ("{% from a import b c %}", 1),
    ("{% from a import _b %}", 1),
    ("{% from a import b as %}", 1),
    ("{% from a import * %}", 1),
    ("{% macro %}{% endmacro %}", 1),
    ("{% macro a %}{% endmacro %}", 1),
    ("{% macro a( %}{% endmacro %}", 1),
    ("{% macro a(b c) %}{% endmacro %}", 1),
    ("{% macro a(b,) %}{% endmacro %}", 1),
    ("{% macro a(b=1, c) %}{% endmacro %}", 1),
    ("{% macro a(1) %}{% endmacro %}", 1),
    ("{% macro a(*b) %}{% endmacro %}", 1),
    ("{% macro a() %}", 0),
    ("{% call %}{% endcall %}", 1),
    ("{% call a %}{% endcall %}", 1),
    ("{% call a|b %}{% endcall %}", 1),
    ("{% call(b) %}{% endcall %}", 1),
    ("{% call a() %}", 0),
    ("{% print a b %}", 1),
    ("a\n{% raw %}\nb", 0),
    ("{% raw a %}{% endraw %}", 1),
    ("{% endraw %}", 1),
    ("a\n{# b\nc", 2),
    ("{# a #", 1),
    ("{{ a %}", 1),
    ("{{ a }}{{ {{ b }} }}", 1),
    ("{{ {{ a }} }}", 1),
    ("{% {% if a %} %}", 1),
    ("{% if {{ a }} %}{% endif %}", 1),
]


@pytest.mark.parametrize(("template", "line"), REFUSED)
def test_what_jinja_refuses_is_refused_on_the_same_line(template: str, line: int) -> None:
    with pytest.raises(jinja2.TemplateSyntaxError) as jinjas:
        JINJA.compile(template)
    with pytest.raises(TemplateSyntaxError) as refused:
        parse(Source(template, "card"))
    error = refused.value
    lines = template.split("\n")
    assert 1 <= error.line <= len(lines)
    assert error.source_line == lines[error.line - 1]
    assert 1 <= error.column <= len(error.source_line) + 1
    assert str(error).startswith(f"card, line {error.line}, column {error.column}: {error.message}")
    if line:
        assert error.line == jinjas.value.lineno == line


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("a\n{% if a %}\n\nb\n", 2),
        ("{% for a in b %}\n{% for c in d %}\n{% endfor %}\n", 1),
        ("a\n{% raw %}\nb\nc", 2),
    ],
)
def test_what_is_not_closed_is_named_where_it_was_opened(template: str, line: int) -> None:
    """Jinja names the template's last line, which is rarely where the mistake is."""
    with pytest.raises(TemplateSyntaxError, match="is not closed: expected") as refused:
        parse(Source(template))
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{{ if }}", "expected an expression, found 'if'"),
        ("{% set and = 1 %}", "'and' can't be the name of a variable"),
        ("{{ a(b=1, b=2) }}", "'b' stands in this call already"),
        ("{% macro a(b, b) %}{% endmacro %}", "there is a parameter 'b' already"),
        ("{% autoescape a %}{% endautoescape %}", "expected 'true' or 'false', found 'a'"),
        ("{#", "this comment is not closed: expected '#}'"),
        ("{% raw %}", "'raw' is not closed: expected '{% endraw %}'"),
        ("{{ 9" + "9" * 5000 + " }}", "the number has too many digits"),
        ("{{ 0x" + "f" * 5000 + " }}", "the number has too many digits"),
    ],
)
def test_what_is_refused_on_our_own(template: str, says: str) -> None:
    """Jinja takes the first two for variables, and lets Python refuse the next two; it wants a
    comment and a raw block closed only where something stands in them."""
    with pytest.raises(TemplateSyntaxError) as refused:
        parse(Source(template))
    assert refused.value.message == says


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("{% inclde a %}", "there is no tag 'inclde'; did you mean 'include'?"),
        ("{% zzz %}", "there is no tag 'zzz'"),
        ("{% endif %}", "'endif' closes nothing: no tag is open here"),
        (
            "{% if a %}\n{% endfor %}",
            "'endfor' here: expected 'elif', 'else' or 'endif' for 'if' of line 1",
        ),
        ("{% for a b in c %}", "expected 'in', found 'b'"),
        ("{{ a b }}", "expected '}}', found 'b'"),
        ("{{ [1 }}", "expected ']', found '}'"),
        ("{{ [1 ", "'[' is not closed: expected ']'"),
        ("{{ (1] }}", "expected ')', found ']'"),
        ("{{ 1) }}", "')' closes nothing"),
        ("{{ 'a }}", "this string is not closed: expected '"),
        ("{{ a", "'{{' is not closed: expected '}}'"),
        ("{# a", "this comment is not closed: expected '#}'"),
        ("{% raw %}a", "'raw' is not closed: expected '{% endraw %}'"),
        ("{% block a-b %}", "a block's name has no hyphens: write an underscore"),
        ("{{ a ! b }}", "unexpected character '!'"),
        ("{{ a is b is c }}", "one 'is' can't follow another: write 'and' between two tests"),
    ],
)  # fmt: skip
def test_a_message_says_what_was_expected(template: str, says: str) -> None:
    with pytest.raises(TemplateSyntaxError) as refused:
        parse(Source(template))
    assert refused.value.message == says


# Hypothesis: what is accepted has Jinja's tree, and nothing raises anything else.

PIECES = [
    "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", "+%}", " ", "\n", "\r\n", "\t",
    "a", "b.c", "if", "else", "elif", "endif", "for", "in", "endfor", "is", "not", "and", "or",
    "set", "endset", "with", "endwith", "raw", "endraw", "block", "endblock", "macro", "endmacro",
    "filter", "endfilter", "call", "endcall", "include", "import", "from", "as", "context",
    "ignore missing", "recursive", "loop", "true", "none", "print", "extends", "autoescape",
    "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "=", "==", "!", "<", "~", "+", "-", "*", "**",
    "/", "//", "%", ";", "'", '"', "\\", "\\x", "'s'", '"t"', "1", "1.5", "0x", "1e", "_", "é",
    "\0",
    "\ud800", "\u2028", "\xa0", "²", "ि",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join)
TAGS = st.tuples(
    st.sampled_from(["{{ %s }}", "{%% if %s %%}a{%% endif %%}", "{%% for a in %s %%}{%% endfor %%}",
                     "{%% set a = %s %%}", "{%% set %s %%}", "{%% for %s %%}{%% endfor %%}",
                     "{%% %s %%}", "{%% with %s %%}{%% endwith %%}",
                     "{%% macro %s %%}{%% endmacro %%}",
                     "{%% from %s %%}", "{%% call %s %%}{%% endcall %%}"]),
    st.lists(st.sampled_from(PIECES[20:-10]), max_size=12).map(" ".join),
).map(lambda pair: pair[0] % pair[1])  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOUP, st.booleans(), st.booleans())
@example("{{ '\\", False, True)
@example("{%-", True, True)
@example("{% raw %}{% endraw", False, False)
def test_any_text_is_read_or_refused(text: str, trim: bool, lstrip: bool) -> None:
    options = {"trim_blocks": trim, "lstrip_blocks": lstrip}
    try:
        read = tree(text, **options)
    except TemplateSyntaxError:
        return
    assert read == theirs(JINJA.overlay(**options).parse(text))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TAGS)
def test_a_tag_is_read_as_jinja_reads_it_or_refused(text: str) -> None:
    try:
        read = tree(text)
    except TemplateSyntaxError:
        return
    if " is " in text and any(f" {word} " in text for word in ("if", "in", "not", "is")):
        return  # Jinja takes these words for a test's argument: see the next test
    assert read == jinjas_or_ours(text, read)


def jinjas_or_ours(text, read):
    """Jinja's tree; ours where Jinja itself stumbles over what it has parsed."""
    try:
        return theirs(JINJA.parse(text))
    except AttributeError:
        return read


def test_a_word_of_the_language_is_no_argument_of_a_test() -> None:
    """Jinja tests for equality with a variable called `if` here, and then finds no end."""
    with pytest.raises(jinja2.TemplateSyntaxError):
        JINJA.parse("{{ a is defined if b else c }}")
    assert tree("{{ a is defined if b else c }}") == tree("{{ (a is defined) if b else c }}")


NAMES = st.sampled_from(["a", "b", "été", "loop", "_c"])
ATOMS = (
    NAMES
    | st.sampled_from(["true", "none", "()", "[]", "{}", "'s'", '"\\n"'])
    | st.integers(0, 99).map(str)
    | st.floats(0, 1e9).map(lambda number: format(number, ".3f"))
)


def larger(inner):
    """Expressions of smaller ones, with and without parentheses around the parts."""
    part = inner | inner.map("({})".format)
    binary = st.sampled_from(
        [
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "**",
            "~",
            "<",
            ">=",
            "==",
            "!=",
            "and",
            "or",
            "in",
            "not in",
        ]
    )
    return (
        st.tuples(part, binary, part).map(" ".join)
        | st.tuples(st.sampled_from("-+"), part).map("".join)
        | part.map("(not {})".format)  # without parentheses Jinja may take `not` for a variable
        | st.tuples(part, NAMES).map("{0[0]}|{0[1]}".format)
        | st.tuples(part, NAMES, part).map("({0[0]})|{0[1]}({0[2]}, x={0[2]})".format)
        | st.tuples(part, NAMES).map("(({0[0]}) is {0[1]})".format)
        | st.tuples(part, NAMES, ATOMS).map("({0[0]}) is not {0[1]} {0[2]}".format)
        | st.tuples(part, part, part).map("({0[0]} if {0[1]} else {0[2]})".format)
        | st.tuples(part, part).map("({0[0]})[{0[1]}:{0[1]}]".format)
        | st.tuples(part, part).map("[{0[0]}, {0[1]}]".format)
        | st.tuples(part, part).map("{{{0[0]}: {0[1]}}}".format)
        | st.tuples(part, part).map("({0[0]}).b({0[1]})".format)
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(ATOMS, larger, max_leaves=12))
def test_every_expression_has_jinjas_tree(expression: str) -> None:
    template = f"{{{{ {expression} }}}}"
    try:
        expected = theirs(JINJA.parse(template))
    except jinja2.TemplateSyntaxError:
        with pytest.raises(TemplateSyntaxError):
            parse(Source(template))
    else:
        assert tree(template) == expected


# Size and depth.

DEEP = {
    "parentheses": ("{{ %s1%s }}", "(", ")"),
    "lists": ("{{ %s1%s }}", "[", "]"),
    "dicts": ("{{ %s1%s }}", "{1: ", "}"),
    "calls": ("{{ %s1%s }}", "a(", ")"),
    "keys": ("{{ %s1%s }}", "a[", "]"),
    "filters": ("{{ %s1%s }}", "a|b(", ")"),
    "tests": ("{{ %s1%s }}", "a is b(", ")"),
    "arguments of tests": ("{{ a%s%s }}", " is b [c", "]"),
    "not": ("{{ %s1%s }}", "not ", ""),
    "signs": ("{{ %s1%s }}", "- ", ""),
    "else": ("{{ 1%s%s }}", " if 1 else 1", ""),
    "targets": ("{%% for %sa%s in b %%}{%% endfor %%}", "(", ")"),
    "if": ("%s%s", "{% if a %}", "{% endif %}"),
    "for": ("%s%s", "{% for a in b %}", "{% endfor %}"),
    "for and else": ("%s%s", "{% for a in b %}{% else %}", "{% endfor %}"),
    "macros": ("%s%s", "{% macro a() %}", "{% endmacro %}"),
    "unclosed": ("{{ %s1%s", "(", ""),
    "unclosed if": ("%s%s", "{% if a %}", ""),
}


@pytest.mark.parametrize("kind", DEEP)
def test_ten_thousand_levels_are_refused(kind: str) -> None:
    around, opener, closer = DEEP[kind]
    with pytest.raises(TemplateSyntaxError, match=r"nested deeper than 64|is not closed"):
        parse(Source(around % (opener * 10_000, closer * 10_000)))


@pytest.mark.parametrize("kind", [kind for kind in DEEP if not kind.startswith("unclosed")])
def test_thirty_levels_are_read(kind: str) -> None:
    around, opener, closer = DEEP[kind]
    template = around % (opener * 30, closer * 30)
    assert tree(template) == theirs(JINJA.parse(template))
    assert MAX_DEPTH > 60


LONG = {
    "lines": "<li>{{ dish }}</li>\n",
    "one line": "  {% set a = 1 %} ",
    "text": "abcdefgh {",
    "comments": "{# a #}",
    "braces": "{ ",
    "raw": "{% raw %}{{{% endraw %}",
    "spaces": " " * 10,
    "strings": "{{ 'a\\n' \"b\" }}",
    "quotes": "{{ '' }}'",
}


@pytest.mark.alone
@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
@pytest.mark.parametrize("ending", ["", "{{ '", "{% if a", "{#", "{% raw %}", "{{ ("])
def test_lexing_takes_time_in_proportion(piece: str, ending: str) -> None:
    """Twice the text takes about twice the time, however it ends."""

    def seconds(count: int) -> float:
        source = Source(piece * count + ending)
        best = 9.0
        for _ in range(3):
            start = time.perf_counter()
            try:
                tokenize(source, trim_blocks=True, lstrip_blocks=True)
            except TemplateSyntaxError:
                assert ending
            best = min(best, time.perf_counter() - start)
        return best

    small, large = seconds(2_000), seconds(20_000)
    assert large < 40 * small + 0.05


def test_a_hundred_thousand_lines_are_read_and_their_last_is_named() -> None:
    text = "<li>{{ dish.name|title }}</li>\n" * 100_000
    assert len(parse(Source(text)).body[0].parts) == 200_001
    with pytest.raises(TemplateSyntaxError) as refused:
        parse(Source(text + "{{ dish"))
    assert refused.value.line == 100_001


# Tags of one's own.


def test_a_tag_of_ones_own_is_known_beside_the_others() -> None:
    def parse_now(parser: Parser, position: int) -> nodes.Statement:
        value = parser.expression()
        return nodes.Output(position, [nodes.Filter(position, value, "now", parser.call_or_none())])

    read = parse(Source("{% now 'H:M' %}{% if a %}{% endif %}"), tags={"now": parse_now})
    assert ours(read)[1][0] == (
        "Output",
        (("Filter", ("Const", "H:M"), "now", (), (), None, None),),
    )
    with pytest.raises(TemplateSyntaxError, match="there is no tag 'now'"):
        parse(Source("{% now 'H:M' %}"))

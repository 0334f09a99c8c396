"""Step 12.6: macros and captured bodies."""

import pytest

from bistro.templates.composition import Macro
from bistro.templates.environment import Environment
from bistro.templates.errors import TemplateError, TemplateSyntaxError, UndefinedError
from bistro.templates.escape import Markup
from bistro.templates.undefined import MISSING, StrictUndefined, Undefined


def rendered(source, **context):
    """The text of a template."""
    return Environment().from_string(source).render(**context)


def called(macro, *args, **kwargs):
    """What the function of a macro is given."""
    given = []
    Macro(lambda *values: given.append(values), *macro, Undefined)(*args, **kwargs)
    return given[0]


def test_a_macro():
    """A macro is called like a function, and gives its body's text, escaped once."""
    assert rendered("{% macro b(t) %}<b>{{ t }}</b>{% endmacro %}{{ b('&') }}") == "<b>&amp;</b>"
    assert rendered("{% macro b(t) %}{{ t }}{% endmacro %}{{ b(b('&')) }}") == "&amp;"


def test_arguments_by_position_and_name():
    """Arguments are given by position or by name, in any order."""
    source = "{% macro m(a, b, c) %}{{ a }}{{ b }}{{ c }}{% endmacro %}"
    assert (
        rendered(source + "{{ m(1, 2, 3) }}{{ m(1, c=3, b=2) }}{{ m(c=3, b=2, a=1) }}") == "123" * 3
    )


def test_defaults():
    """What is not given has its default, which may use those before; else it is undefined."""
    source = "{% macro m(a, b=x, c=b ~ a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}"
    assert rendered(source + "{{ m(1) }} {{ m(1, 2) }} {{ m(1, c=3) }}", x=0) == "1001 1221 103"
    assert rendered("{% macro m(a) %}{{ a is defined }}{{ a }}{% endmacro %}{{ m() }}") == "False"
    with pytest.raises(UndefinedError, match="'a'"):
        rendered("{% macro m(a) %}{{ a.b.c }}{% endmacro %}{{ m() }}")


def test_a_default_of_what_comes_later():
    """In a default, a parameter that comes later is what was given for it, else undefined."""
    source = "{% set b = 5 %}{% macro m(a=b, b=1) %}[{{ a }}{{ b }}]{% endmacro %}"
    assert rendered(source + "{{ m() }}{{ m(b=7) }}{{ m(2) }}") == "[1][77][21]"
    source = "{% set a = 5 %}{% macro m(a=a) %}[{{ a is defined }}{{ a }}]{% endmacro %}"
    assert rendered(source + "{{ m() }}{{ m(3) }}") == "[False][True3]"


def test_a_value_that_is_nothing():
    """None, zero and an empty string are given, and get no default."""
    source = (
        "{% macro m(a=1) %}[{{ a }}]{% endmacro %}{{ m(none) }}{{ m(0) }}{{ m('') }}{{ m(a='') }}"
    )
    assert rendered(source) == "[None][0][][]"
    strict = Environment(undefined=StrictUndefined)
    source = "{% macro m(a=1) %}{{ a is defined }}{% endmacro %}{{ m(nothing) }}{{ m() }}"
    assert strict.from_string(source).render() == "FalseTrue"


def test_a_default_is_computed_when_it_is_needed():
    """A default is computed at each call that needs it, and at no other."""
    calls = []
    source = "{% macro m(a=count()) %}{{ a }}{% endmacro %}{{ m() }}{{ m(5) }}{{ m() }}"
    assert rendered(source, count=lambda: calls.append(1) or len(calls)) == "152"


def test_what_the_function_gets():
    """The macro's function gets a value for each parameter, MISSING for what was not given."""
    assert called(("m", ("a", "b"), ()), 1, 2) == (1, 2)
    assert called(("m", ("a", "b"), ()), 1) == (1, MISSING)
    assert called(("m", ("a", "b"), ()), b=1) == (MISSING, 1)
    assert called(("m", (), ())) == ()


def test_what_is_left_over_and_taken():
    """What is left over comes behind: `caller`, `kwargs`, `varargs`, those that the macro takes."""
    takes = ("caller", "kwargs", "varargs")
    assert called(("m", ("a",), takes), 1, 2, 3, b=4, caller="C") == (1, "C", {"b": 4}, (2, 3))
    assert called(("m", ("a",), ("kwargs", "varargs")), b=4) == (MISSING, {"b": 4}, ())
    assert called(("m", ("a",), ("varargs",)), 1, 2) == (1, (2,))
    assert called(("m", ("a",), ("kwargs",)), 1, b=2) == (1, {"b": 2})
    assert called(("m", ("a",), ("caller",)), caller="C") == (MISSING, "C")


def test_without_a_caller():
    """A macro that is called without a body has an undefined `caller`, which says so."""
    (caller,) = called(("m", (), ("caller",)))
    assert isinstance(caller, Undefined)
    source = (
        "{% macro m() %}{% if caller %}{{ caller() }}{% else %}-{% endif %}{% endmacro %}{{ m() }}"
    )
    assert rendered(source) == "-"
    with pytest.raises(UndefinedError, match="'m'"):
        rendered("{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}")


def test_too_many_arguments():
    """An argument that the macro does not take is an error that names the macro."""
    source = "{% macro dish(a) %}{{ a }}{% endmacro %}"
    for call in ["dish(1, 2)", "dish(1, a=2)", "dish(b=1)", "dish(*[1, 2])", "dish(**{'b': 1})"]:
        with pytest.raises(TemplateError, match="'dish'"):
            rendered(source + "{{ " + call + " }}")
    with pytest.raises(TemplateError, match="'dish'"):
        rendered(source + "{% call dish(1) %}body{% endcall %}")
    with pytest.raises(TemplateError, match="'dish'"):
        rendered("{% macro dish() %}{% include [] ignore missing %}{% endmacro %}{{ dish(1) }}")
    for macro, args, kwargs in [
        (("m", ("a",), ("kwargs",)), (1, 2), {}),
        (("m", ("a",), ("varargs",)), (1,), {"b": 2}),
    ]:
        with pytest.raises(TemplateError):
            called(macro, *args, **kwargs)


def test_varargs_and_kwargs():
    """A macro whose body mentions `varargs` or `kwargs` takes what is left over there."""
    assert (
        rendered("{% macro m(a) %}{{ varargs|join }}{% endmacro %}{{ m(1, 2, 3) }}{{ m() }}")
        == "23"
    )
    source = "{% macro m(a) %}{{ kwargs|items|join('+') }}{% endmacro %}{{ m(a=1, b=2) }}"
    assert rendered(source) == "(&#39;b&#39;, 2)"


def test_what_a_macro_includes(written):
    """What a macro includes sees its parameters, whatever they are called, and what it takes."""
    texts = {"row": "{{ loop }}{{ caller }}{{ varargs|join }}{{ x }}"}
    texts["page"] = (
        "{% macro m(loop, caller=2) %}{% set x = 5 %}{{ varargs|length }}"
        "{% include 'row' %}{% endmacro %}{{ m(1) }}|{{ m(1, 2, 3, 4) }}"
    )
    assert written(texts) == "0125|212345"


def test_a_body_for_a_macro():
    """`call` hands a body to the macro, which writes it by `caller()`, with arguments for it."""
    box = "{% macro box(title) %}<{{ title }}>{{ caller() }}{% endmacro %}"
    assert (
        rendered(box + "{% call box('a') %}<i>{{ x }}</i>{% endcall %}", x="&") == "<a><i>&amp;</i>"
    )
    each = "{% macro each(xs) %}{% for x in xs %}{{ caller(x, loop) }}{% endfor %}{% endmacro %}"
    call = "{% call(v, l) each('ab') %}{{ l.index }}{{ v }}{{ x }} {% endcall %}"
    assert rendered(each + call, x="-") == "1a- 2b- "


def test_macros_that_call_themselves():
    """A macro may call itself and others, also those that come later."""
    source = "{% macro m(n) %}{{ n }}{% if n %}({{ m(n - 1) }}){% endif %}{% endmacro %}{{ m(3) }}"
    assert rendered(source) == "3(2(1(0)))"
    source = (
        "{% macro a(n) %}a{{ b(n) if n }}{% endmacro %}"
        "{% macro b(n) %}b{{ a(n - 1) }}{% endmacro %}{{ a(2) }}"
    )
    assert rendered(source) == "ababa"


def test_a_macro_without_end():
    """A macro that calls itself without end is an error, and no crash."""
    with pytest.raises(TemplateError, match="without end"):
        rendered("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")


def test_what_a_macro_sees():
    """A macro sees the variables around it; what it sets is its own, at each call anew."""
    source = "{% set y = 1 %}{% macro m() %}{{ y }}{% set y = 2 %}{{ y }}{% endmacro %}"
    assert rendered(source + "{{ m() }}{{ y }}{{ m() }}") == "12112"
    source = "{% for i in 'ab' %}{% macro m(j) %}{{ i }}{{ j }}{% endmacro %}{{ m(1) }}{% endfor %}"
    assert rendered(source) == "a1b1"
    source = "{% macro m() %}{% if no %}{% set x = 1 %}{% endif %}{{ x }}{% endmacro %}{{ m() }}"
    assert rendered("{% for x in 'ab' %}" + source + "{% endfor %}", x="-") == "ab"


def test_an_imported_macro(written):
    """A macro may come from another template; it sees that template's variables, not ours."""
    forms = "{% set kind = 'text' %}{% macro field(n) %}({{ n }}:{{ kind }}{{ x }}){% endmacro %}"
    texts = {"forms": forms, "page": "{% from 'forms' import field %}{{ field('a') }}"}
    assert written(texts, x=1, kind="mine") == "(a:text)"
    texts["page"] = "{% import 'forms' as f with context %}{{ f.field('a') }}"
    assert written(texts, x=1) == "(a:text1)"


def test_a_macro_in_a_child(written):
    """A macro of a child's top level can be used in its blocks."""
    texts = {
        "layout": "<{% block a %}{% endblock %}>",
        "page": "{% extends 'layout' %}{% macro m() %}m{% endmacro %}"
        "{% block a %}{{ m() }}{% include 'row' %}{% endblock %}",
        "row": "{{ m() }}",
    }
    assert written(texts) == "<mm>"


def test_a_captured_body():
    """`set` with a body gives a variable the body's text, as markup, perhaps filtered."""
    assert (
        rendered("{% set t %}<b>{{ x }}</b>{% endset %}{{ t }}{{ t }}", x="&") == "<b>&amp;</b>" * 2
    )
    assert rendered("{% set t|upper|trim %} a{{ x }} {% endset %}[{{ t }}]", x="b") == "[AB]"
    assert rendered("{% set t %}{% endset %}[{{ t }}]") == "[]"


def test_a_body_through_a_filter():
    """`filter` writes its body through a filter; the body was escaped already."""
    assert rendered("{% filter upper %}a{{ x }}{% endfilter %}", x="<b") == "A&LT;B"
    source = "{% filter upper %}a{% filter replace('B', 'c') %}bB{% endfilter %}{% endfilter %}b"
    assert rendered(source) == "ABCb"


def test_a_captured_body_is_a_scope():
    """What is set in a captured body holds in there alone, and the text goes nowhere else."""
    source = "{% set u = 1 %}{% set t %}{% set u = 2 %}{{ u }}{% endset %}{{ u }}|{{ t }}|{{ u }}"
    assert rendered(source) == "1|2|1"
    source = "a{% set t %}b{% set u %}c{% endset %}d{{ u }}{% endset %}e{{ t }}"
    assert rendered(source) == "aebdc"
    source = "{% for i in '12' %}{% set t %}{{ i }}{{ t }}{% endset %}{{ t }}{% endfor %}"
    assert rendered(source) == "12"


def test_a_captured_body_in_a_child(written):
    """A child may capture text outside of its blocks, where it writes none."""
    texts = {
        "layout": "<{% block a %}{% endblock %}>",
        "page": "{% extends 'layout' %}{% set t %}T{{ x }}{% endset %} text "
        "{% block a %}{{ t }}{% endblock %}",
    }
    assert written(texts, x="&") == "<T&amp;>"


def test_without_escaping():
    """Where nothing is escaped, what macros and bodies give is plain text."""
    house = Environment(autoescape=False)
    source = "{% macro m() %}<{{ x }}>{% endmacro %}{% set t %}{{ x }}{% endset %}{{ m() + t + x }}"
    assert house.from_string(source).render(x="&") == "<&>&&"


def test_a_parameter_named_caller():
    """A parameter `caller` needs a default, for the macro may be called without a body."""
    with pytest.raises(TemplateSyntaxError, match="caller"):
        rendered("\n{% macro m(caller) %}{{ caller }}{% endmacro %}")
    assert rendered("{% macro m(caller=2) %}{{ caller }}{% endmacro %}{{ m() }}{{ m(3) }}") == "23"


def test_a_macro_called_from_python(environment):
    """A macro of a module is a function that Python can call; what it gives is markup."""
    house = environment({"forms": "{% macro field(n) %}<{{ n }}>{% endmacro %}"})
    from bistro.templates.composition import import_template

    text = import_template(house, "forms", None).field("&")
    assert text == "<&amp;>"
    assert isinstance(text, Markup)

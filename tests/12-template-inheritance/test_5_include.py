"""Step 12.5: include and import."""

from pathlib import Path

import pytest

from bistro.templates.compiler import Compiler, Frame, Scope
from bistro.templates.composition import Module, import_template, include, local_context
from bistro.templates.environment import Environment
from bistro.templates.errors import TemplateError, TemplateNotFound, UndefinedError
from bistro.templates.lexer import Source


@pytest.fixture
def compiler():
    """A compiler that is about to compile something."""
    return Compiler(Source("", "page"), Environment())


def known(compiler, **options):
    """What `local_context` gives: each name with the Python variable that it is read from."""
    scope, variables = compiler.scope, {"context": {"x": "context"}}
    while scope:
        variables |= {variable: variable for variable in scope.names.values()}
        scope = scope.parent
    return eval(local_context(compiler, **options), variables)


def test_known_variables(compiler):
    """All scopes around are gone through, also those of functions; the root's is left out."""
    compiler.scope.declare("top")
    assert known(compiler) == {"x": "context"}
    loop = Scope(compiler.scope, 1)
    loop.declare("dish")
    loop.declare("x")
    compiler.frame = Frame(2, loop)
    compiler.scope = Scope(compiler.frame.scope, 3)
    compiler.frame.scope.declare("x")
    compiler.scope.declare("naïve")
    seen = known(compiler)
    assert seen == {"x": "v2_x", "dish": "v1_dish", "naïve": compiler.scope.names["naïve"]}
    assert (loop.used, compiler.frame.scope.used) == ({"dish"}, {"x"})


def test_known_on_demand(compiler):
    """`caller`, `kwargs` and `varargs` are handed on where a macro's body uses them anyway."""
    compiler.frame = Frame(1, compiler.scope)
    macro = compiler.scope = compiler.frame.scope
    for name in ("caller", "kwargs", "varargs", "loop"):
        macro.declare(name)
    assert known(compiler) == {"x": "context", "loop": "v1_loop"}
    macro.load("kwargs")
    compiler.scope = Scope(macro, 2)
    assert known(compiler) == {"x": "context", "loop": "v1_loop", "kwargs": "v1_kwargs"}
    assert macro.used == {"kwargs", "loop"}
    compiler.scope.declare("varargs")
    assert known(compiler)["varargs"] == "v2_varargs"


def test_known_of_a_block(compiler):
    """A block's `self` and `super` are left out, used or not; other variables may be called so."""
    compiler.frame = Frame(0)
    block = compiler.scope = compiler.frame.scope
    for name in ("self", "super"):
        compiler.frame.lazy[name] = f"{block.declare(name)} = 1"
        block.load(name)
    assert known(compiler) == {"x": "context"}
    compiler.scope = Scope(block, 4)
    compiler.scope.declare("super")
    assert known(compiler) == {"x": "context", "super": "v4_super"}


def test_known_loops(compiler):
    """The innermost `loop` that is used is seen, or the innermost one if it is offered."""
    outer = Scope(compiler.scope, 1)
    inner = compiler.scope = Scope(outer, 2)
    for scope in (outer, inner):
        scope.names["loop"] = f"loop_{scope.number}"
    assert known(compiler) == {"x": "context"}
    outer.load("loop")
    assert known(compiler) == {"x": "context", "loop": "loop_1"}
    assert "loop" not in inner.used
    assert known(compiler, offers_loop=True) == {"x": "context", "loop": "loop_2"}
    assert "loop" in inner.used


def test_an_included_template(written):
    """The other template's text stands where it is included, escaped once."""
    assert written({"page": "<{% include 'row' %}>", "row": "[{{ x }}]"}, x="&") == "<[&amp;]>"


def test_it_sees_what_is_known(written):
    """What is included sees the variables that are known there: of loops, of `with`, of `set`."""
    texts = {
        "page": "{% set a = 1 %}{% for b in [2, 3] %}{% with c = 4 %}{% set d = 5 %}"
        "{% include 'row' %}{% endwith %}{% endfor %}{% include 'row' %}",
        "row": "({{ a }}{{ b }}{{ c }}{{ d }}{{ x }})",
    }
    assert written(texts, x=0) == "(12450)(13450)(10)"


def test_the_innermost_wins(written):
    """Of several variables of a name, it sees the innermost."""
    page = (
        "{% for x in 'a' %}{% include 'row' %}{% for x in 'b' %}{% with x = 'c' %}"
        "{% include 'row' %}{% endwith %}{% include 'row' %}{% endfor %}{% endfor %}"
        "{% include 'row' %}"
    )
    assert written({"page": page, "row": "{{ x }}"}, x="-") == "acb-"


def test_in_a_block(written):
    """In a block it sees what the block has set, and the context."""
    page = "{% block b %}{{ x }}{% set x = 1 %}{% set y = 2 %}{% include 'row' %}{% endblock %}"
    assert written({"page": page, "row": "{{ x }}{{ y }}{{ z }}"}, x=0, z=3) == "0123"


def test_what_it_sets_stays_there(written):
    """What is included sets variables for itself alone."""
    texts = {
        "page": "{% include 'row' %}{{ x }}{{ y }}",
        "row": "{% set x = 1 %}{% set y = 2 %}{{ x }}",
    }
    assert written(texts, x=0) == "10"
    texts["page"] = "{% include 'row' %}{% include 'show' %}{% block b %}{{ y }}{% endblock %}"
    assert written({**texts, "show": "[{{ x }}{{ y }}]"}, x=0) == "1[0]"


def test_without_context(written):
    """Without context it sees the environment's globals alone."""
    page = "{% for i in 'a' %}{% include 'row' without context %}{% endfor %}"
    assert written({"page": page, "row": "{{ i }}{{ x }}{{ range(3)|list }}"}, x=1) == "[0, 1, 2]"


def test_the_loop_is_seen_if_it_is_mentioned(written):
    """It sees `loop` if the loop's body mentions that, before or behind."""
    row = "{{ loop.index if loop is defined else '-' }}"
    before = "{% for i in 'ab' %}{{ loop.length }}{% include 'row' %}{% endfor %}"
    behind = "{% for i in 'ab' %}{% include 'row' %}{{ loop.length }}{% endfor %}"
    neither = "{% for i in 'ab' %}{% include 'row' %}{% endfor %}"
    assert written({"page": before, "row": row}) == "2122"
    assert written({"page": behind, "row": row}) == "1222"
    assert written({"page": neither, "row": row}) == "--"


def test_a_scoped_block(written):
    """A scoped block sees the variables of the loops around it, and `loop`."""
    each = (
        "{% for i in 'ab' %}{% block row scoped %}{{ i }}{{ loop.index }}{% endblock %}{% endfor %}"
    )
    assert written({"page": each}) == "a1b2"
    child = "{% extends 'each' %}{% block row %}[{{ super() }}{{ i }}{{ loop.last }}]{% endblock %}"
    assert written({"each": each, "page": child}) == "[a1aFalse][b2bTrue]"


def test_self_and_super_are_not_handed_on(written):
    """`self` and `super` are a block's own: what is included does not see them."""
    texts = {
        "layout": "{% block a %}A{% endblock %}",
        "page": "{% extends 'layout' %}"
        "{% block a %}{% if x %}{{ super() }}{{ self.b() }}{% endif %}"
        "{% with c = 1 %}{% include 'row' %}{% endwith %}{% endblock %}{% block b %}{% endblock %}",
        "row": "{{ super is defined }}{{ c }}",
    }
    assert written(texts, x=False) == "False1"
    assert written(texts, x=True) == "AFalse1"


def test_its_own_blocks(written):
    """What is included has its own blocks, and its own layout."""
    texts = {
        "layout": "<{% block title %}-{% endblock %}>",
        "part": "{% extends 'layout' %}{% block title %}part{% endblock %}",
        "page": "{% block title %}page{% endblock %}{% include 'part' %}",
    }
    assert written(texts) == "page<part>"


def test_what_may_be_missing(written):
    """What is not there is not found, or nothing where that is said."""
    with pytest.raises(TemplateNotFound) as caught:
        written({"page": "{% include 'row' %}"})
    assert caught.value.name == "row"
    assert written({"page": "<{% include 'row' ignore missing %}>"}) == "<>"
    assert written({"page": "<{% include ['a', 'b'] ignore missing %}>"}) == "<>"
    assert written({"page": "<{% include ['a', 'b'] %}>", "b": "B"}) == "<B>"


def test_what_is_missing_within(written):
    """`ignore missing` excuses the template itself; what is wrong or missing within is an error."""
    page = "{% include 'row' ignore missing %}"
    with pytest.raises(TemplateNotFound) as caught:
        written({"page": page, "row": "{% include 'gone' %}"})
    assert caught.value.name == "gone"
    with pytest.raises(TemplateError):
        written({"page": page, "row": "{% if %}"})
    with pytest.raises(UndefinedError):
        written({"page": "{% include nothing ignore missing %}"})


def test_include_gives_pieces(environment):
    """`include` gives a template's pieces one by one, as they are asked for."""
    house = environment({"row": "{% for i in items %}{{ i }}{% endfor %}"})
    context = house.get_template("row").new_context(items=iter([1, 0, 2]))
    pieces = iter(include(house, "row", context, False))
    assert next(pieces) == "1"
    assert list(context["items"]) == [0, 2]
    assert "".join(include(house, "nowhere", context, True)) == ""


def test_an_error_names_its_template(written):
    """An error in an included template has that template's name and line."""
    with pytest.raises(ZeroDivisionError) as caught:
        written({"page": "\n{% include 'row' %}", "row": "\n\n{{ 1 / n }}"}, n=0)
    places = [(Path(entry.path).name, entry.lineno + 1) for entry in caught.traceback]
    assert ("page", 2) in places
    assert places[-1] == ("row", 3)


def test_round_and_round(written):
    """Templates that include each other without end are an error, and no crash."""
    texts = {"page": "{% include 'other' %}", "other": "{% include 'page' %}"}
    with pytest.raises(TemplateError, match="without end"):
        written(texts)


def test_import(written):
    """What a template has set at its top level can be had under a name, or one by one."""
    texts = {"house": "{% set name = 'Bistro' %}{% set _secret = 1 %}text"}
    texts["page"] = "{% import 'house' as h %}{{ h.name }}|{{ h._secret }}|{{ h }}"
    assert written(texts) == "Bistro||text"
    texts["page"] = (
        "{% from 'house' import name, name as again, gone %}{{ name }}{{ again }}{{ gone }}"
    )
    assert written(texts) == "BistroBistro"


def test_import_sees_nothing(written):
    """An imported template sees the globals alone, unless it is given the context."""
    house = "{% set seen = [x, i]|join('+') %}"
    page = "{% for i in 'ab' %}{% import 'house' as h %}{{ h.seen }}{% endfor %}"
    assert written({"page": page, "house": house}, x=1) == "++"
    page = page.replace(" %}{{", " with context %}{{")
    assert written({"page": page, "house": house}, x=1) == "1+a1+b"


def test_a_module_is_kept(environment):
    """Without a context a template's module is made once; with one it is made each time."""
    house = environment({"house": "{% set name = x %}"}, globals={"x": "global"})
    module = import_template(house, "house", None)
    assert isinstance(module, Module)
    assert module.name == "global"
    assert import_template(house, "house", None) is module
    assert import_template(house, ["nowhere", "house"], None) is module
    assert [import_template(house, "house", {"x": n}).name for n in (1, 2)] == [1, 2]
    assert import_template(house, "house", None) is module
    assert import_template(house, "house", {}).name != "global"


def test_a_module_of_a_changed_template(environment):
    """When a template has changed, its module is made anew."""
    texts = {"house": "{% set name = 1 %}", "page": "{% import 'house' as h %}{{ h.name }}"}
    page = environment(texts).get_template("page")
    assert page.render() == "1"
    texts["house"] = "{% set name = 2 %}"
    assert page.render() == "2"


def test_who_imports_hands_nothing_on(written):
    """What a template has imported is not handed on to those that import it."""
    texts = {
        "a": "{% set name = 1 %}",
        "b": "{% from 'a' import name %}{% set other = name + 1 %}",
        "page": "{% import 'b' as b %}{{ b.name is defined }}{{ b.other }}",
    }
    assert written(texts) == "False2"

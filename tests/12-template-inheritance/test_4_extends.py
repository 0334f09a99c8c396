"""Step 12.4: extends and super."""

import pytest

from bistro.templates.composition import Super, above
from bistro.templates.errors import TemplateError, TemplateNotFound, UndefinedError
from bistro.templates.escape import Markup
from bistro.templates.undefined import Undefined

LAYOUT = "<{% block title %}Bistro{% endblock %}>{% block body %}{% endblock %}"


def test_a_child_fills_blocks(written):
    """A child's blocks stand in the layout's places; the others are the layout's own."""
    child = "{% extends 'layout' %}{% block body %}Soup{% endblock %}"
    assert written({"layout": LAYOUT, "page": child}) == "<Bistro>Soup"
    child = (
        "{% extends 'layout' %}{% block title %}Menu{% endblock %}{% block body %}B{% endblock %}"
    )
    assert written({"layout": LAYOUT, "page": child}) == "<Menu>B"


def test_what_stands_outside(written):
    """What a child has outside of its blocks is not written, but what it sets there is seen."""
    child = (
        "{% extends 'layout' %} text {{ 1 / 0 }}{% set dish = 'Tart' %}"
        "{% block body %}{{ dish }}{% endblock %}"
    )
    assert written({"layout": LAYOUT + "{{ dish }}", "page": child}) == "<Bistro>TartTart"


def test_three_generations(written):
    """Each generation may fill blocks; the most derived one wins."""
    texts = {
        "layout": LAYOUT,
        "menu": "{% extends 'layout' %}{% block title %}Menu{% endblock %}",
        "page": "{% extends 'menu' %}{% block body %}Soup{% endblock %}",
        "wine": "{% extends 'menu' %}{% block title %}Wine{% endblock %}",
    }
    assert written(texts) == "<Menu>Soup"
    assert written(texts, "wine") == "<Wine>"
    assert written(texts, "menu") == "<Menu>"


def test_super(written):
    """`super()` is the same block one template further up, and so on to the layout."""
    texts = {
        "layout": LAYOUT,
        "menu": "{% extends 'layout' %}{% block title %}{{ super() }} menu{% endblock %}",
        "page": "{% extends 'menu' %}{% block title %}{{ super() }}, {{ super() }}.{% endblock %}",
    }
    assert written(texts) == "<Bistro menu, Bistro menu.>"


def test_super_skips_who_has_no_such_block(written):
    """A template between that does not have the block is passed over."""
    texts = {
        "layout": LAYOUT,
        "menu": "{% extends 'layout' %}{% block body %}M{% endblock %}",
        "page": "{% extends 'menu' %}{% block title %}[{{ super() }}]{% endblock %}",
    }
    assert written(texts) == "<[Bistro]>M"


def test_super_is_markup(written):
    """What `super()` gives was escaped already, and is not escaped again."""
    layout = "{% block a %}<b>{{ x }}</b>{% endblock %}"
    child = "{% extends 'layout' %}{% block a %}{{ super() }}{{ super()|upper }}{% endblock %}"
    text = written({"layout": layout, "page": child}, x="&")
    assert text == "<b>&amp;</b><B>&AMP;</B>"


def test_super_of_super(written):
    """`super.super()` passes over one template."""
    texts = {
        "layout": LAYOUT,
        "menu": "{% extends 'layout' %}{% block title %}Menu{% endblock %}",
        "page": "{% extends 'menu' %}{% block title %}{{ super.super() }}{% endblock %}",
    }
    assert written(texts) == "<Bistro>"


def test_a_super_calls_with_its_depth():
    """A Super calls the function at its depth, and tells it that depth."""

    def childs(context, blocks, depth=0):
        yield "child's"

    def layouts(context, blocks, depth=0):
        yield from (context["x"], f" at {depth}", " of ", f"{len(blocks['title'])}")

    blocks = {"title": [childs, layouts]}
    text = Super({"x": "<layout>"}, blocks, "title", 1, Undefined)()
    assert text == "<layout> at 1 of 2"
    assert isinstance(text, Markup)


def test_what_is_above():
    """Above a block is a Super for it, as long as there is a function at that depth."""

    def layouts(context, blocks, depth=0):
        yield f"at {depth}"

    blocks = {"a": [layouts] * 3, "b": [layouts]}
    assert above({}, blocks, "a", 1, Undefined)() == "at 1"
    assert above({}, blocks, "a", 2, Undefined)() == "at 2"
    for name, depth in [("a", 3), ("a", 4), ("b", 1)]:
        assert isinstance(above({}, blocks, name, depth, Undefined), Undefined)


def test_nothing_above(written):
    """Where no block is above, `super` is undefined; calling it names the block."""
    with pytest.raises(UndefinedError, match="'title'"):
        written({"page": "{% block title %}{{ super() }}{% endblock %}"})
    child = "{% extends 'layout' %}{% block title %}{{ super.super() }}{% endblock %}"
    with pytest.raises(UndefinedError, match="'title'"):
        written({"layout": LAYOUT, "page": child})
    assert written({"page": "{% block a %}{{ super is defined }}{% endblock %}"}) == "False"


def test_the_kind_of_undefined():
    """What is not above is what the environment has for undefined values, named `super`."""
    made = []
    above({}, {"a": [None]}, "a", 1, lambda *args, **kwargs: made.append((args, kwargs)))
    ((args, kwargs),) = made
    assert args == ("super",)
    assert "'a'" in kwargs["message"]


def test_a_layout_out_of_a_variable(written):
    """The layout may come from an expression: a name, a template, or a list of names."""
    texts = {"layout": LAYOUT, "wide": "[{% block body %}{% endblock %}]"}
    texts["page"] = "{% extends which %}{% block body %}B{% endblock %}"
    assert written(texts, which="layout") == "<Bistro>B"
    assert written(texts, which="wide") == "[B]"
    assert written(texts, which=["special", "wide", "layout"]) == "[B]"


def test_a_template_object(environment):
    """A template that is there already can be extended."""
    house = environment({"page": "{% extends which %}{% block body %}B{% endblock %}"})
    layout = house.from_string("({% block body %}{% endblock %})")
    assert house.get_template("page").render(which=layout) == "(B)"


def test_perhaps_a_layout(written):
    """An `extends` in an `if` holds if that is true; else the template is written as it stands."""
    texts = {"layout": LAYOUT}
    texts["page"] = (
        "{% if full %}{% extends 'layout' %}{% endif %}-{% block body %}B{% endblock %}-"
    )
    assert written(texts, full=True) == "<Bistro>B"
    assert written(texts, full=False) == "-B-"


def test_two_layouts(written):
    """A template extends one other; a second one is an error when it comes to it."""
    page = "{% if a %}{% extends 'layout' %}{% endif %}{% if b %}{% extends 'layout' %}{% endif %}-"
    texts = {"layout": LAYOUT, "page": page}
    assert written(texts, a=True, b=False) == "<Bistro>"
    assert written(texts, a=False, b=True) == "<Bistro>"
    with pytest.raises(TemplateError):
        written(texts, a=True, b=True)


def test_no_layout(written):
    """A layout that is not there is not found; what is no template's name is an error."""
    with pytest.raises(TemplateNotFound) as caught:
        written({"page": "{% extends 'layout' %}"})
    assert caught.value.name == "layout"
    for value in (None, 5):
        with pytest.raises(TemplateError):
            written({"page": "{% extends which %}"}, which=value)


def test_a_changed_layout(environment):
    """A layout that has changed is seen by pages that have not."""
    texts = {"layout": LAYOUT, "page": "{% extends 'layout' %}{% block body %}B{% endblock %}"}
    page = environment(texts).get_template("page")
    assert page.render() == "<Bistro>B"
    texts["layout"] = "[{% block body %}{% endblock %}]"
    assert page.render() == "[B]"


def test_round_and_round(written):
    """Templates that extend each other in a circle are an error, and no crash."""
    texts = {"page": "{% extends 'other' %}", "other": "{% extends 'page' %}"}
    with pytest.raises(TemplateError, match="without end"):
        written(texts)

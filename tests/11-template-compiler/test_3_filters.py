"""Step 11.3: filters."""

from types import SimpleNamespace

import pytest

from bistro.templates.compiler import Settings
from bistro.templates.errors import UndefinedError
from bistro.templates.escape import Markup
from bistro.templates.filters import FILTERS, default, first, join
from bistro.templates.undefined import StrictUndefined, Undefined

ENVIRONMENT = Settings()
SAFE = Markup("<i>")
DISHES = [SimpleNamespace(name="soup"), {"name": "<tart>"}, SimpleNamespace(name=SAFE)]


def test_default_is_for_what_is_undefined():
    """`default` replaces what is undefined, and nothing else."""
    assert default(Undefined("guest"), "you") == "you"
    assert default(StrictUndefined("guest"), "you") == "you"
    assert default(Undefined("guest")) == ""
    for value in ("", 0, None, False, []):
        assert default(value, "you") is value


def test_default_may_be_for_all_that_is_false():
    """With a true third argument `default` replaces all that counts as false."""
    for value in ("", 0, None, False, [], Undefined("guest")):
        assert default(value, "you", True) == "you"
    assert default(StrictUndefined("guest"), "you", True) == "you"
    assert default("Ann", "you", True) == "Ann"
    assert default([0], "you", boolean=True) == [0]


def test_first_takes_the_first():
    """`first` is the first item of anything that can be gone through."""
    assert first(ENVIRONMENT, [3, 4]) == 3
    assert first(ENVIRONMENT, "abc") == "a"
    assert first(ENVIRONMENT, {"soup": 9}) == "soup"
    assert first(ENVIRONMENT, [None]) is None


def test_first_takes_no_more():
    """`first` asks for one item only, so that it ends on what has no end."""

    def endless():
        yield 1
        pytest.fail("a second item was asked for", pytrace=False)

    assert first(ENVIRONMENT, endless()) == 1


@pytest.mark.parametrize("kind", [Undefined, StrictUndefined])
def test_the_first_of_nothing_is_undefined(kind):
    """The first item of nothing is what the environment has for undefined values."""
    found = first(SimpleNamespace(undefined=kind), [])
    assert type(found) is kind
    with pytest.raises(UndefinedError) as caught:
        found + 1
    assert str(caught.value) != "'first' is undefined", "it should have a message of its own"


def test_join_puts_text_between():
    """`join` makes text of the items and puts `d` between them."""
    for autoescape in (True, False):
        assert join(autoescape, [1, "two", None], ", ") == "1, two, None"
        assert join(autoescape, iter("abc")) == "abc"
        assert join(autoescape, []) == ""
        assert join(autoescape, ["<", "&"], "<br>") == "<<br>&"
        assert join(autoescape, [1, 2], 0) == "102"


def test_join_leaves_plain_text_to_the_output():
    """Without anything safe the result is plain text, which the output escapes: never twice."""
    assert type(join(True, ["<", "&"], "<br>")) is str
    assert type(join(False, ["<", SAFE], "<br>")) is str


def test_a_safe_item_makes_the_others_escaped():
    """Where output is escaped and an item is safe, all others and `d` are escaped."""
    result = join(True, ["<b>", SAFE, 1], " & ")
    assert result == "&lt;b&gt; &amp; <i> &amp; 1"
    assert isinstance(result, Markup)


def test_a_safe_separator_makes_the_items_escaped():
    """Where output is escaped and `d` is safe, all items that are not are escaped."""
    result = join(True, ["<b>", SAFE, 1], Markup("<br>"))
    assert result == "&lt;b&gt;<br><i><br>1"
    assert isinstance(result, Markup)
    result = join(True, ["<b>", 1], Markup("<br>"))
    assert result == "&lt;b&gt;<br>1"
    assert isinstance(result, Markup)


def test_what_has_html_is_safe():
    """An item or `d` that is no Markup but has `__html__` is asked for that."""

    class Bold:
        def __html__(self):
            return "<b>it</b>"

    result = join(True, ["<", Bold()], "&")
    assert result == "&lt;&amp;<b>it</b>"
    assert isinstance(result, Markup)
    result = join(True, iter(["<", Bold(), 1]), Bold())
    assert result == "&lt;<b>it</b><b>it</b><b>it</b>1"
    assert isinstance(result, Markup)


def test_without_escaping_nothing_is_escaped():
    """Where output is not escaped, `join` escapes nothing, safe or not."""
    assert join(False, ["<b>", SAFE], " & ") == "<b> & <i>"
    assert join(False, ["<b>", SAFE], Markup("<br>")) == "<b><br><i>"
    assert type(join(False, [SAFE], Markup("<br>"))) is str


def test_join_may_take_an_attribute():
    """With `attribute` the items are what each has there: an attribute or an element."""
    assert join(True, DISHES[:2], ", ", "name") == "soup, <tart>"
    assert join(True, DISHES, ", ", attribute="name") == "soup, &lt;tart&gt;, <i>"
    assert join(False, DISHES, ", ", "name") == "soup, <tart>, <i>"
    assert join(True, [["a", "b"], ["c", "d"]], "", 0) == "ac"
    assert join(False, DISHES, ", ", "price") == ", , "


def test_join_reaches_no_further_than_the_template():
    """An attribute that is out of reach comes as an undefined, which prints as nothing."""
    assert join(True, DISHES, ",", "__class__") == ",,"


def test_they_are_marked():
    """`first` is given the environment and `join` whether output is escaped, `default` neither."""
    assert (FILTERS["first"].passes, FILTERS["join"].passes) == ("environment", "autoescape")
    assert not hasattr(FILTERS["default"], "passes")
    assert FILTERS["first"](ENVIRONMENT, [1]) == FILTERS["default"](1) == 1
    assert FILTERS["join"](True, [1]) == "1"

"""Step 11.2: looking up attributes and elements, and what is out of reach."""

import pytest

from bistro.templates.errors import SecurityError, UndefinedError
from bistro.templates.escape import Markup
from bistro.templates.runtime import attribute, item, plain_attribute
from bistro.templates.undefined import StrictUndefined, Undefined


class Dish:
    """Has attributes, an element of another name, and secrets."""

    name = "soup"
    side = None
    _recipe = "secret"

    def __getitem__(self, key):
        return {"price": 9, "name": "element", "side": "bread", 0: "zero"}[key]


class Menu(dict):
    """A dict with an attribute."""

    title = "Tonight"


def generator():
    yield 1


def code():
    return generator


SECRETS = [
    ("soup", "__class__"), (Dish(), "_recipe"), (code, "__globals__"), (code, "__code__"),
    (code.__code__, "co_consts"), (generator(), "gi_frame"), (generator(), "gi_code"),
    (Dish, "mro"), (Dish().__getitem__, "__func__"), ([], "__init__"),
]  # fmt: skip


def test_an_attribute_comes_first():
    """An attribute is found before an element of the same name."""
    assert attribute(Dish(), "name") == "soup"
    assert plain_attribute(Dish(), "name") == "soup"
    assert attribute(Menu(title="element"), "title") == "Tonight"
    assert attribute("soup", "upper")() == "SOUP"
    assert attribute(Dish(), "side") is plain_attribute(Dish(), "side") is None


@pytest.mark.parametrize("look_up", [attribute, plain_attribute])
def test_an_attribute_is_asked_for_once(look_up):
    """To look an attribute up may cost a query: it is done once."""
    asked = []

    class Menu:
        @property
        def price(self):
            asked.append("price")
            return 9

    assert look_up(Menu(), "price") == 9
    assert asked == ["price"]


def test_an_element_comes_second():
    """Without such an attribute it is the element."""
    assert attribute(Dish(), "price") == 9
    assert plain_attribute(Dish(), "price") == 9
    assert attribute({"price": 9}, "price") == 9
    assert plain_attribute({"price": 9}, "price") == 9
    assert attribute(Menu(price=9), "price") == 9


def test_a_dict_keeps_its_methods():
    """An element does not hide a method of dict."""
    assert list(plain_attribute({"items": 1, "a": 2}, "items")()) == [("items", 1), ("a", 2)]
    assert plain_attribute({"a": None}, "a") is None


@pytest.mark.parametrize("look_up", [attribute, plain_attribute, item])
@pytest.mark.parametrize("value", [{"b": 1}, Dish(), "soup", None, 5, [], object()])
def test_what_is_not_there_is_undefined(look_up, value):
    """What is neither there as an attribute nor as an element is an undefined with its name."""
    found = look_up(value, "nowhere")
    assert type(found) is Undefined
    assert str(found) == ""
    with pytest.raises(UndefinedError, match="nowhere"):
        found + 1


@pytest.mark.parametrize("look_up", [attribute, plain_attribute, item])
def test_the_kind_of_undefined_can_be_chosen(look_up):
    """What is not there is of the class that is given."""
    for value in ({}, Dish(), Menu(), "soup"):
        assert type(look_up(value, "nowhere", StrictUndefined)) is StrictUndefined
    assert type(item([], 3, StrictUndefined)) is StrictUndefined


@pytest.mark.parametrize(("value", "name"), SECRETS)
def test_secrets_are_out_of_reach(value, name):
    """What leads into Python's insides cannot be used: that is a SecurityError."""
    for look_up in (attribute, item):
        found = look_up(value, name)
        assert isinstance(found, Undefined)
        with pytest.raises(SecurityError, match=name):
            found()


def test_secrets_are_out_of_reach_for_the_strict():
    """What is out of reach is of the class of undefined that is given, too."""
    found = attribute("soup", "__class__", StrictUndefined)
    assert type(found) is StrictUndefined
    with pytest.raises(SecurityError):
        str(found)
    with pytest.raises(SecurityError):
        str(item("soup", "__class__", StrictUndefined))


def test_an_element_may_have_any_name():
    """An element is no attribute, so its name may begin with an underscore."""
    assert attribute({"_id": 7}, "_id") == 7
    assert item({"_id": 7}, "_id") == 7
    assert item({"__class__": 7}, "__class__") == 7
    assert type(attribute({}, "_id")) is Undefined
    assert type(attribute({}, "_id", StrictUndefined)) is StrictUndefined
    with pytest.raises(SecurityError):
        attribute({"__class__": 7}, "__class__") + 1


@pytest.mark.parametrize("look_up", [attribute, item])
def test_format_is_guarded(look_up):
    """`format` of a text reaches no further than the template itself."""
    assert look_up("{0.name} {1[a]} {x}", "format")(Dish(), {"a": 1}, x=2) == "soup 1 2"
    assert look_up("{x.name}", "format_map")({"x": Dish()}) == "soup"
    with pytest.raises(SecurityError):
        look_up("{0.__class__.__mro__}", "format")(Dish())
    with pytest.raises(SecurityError):
        look_up("{x.__class__.__mro__}", "format_map")({"x": Dish()})
    with pytest.raises(SecurityError):
        look_up(str, "format")("{0.__class__}", Dish())


def test_elements_come_first_in_brackets():
    """In brackets an element is found before an attribute of the same name."""
    assert item(Dish(), "name") == "element"
    assert item({"items": 1}, "items") == 1
    assert item([5, 6], -1) == 6
    assert item("soup", slice(1, 3)) == "ou"
    assert item({None: 1}, None) == 1


def test_an_attribute_comes_second_in_brackets():
    """Without such an element it is the attribute, if the key is text."""
    assert item("soup", "upper")() == "SOUP"
    assert item("soup", Markup("upper"))() == "SOUP"
    assert item(Menu(), "title") == "Tonight"
    assert type(item([], 0)) is Undefined
    assert type(item(5, 0)) is Undefined
    assert type(item({}, None)) is Undefined
    with pytest.raises(UndefinedError, match="'list' has no element 3"):
        item([], 3) + 1


def test_three_errors_mean_that_there_is_no_element():
    """AttributeError, TypeError and LookupError of an element mean that it is not there."""

    class Shy:
        title = "Tonight"

        def __init__(self, error):
            self.error = error

        def __getitem__(self, key):
            raise self.error

    for error in (AttributeError, TypeError, LookupError, KeyError, IndexError):
        assert item(Shy(error), "title") == "Tonight"
        assert type(item(Shy(error), 0)) is Undefined


def test_other_errors_pass():
    """An error that does not say that nothing is there is not taken for that."""

    class Priced:
        @property
        def price(self):
            raise ValueError("no price yet")

    class Counted:
        title = "Tonight"

        def __getitem__(self, key):
            raise ValueError("no such key")

    for look_up in (attribute, plain_attribute, item):
        with pytest.raises(ValueError, match="no price yet"):
            look_up(Priced(), "price")
        with pytest.raises(ValueError, match="no such key"):
            look_up(Counted(), "nowhere")
    for key in ("title", 0):
        with pytest.raises(ValueError, match="no such key"):
            item(Counted(), key)


def test_an_undefined_has_nothing():
    """What is looked up in an undefined value is an error, with that value's name."""
    for look_up in (attribute, plain_attribute, item):
        with pytest.raises(UndefinedError, match="'guest' is undefined"):
            look_up(Undefined("guest"), "name")

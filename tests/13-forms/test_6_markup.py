"""Step 13.6: what comes back."""

from datetime import date, datetime, time

import pytest

from bistro.form_widgets import tag
from bistro.forms import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    FileField,
    Form,
    IntegerField,
    MultipleChoiceField,
    PasswordField,
    TextField,
    TimeField,
)
from bistro.multidict import MultiDict
from bistro.templates.escape import Markup

ATTACKS = (
    '"><script>alert(1)</script>',
    "' onfocus='alert(1)",
    "</textarea><b>",
    "<!--",
    "&quot;&#34;&amp;",
    "{{ 7*7 }}",
    "\u2028",
)


def test_an_element(read):
    """An element has its name, its attributes and its content."""
    html = tag("a", {"href": "/menu", "id": "x"}, "The ", "menu")
    (element,) = read(html)
    assert (element.tag, element.attrs) == ("a", {"href": "/menu", "id": "x"})
    assert element.text == "The menu"
    assert isinstance(html, Markup)


def test_attributes_that_are_not_there(read):
    """None and False leave an attribute away, True gives it no value; "", 0 and 1 are values."""
    attributes = {"required": True, "checked": False, "min": None, "value": "", "max": 0, "size": 1}
    (element,) = read(tag("input", attributes))
    assert element.attrs == {"required": True, "value": "", "max": "0", "size": "1"}


def test_an_input_has_no_end():
    """An `input` has no end tag and no content."""
    assert "</" not in tag("input", {})
    assert tag("p", {}).endswith("</p>")


def test_values_of_attributes_are_escaped(read):
    """Whatever the value of an attribute is, it comes back as it was, and nothing else does."""
    for attack in ATTACKS:
        (element,) = read(tag("input", {"value": attack}))
        assert element.attrs == {"value": attack}


def test_markup_in_an_attribute_is_text(read):
    """Even `Markup` is escaped in an attribute: a tag in a value is only characters there."""
    (element,) = read(tag("input", {"value": Markup('<b class="x">&amp;</b>')}))
    assert element.attrs == {"value": '<b class="x">&amp;</b>'}


def test_content_is_escaped(read):
    """Content comes back as it was; only `Markup` may bring elements with it."""
    for attack in ATTACKS:
        (element,) = read(tag("p", {}, attack))
        assert element.text == attack
    inner = tag("b", {}, "<i>")
    paragraph, bold = read(tag("p", {}, "1 < 2 ", inner))
    assert (paragraph.text, bold.text) == ("1 < 2 <i>", "<i>")


def test_nothing_is_escaped_twice():
    """What `tag` returns is put into another element as it is."""
    assert str(tag("p", {}, tag("b", {}, "&"))) == "<p><b>&amp;</b></p>"


def test_names_of_attributes():
    """A name that is no attribute's is refused with `ValueError`, since it can't be escaped."""
    for name in ("onclick=x", "a b", "", "x>", 'x"', "1a", "a\n", "-x", "a/b", "é"):
        with pytest.raises(ValueError, match="attribute"):
            tag("input", {name: "x"})
        with pytest.raises(ValueError, match="attribute"):
            tag("input", {name: None})
    assert "aria-label" in tag("input", {"aria-label": "x"})


def bound(field, *sent, **options):
    """The field `it` of a form that has no other, to which these texts were sent, if any."""
    if sent:
        options["data"] = MultiDict([("it", text) for text in sent])
    return type("One", (Form,), {"it": field})(**options)["it"]


def test_what_was_typed():
    """What was typed is shown as it was typed: not stripped, not converted, not corrected."""
    for text in (" Ada ", "forty", "007", "", *ATTACKS):
        assert bound(CharField(), text).values == [text]
        assert bound(IntegerField(), text).values == [text]
    assert bound(TextField(), "a\r\nb").values == ["a\r\nb"]
    assert bound(MultipleChoiceField(["a"]), "a", "b").values == ["a", "b"]


def test_what_can_not_be_shown():
    """What is in no text is shown as U+FFFD: half a surrogate pair can't even be sent."""
    shown = bound(CharField(), "A\0da \ud800 \x1b[2J").values
    assert shown == ["A\ufffdda \ufffd \ufffd[2J"]
    assert shown[0].encode()


def test_what_was_sent_is_no_markup():
    """What was sent is text, also if it comes as `Markup`."""
    (value,) = bound(CharField(), Markup("<b>")).values
    assert type(value) is str


def test_to_begin_with():
    """A form to be filled in shows the initial value, as the text that stands for it."""
    assert bound(IntegerField(initial=0)).values == ["0"]
    assert bound(CharField(initial="Ada")).values == ["Ada"]
    assert bound(DateField(initial=date(2030, 1, 2))).values == ["2030-01-02"]
    assert bound(TimeField(initial=time(18, 30))).values == ["18:30"]
    assert bound(DateTimeField(initial=datetime(2030, 1, 2, 18, 30))).values == ["2030-01-02T18:30"]
    assert bound(BooleanField(initial=True)).values == ["on"]
    assert bound(CharField()).values == []


def test_several_to_begin_with():
    """Several initial values are several texts."""
    field = MultipleChoiceField([(1, "a"), (2, "b")], initial=[1, 2])
    assert bound(field).values == ["1", "2"]
    for initial in ((2,), {2}, frozenset([2])):
        assert bound(MultipleChoiceField([2]), initial={"it": initial}).values == ["2"]
    assert bound(MultipleChoiceField([2], initial=[])).values == []


def test_the_forms_initial_value():
    """The form's `initial` goes before the field's, also where it says None."""
    assert bound(IntegerField(initial=2), initial={"it": 4}).values == ["4"]
    assert bound(IntegerField(initial=2), initial={"other": 4}).values == ["2"]
    assert bound(IntegerField(initial=2), initial={"it": None}).values == []
    assert bound(IntegerField(), initial={"it": 4}, prefix="b").values == ["4"]


def test_an_initial_value_that_changes():
    """An initial value may be a function, which is asked each time."""
    numbers = iter([1, 2])
    it = bound(IntegerField(initial=lambda: next(numbers)))
    assert [it.values, it.values] == [["1"], ["2"]]
    assert bound(IntegerField(), initial={"it": lambda: [3, 4]}).values == ["3", "4"]


def test_what_was_sent_goes_before():
    """What was sent is shown, even nothing, and no initial value in its place."""
    assert bound(CharField(initial="Ada"), "").values == [""]
    form = type("Two", (Form,), {"a": CharField(initial="A"), "b": CharField(initial="B")})
    assert form({"a": "x"})["b"].values == []


def test_what_is_never_shown():
    """A password and a file are never sent back, nor is an initial value of theirs."""
    for field in (PasswordField(initial="x"), FileField(initial="x")):
        assert bound(field).values == []
        assert bound(type(field)(), "secret").values == []
    assert bound(CharField(), "x").values == ["x"]

"""Step 11.1: five characters, and text that is safe already."""

import pytest

from bistro.templates.escape import Markup, text

ATTACK = "<script>alert('\"&\"')</script>"
ESCAPED = "&lt;script&gt;alert(&#39;&#34;&amp;&#34;&#39;)&lt;/script&gt;"


class Bold:
    """Something that knows its HTML."""

    def __html__(self):
        return "<b>it</b>"

    def __str__(self):
        return "not this"


class Loud(str):
    """Text of a class of its own, which shows itself otherwise."""

    def __str__(self):
        return "<" + self.upper() + ">"


class Dish:
    def __str__(self):
        return "soup & <tart>"


def plain_add(markup, other):
    """`markup + other`, of which nothing but the method is in the way."""
    return markup + other


@pytest.mark.parametrize(
    ("character", "reference"),
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")],
)
def test_each_of_the_five_becomes_a_reference(character, reference):
    """Each of the five characters is written as its character reference, wherever it stands."""
    assert text(character) == reference
    assert text(f"a{character}b{character}") == f"a{reference}b{reference}"


def test_all_else_stays():
    """Text without the five characters stays as it is."""
    assert text("") == ""
    assert text("Zoë, soup; 5 €\n") == "Zoë, soup; 5 €\n"
    assert text("a=b/c`d{e}\0") == "a=b/c`d{e}\0"


def test_an_attack_is_harmless():
    """No tag and no quote is left of an attack."""
    assert text(ATTACK) == ESCAPED


def test_what_is_escaped_once_is_text_again():
    """A plain text that looks escaped is escaped as any other: `&` always becomes `&amp;`."""
    assert text("&lt;") == "&amp;lt;"
    assert text("&amp;&") == "&amp;amp;&amp;"


def test_markup_is_not_escaped_again():
    """Markup comes back as it is, as a plain str."""
    assert text(Markup("<b>&amp;</b>")) == "<b>&amp;</b>"
    assert type(text(Markup("<b>"))) is str


def test_what_knows_its_html_is_asked():
    """What has `__html__` is not escaped: what the method returns is taken, as a plain str."""
    assert text(Bold()) == "<b>it</b>"
    assert type(text(Bold())) is str


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, "7"), (-1.5, "-1.5"), (None, "None"), (True, "True"), (10**30, "1" + "0" * 30),
     (float("inf"), "inf"), (["<", 1], "[&#39;&lt;&#39;, 1]"), (b"<", "b&#39;&lt;&#39;")],
)  # fmt: skip
def test_other_values_are_turned_into_text(value, expected):
    """Any other value is turned into text by str, and that is escaped."""
    assert text(value) == expected
    assert type(text(value)) is str


def test_what_str_makes_of_an_object_is_escaped():
    """An object's text comes from str, also for a class of text, and the result is a plain str."""
    assert text(Dish()) == "soup &amp; &lt;tart&gt;"
    assert text(Loud("a&b")) == "&lt;A&amp;B&gt;"
    assert type(text(Loud("a"))) is str


def test_a_number_of_a_class_of_its_own_is_any_value():
    """Only `int` and `float` themselves are sure to be harmless; what derives from them is not."""

    class Price(int):
        def __str__(self):
            return "<5>"

    class Weight(float):
        def __html__(self):
            return "<b>kg</b>"

    assert text(Price(5)) == "&lt;5&gt;"
    assert text(Weight(5)) == "<b>kg</b>"


def test_what_str_gives_is_plain_text():
    """The text that `str` gives may be Markup: it is escaped all the same, and once."""

    class Note:
        def __str__(self):
            return Markup("<&>")

    assert text(Note()) == "&lt;&amp;&gt;"
    assert type(text(Note())) is str


def test_an_error_passes():
    """What `str(value)` or `value.__html__()` raises passes."""

    class Broken:
        def __str__(self):
            raise KeyError("name")

    class Unfinished:
        def __html__(self):
            raise AttributeError("no picture")

    with pytest.raises(KeyError):
        text(Broken())
    with pytest.raises(AttributeError, match="no picture"):
        text(Unfinished())


def test_what_is_added_to_markup_is_escaped():
    """Text that is added to Markup is escaped, and the result is Markup."""
    result = plain_add(Markup("<b>"), ATTACK)
    assert result == "<b>" + ESCAPED
    assert type(result) is Markup


def test_markup_and_markup():
    """Markup, or what knows its HTML, is added as it is."""
    assert plain_add(Markup("<b>"), Markup("<i>")) == "<b><i>"
    assert plain_add(Markup("<b>"), Bold()) == "<b><b>it</b>"
    assert type(plain_add(Markup("<b>"), Bold())) is Markup


def test_a_class_of_its_own_stays():
    """The result is of the class of the Markup that was added to, or joined with."""

    class Card(Markup):
        pass

    assert type(plain_add(Card("<b>"), "x")) is Card
    assert type(Card(", ").join(["x", Markup("y")])) is Card


@pytest.mark.parametrize("other", [5, None, b"x", ["x"], object()])
def test_only_text_can_be_added(other):
    """What is no text cannot be added: TypeError, as with any str."""
    with pytest.raises(TypeError):
        plain_add(Markup("<b>"), other)


def test_another_class_may_take_over():
    """For what it cannot add, Markup leaves the word to the other operand."""

    class Other:
        def __radd__(self, other):
            return f"right of {other}"

    assert plain_add(Markup("<b>"), Other()) == "right of <b>"


def test_what_is_joined_is_escaped():
    """`join` escapes the parts, not what stands between them, and gives Markup."""
    result = Markup("<br>").join(["a&b", Markup("<i>"), "'"])
    assert result == "a&amp;b<br><i><br>&#39;"
    assert type(result) is Markup


def test_anything_can_be_joined():
    """The parts of `join` need not be text, and may come one by one."""
    assert Markup(", ").join(iter([1, None, Bold(), Dish()])) == (
        "1, None, <b>it</b>, soup &amp; &lt;tart&gt;"
    )
    assert Markup(", ").join([]) == ""
    assert type(Markup(", ").join([])) is Markup
    assert Markup("<br>").join(["<"]) == "&lt;"

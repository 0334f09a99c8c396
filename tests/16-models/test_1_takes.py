"""Step 16.1: what a field takes."""

import pytest

from bistro.orm.expressions import F
from bistro.orm.fields import BooleanField, CharField, Field, TextField


class Upper(Field):
    """A field whose values are texts in capitals; it stores them with a mark."""

    takes = "a shout"

    def convert(self, value):
        if value == "divide":
            return 1 / 0
        return str.upper(value)

    def check(self, value):
        if value == "QUIET":
            raise ValueError("nothing is to be heard")
        return f"{value}!"


def named(field, name):
    """The field as a class has it that gives it this name."""
    field.__set_name__(Upper, name)
    return field


def test_convert_is_asked():
    """A value is what `convert` of the field makes of it."""
    assert Upper().prepare("soup") == "SOUP"


def test_none_is_left_alone():
    """None stays None: neither `convert` nor `check` nor the choices see it."""
    assert Upper().prepare(None) is None
    assert Upper().store(None) is None
    assert CharField(max_length=3, choices=[("a", "A")]).store(None) is None
    assert CharField(max_length=3, default="a").store(None) is None


def test_what_is_false():
    """What is false in Python, such as 0 and an empty text, is a value as any other."""
    assert BooleanField().prepare(0) is False
    assert BooleanField().store(False) is False
    assert Upper().prepare("") == ""
    assert Upper().store("") == "!"


@pytest.mark.parametrize("value", [5, "divide", b"soup"])
def test_what_is_refused(value):
    """What `convert` fails at is a `ValueError` that says which field it is, and what it takes."""
    with pytest.raises(ValueError, match=r"^word takes a shout, not ") as caught:
        named(Upper(), "word").prepare(value)
    assert caught.type is ValueError


@pytest.mark.parametrize("error", [ValueError, TypeError, OverflowError, ZeroDivisionError])
def test_each_kind_of_refusal(error):
    """A value error, a type error and an error of arithmetic are one for who asks."""

    class Failing(Field):
        def convert(self, value):
            raise error("from inside")

    with pytest.raises(ValueError, match="takes a value") as caught:
        Failing().prepare("x")
    assert caught.type is ValueError
    assert "from inside" not in str(caught.value)


def test_other_errors_pass():
    """An error of another kind is a fault of the program, and passes through."""

    class Broken(Field):
        def convert(self, value):
            raise KeyError(value)

    with pytest.raises(KeyError):
        Broken().prepare("x")


def test_an_expression_is_no_value():
    """An expression is refused: as a text, it would be stored as what Python shows of it."""
    for field in (TextField(), BooleanField(), Field()):
        with pytest.raises(ValueError, match="takes"):
            field.prepare(F("price"))


def test_a_huge_value():
    """The error about a value of a million characters is a short one."""

    class Never(Field):
        def convert(self, value):
            raise ValueError

    with pytest.raises(ValueError, match="takes") as caught:
        Never().prepare("x" * 1_000_000)
    assert len(str(caught.value)) < 200


def test_what_is_stored():
    """What is stored is the value that was prepared, as `check` returns it."""
    assert Upper().store("soup") == "SOUP!"


def test_check_refuses():
    """What `check` refuses can be compared with, but not be stored."""
    assert Upper().prepare("quiet") == "QUIET"
    with pytest.raises(ValueError, match="nothing is to be heard"):
        Upper().store("quiet")


def test_choices():
    """With choices, one of their values has to come out; the error names the field."""
    field = named(CharField(max_length=9, choices=[("new", "New"), ("paid", "Paid")]), "state")
    assert field.store("paid") == "paid"
    with pytest.raises(ValueError, match=r"^state takes one of \['new', 'paid'\], not 'Paid'$"):
        field.store("Paid")
    assert field.prepare("Paid") == "Paid"


def test_a_choice_of_another_type():
    """A choice is a value, not what Python writes of it: "1" is no 1."""
    field = Field(choices=[(1, "One"), (2, "Two")])
    assert field.store(1) == 1
    with pytest.raises(ValueError, match=r"takes one of \[1, 2\], not '1'$"):
        field.store("1")


def test_choices_come_last():
    """The choices are compared with what is stored, not with what was given."""
    field = Upper(choices=[("SOUP!", "Soup")])
    assert field.store("soup") == "SOUP!"
    with pytest.raises(ValueError, match="takes one of"):
        field.store("tart")


def test_no_choices_at_all():
    """A field with an empty list of choices takes nothing."""
    with pytest.raises(ValueError, match="takes one of"):
        TextField(choices=[]).store("new")


def test_a_choice_of_a_million_characters():
    """The error about a huge text that is no choice is a short one."""
    with pytest.raises(ValueError, match="takes one of") as caught:
        TextField(choices=[("new", "New")]).store("x" * 1_000_000)
    assert len(str(caught.value)) < 200


def test_the_length_of_a_text():
    """A text of `max_length` characters fits; one more does not, and nothing is cut."""
    field = named(CharField(max_length=4), "name")
    assert field.store("Soup") == "Soup"
    with pytest.raises(ValueError, match="name takes 4 characters at most, and has 5"):
        field.store("Soups")


def test_a_text_stays_as_it_is():
    """What fits is stored to the letter, blanks and the empty text included."""
    for text in ("", " a ", "a\n", "Soup"):
        assert CharField(max_length=4).check(text) == text
        assert CharField(max_length=4).store(text) == text


def test_a_field_of_ones_own():
    """A field made of another is asked: no short way of its parent goes past its own rules."""

    class Word(CharField):
        def convert(self, value):
            return super().convert(value).lower()

        def check(self, value):
            if " " in value:
                raise ValueError("one word, please")
            return super().check(value)

    word = Word(max_length=9)
    for store in (word.store, word.column().store):
        assert store("SOUP") == "soup"
        for text, said in (("a soup", "one word"), ("x" * 10, "9 characters")):
            with pytest.raises(ValueError, match=said):
                store(text)


def test_characters_are_counted():
    """Characters count, not bytes: four of them may take sixteen bytes."""
    assert CharField(max_length=4).check("🍜🍜🍜🍜") == "🍜🍜🍜🍜"


def test_a_long_text_can_be_asked_for():
    """A text that is too long is a value to compare with: nothing is equal to it, and no error."""
    field = CharField(max_length=4)
    assert field.prepare("Soup of the day") == "Soup of the day"
    with pytest.raises(ValueError, match="4 characters"):
        field.store("Soup of the day")

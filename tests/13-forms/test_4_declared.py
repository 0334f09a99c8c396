"""Step 13.4: fields on a class."""

import pytest

from bistro.forms import CharField, Form, IntegerField, TextField


def test_fields_in_their_order():
    """The fields of a class are collected in the order in which they are declared."""

    class Booking(Form):
        name = CharField()
        guests = IntegerField()
        about = TextField()

    assert list(Booking.fields) == ["name", "guests", "about"]
    assert Booking.fields["guests"] is Booking.guests


def test_only_fields_are_fields():
    """Methods, values and annotations of the class are no fields."""

    class Booking(Form):
        title = "Book a table"
        name = CharField()
        limits: tuple = (1, 12)

        def clean_name(self, value):
            return value

    assert list(Booking.fields) == ["name"]


def test_the_fields_are_fixed():
    """All guests share the fields of a class, so neither they nor the mapping can be changed."""

    class Booking(Form):
        name = CharField()

    with pytest.raises(TypeError):
        Booking.fields["role"] = CharField()
    with pytest.raises(AttributeError):
        Booking.fields["name"].required = False
    assert Booking.fields["name"].required


def test_fields_are_inherited():
    """The fields of a base class come first; the base gets none of the subclass's."""

    class Booking(Form):
        name = CharField()
        guests = IntegerField()

    class Party(Booking):
        wishes = TextField()

    assert list(Party.fields) == ["name", "guests", "wishes"]
    assert list(Booking.fields) == ["name", "guests"]
    assert list(Form.fields) == []


def test_a_field_declared_again():
    """A field that is declared again keeps its place."""

    class Booking(Form):
        name = CharField()
        guests = IntegerField()

    class Large(Booking):
        phone = CharField()
        name = CharField(max_length=80)

    assert list(Large.fields) == ["name", "guests", "phone"]
    assert Large.fields["name"].max_length == 80
    assert Booking.fields["name"].max_length == 1_000


def test_a_field_is_dropped():
    """A name that a subclass sets to None is no field there, nor below."""

    class Booking(Form):
        name = CharField()
        guests = IntegerField()

    class Anonymous(Booking):
        name = None
        phone = None

    class Short(Anonymous):
        day = CharField()

    assert list(Anonymous.fields) == ["guests"]
    assert list(Short.fields) == ["guests", "day"]


def test_several_bases():
    """Of several bases the one that Python finds first has the last word."""

    class Named(Form):
        name = CharField(max_length=10)

    class Dated(Form):
        day = CharField()
        name = CharField(max_length=20)

    class Booking(Named, Dated):
        guests = IntegerField()

    assert list(Booking.fields) == ["day", "name", "guests"]
    assert Booking.fields["name"] is Named.fields["name"]


def test_what_one_of_two_ways_drops():
    """What the first of two subclasses drops is dropped, though the other still has it."""

    class Base(Form):
        name = CharField()
        day = CharField()

    class Anonymous(Base):
        name = None

    class Other(Base):
        pass

    class Both(Anonymous, Other):
        pass

    assert list(Both.fields) == ["day"]


def test_a_mixin():
    """A base that is no form gives its fields, too."""

    class Contact:
        mail = CharField()

    class Booking(Contact, Form):
        name = CharField()

    assert set(Booking.fields) == {"mail", "name"}


def test_made_by_type():
    """A class can be made without a class statement, of fields from anywhere."""
    made = type("Made", (Form,), {"name": CharField(), "guests": IntegerField()})
    assert list(made.fields) == ["name", "guests"]


def test_names_that_are_taken():
    """A name of the form's own is no name for a field: it would hide how a form is asked."""
    for name in ("data", "errors", "is_valid", "clean", "fields", "csrf_token", "prefix"):
        with pytest.raises(TypeError) as caught:
            type("Wrong", (Form,), {name: CharField()})
        assert name in str(caught.value)
    assert list(type("Right", (Form,), {"date": CharField()}).fields) == ["date"]


def test_names_with_an_underscore():
    """A name that begins with `_` is no name for a field."""
    for name in ("_data", "_private", "__class", "__dict"):
        with pytest.raises(TypeError):
            type("Wrong", (Form,), {name: CharField()})


def test_one_field_under_two_names():
    """One object can't be declared under two names, since it knows its own."""
    shared = CharField()

    class Booking(Form):
        name = shared

    class Party(Form):
        name = shared

    assert list(Party.fields) == ["name"]
    with pytest.raises(TypeError) as caught:

        class Wrong(Form):
            host = shared

    assert "name" in str(caught.value)


def test_options_of_a_class():
    """Options in the class statement are passed on to the next class that wants them."""

    class Titled:
        def __init_subclass__(cls, title="", **options):
            super().__init_subclass__(**options)
            cls.title = title

    class Booking(Form, Titled, title="Book a table"):
        name = CharField()

    assert (Booking.title, list(Booking.fields)) == ("Book a table", ["name"])

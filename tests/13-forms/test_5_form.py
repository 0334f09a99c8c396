"""Step 13.5: all of it at once."""

import pytest

from bistro.forms import CharField, DateField, Form, IntegerField, ValidationError
from bistro.multidict import MultiDict

GOOD = {"name": "Ada", "guests": "4"}


@pytest.fixture
def booking():
    """A form of a name and a number of guests."""

    class Booking(Form):
        name = CharField(max_length=10)
        guests = IntegerField(min_value=1, max_value=12)

    return Booking


def test_what_is_right(booking):
    """A form without a mistake is valid, and has the values, each of its type."""
    form = booking(MultiDict([("name", " Ada "), ("guests", "4")]))
    assert form.is_valid() is True
    assert form.data == {"name": "Ada", "guests": 4}
    assert form.errors == {}


def test_what_is_wrong(booking):
    """A form with a mistake is not valid; `errors` has the messages, by the field's name."""
    form = booking({"name": "Ada", "guests": "forty"})
    assert form.is_valid() is False
    assert form.errors == {"guests": ["Enter a whole number."]}
    assert form.data == {"name": "Ada"}


def test_all_mistakes_at_once(booking):
    """A guest is told all mistakes at once, not one after the other."""
    form = booking({"name": "x" * 11, "guests": "0"})
    assert form.errors == {"name": ["Use at most 10 characters."], "guests": ["The least is 1."]}
    assert form.data == {}


def test_nothing_was_sent(booking):
    """A form to which nothing was sent is not valid, and has no mistakes."""
    form = booking()
    assert form.is_valid() is False
    assert (form.data, form.errors) == ({}, {})


def test_an_empty_form_was_sent(booking):
    """A form that was sent empty was sent: what is required is missing."""
    form = booking({})
    assert form.is_valid() is False
    assert list(form.errors) == ["name", "guests"]


def test_nothing_but_what_is_declared(booking):
    """What a guest sends besides is not in `data`, whatever it is called."""
    more = {"is_staff": "1", "id": "7", "__class__": "x", "fields": "x", "_data": "x", "clean": "x"}
    form = booking({**more, **GOOD})
    assert form.is_valid()
    assert form.data == {"name": "Ada", "guests": 4}


def test_a_method_for_a_field(booking):
    """`clean_<name>` is given the field's value, and returns the one for `data`."""

    class Own(booking):
        def clean_guests(self, value):
            return value + 1

        def clean_name(self, value):
            return None

    form = Own(GOOD)
    assert form.is_valid()
    assert form.data == {"name": None, "guests": 5}


def test_a_method_for_what_is_empty(booking):
    """`clean_<name>` is given what is empty, too, if the field takes it."""

    class Own(booking):
        about = CharField(required=False)

        def clean_about(self, value):
            return value or "nothing"

    assert Own(GOOD).data["about"] == "nothing"
    assert Own({**GOOD, "about": "me"}).data["about"] == "me"


def test_a_method_that_refuses(booking):
    """What `clean_<name>` refuses is the field's mistake."""

    class Own(booking):
        def clean_name(self, value):
            raise ValidationError("Not you.", "Not again.")

    form = Own(GOOD)
    assert form.errors == {"name": ["Not you.", "Not again."]}
    assert form.data == {"guests": 4}


def test_a_method_for_right_values_only(booking):
    """`clean_<name>` is not called when the field itself has refused."""

    class Own(booking):
        def clean_guests(self, value):
            return 100 // value

    assert Own({**GOOD, "guests": "none"}).errors == {"guests": ["Enter a whole number."]}
    assert Own({**GOOD, "guests": "0"}).errors == {"guests": ["The least is 1."]}


def test_a_method_knows_the_fields_before(booking):
    """In `clean_<name>` the values of the fields before are in `data`."""

    class Own(booking):
        def clean_guests(self, value):
            return (self.data["name"], value)

    assert Own(GOOD).data["guests"] == ("Ada", 4)


def test_across_fields(booking):
    """`clean` finds all values in `data`; what it raises is the form's mistake, under None."""

    class Own(booking):
        def clean(self):
            if self.data["name"] == "Ada" and self.data["guests"] == 4:
                raise ValidationError("Ada comes alone.")

    form = Own(GOOD)
    assert not form.is_valid()
    assert form.errors == {None: ["Ada comes alone."]}
    assert Own({**GOOD, "guests": "1"}).is_valid()


def test_across_right_fields_only(booking):
    """`clean` is called only if every field is right, so nothing is missing from `data`."""
    called = []

    class Own(booking):
        def clean_name(self, value):
            if value == "Bob":
                raise ValidationError("Not you.")
            return value

        def clean(self):
            called.append(self.data["name"])

    Own({"name": "Ada", "guests": "none"}).is_valid()
    Own({"name": "Bob", "guests": "4"}).is_valid()
    assert called == []
    assert Own(GOOD).is_valid()
    assert called == ["Ada"]


def test_adding_an_error(booking):
    """`add_error` adds to what is said of a field, whose value then is not in `data`."""

    class Own(booking):
        def clean(self):
            self.add_error("guests", "Not on Mondays.")
            self.add_error("guests", ValidationError("Really.", "Not."))
            self.add_error(None, "Closed.")

    form = Own(GOOD)
    assert not form.is_valid()
    assert form.errors == {"guests": ["Not on Mondays.", "Really.", "Not."], None: ["Closed."]}
    assert form.data == {"name": "Ada"}


def test_adding_an_error_for_another_field(booking):
    """A method may find a mistake in another field, before or behind its own, or in its own."""

    class Own(booking):
        day = DateField()

        def clean_guests(self, value):
            for name in ("name", "guests", "day"):
                self.add_error(name, "Wrong.")
            return value

        def clean(self):
            raise AssertionError("something is wrong already")

    form = Own({**GOOD, "day": "2030-01-01"})
    assert form.errors == {"name": ["Wrong."], "guests": ["Wrong."], "day": ["Wrong."]}
    assert form.data == {}
    assert Own(GOOD).errors["day"] == ["Wrong.", "This field is required."]


def test_a_method_may_refuse_the_form(booking):
    """If a method finds the form as a whole wrong, `clean` is not called any more."""

    class Own(booking):
        def clean_guests(self, value):
            self.add_error(None, "Closed.")
            return value

        def clean(self):
            raise AssertionError("something is wrong already")

    assert Own(GOOD).errors == {None: ["Closed."]}


def test_one_error_for_many_guests(booking):
    """One error may be raised for guest after guest: its messages stay as they are."""
    full = ValidationError("Full.")

    class Own(booking):
        def clean_guests(self, value):
            raise full

    for _ in range(2):
        form = Own(GOOD)
        form.add_error("guests", "Sorry.")
        assert form.errors == {"guests": ["Full.", "Sorry."]}
    assert full.messages == ["Full."]


def test_fields_for_one_guest(booking):
    """The fields are the form's own, if it was given some, and not those of the class."""
    form = booking({**GOOD, "card": "7"})
    form.fields = {**form.fields, "card": IntegerField()}
    del form.fields["guests"]
    assert form.data == {"name": "Ada", "card": 7}
    assert booking(GOOD).data == {"name": "Ada", "guests": 4}


def test_adding_an_error_afterwards(booking):
    """An error can be added when the form was right: the table is gone meanwhile."""
    form = booking(GOOD)
    assert form.is_valid()
    form.add_error(None, "That table is gone.")
    assert not form.is_valid()
    assert form.errors == {None: ["That table is gone."]}
    assert form.data == {"name": "Ada", "guests": 4}


def test_adding_an_error_first(booking):
    """An error that is added before anything is asked comes on top of what is wrong."""
    form = booking({"name": "Ada", "guests": "none"})
    form.add_error("guests", "Not today.")
    assert form.errors == {"guests": ["Enter a whole number.", "Not today."]}


def test_an_error_for_no_field(booking):
    """An error for a field that there is not is our mistake, a `KeyError` that has the name."""
    form = booking(GOOD)
    assert form.is_valid()
    with pytest.raises(KeyError) as caught:
        form.add_error("table", "Taken.")
    assert "table" in str(caught.value)
    assert form.errors == {}


def test_checked_once(booking):
    """However often a form is asked, it is checked once; `full_clean` checks it anew."""
    calls = []

    class Own(booking):
        def clean(self):
            calls.append(self.data)
            raise ValidationError("No.")

    form = Own(GOOD)
    for _ in range(3):
        form.is_valid(), form.data, form.errors
    assert len(calls) == 1
    form.full_clean()
    assert form.errors == {None: ["No."]}
    assert len(calls) == 2


def test_methods_of_a_form_to_be_filled_in(booking):
    """No method is called in a form to which nothing was sent."""

    class Own(booking):
        def clean_name(self, value):
            raise AssertionError("nothing was sent")

        def clean(self):
            raise AssertionError("nothing was sent")

    for form in (Own(), Own(initial=GOOD)):
        assert (form.is_valid(), form.errors, form.data) == (False, {}, {})


def test_mistakes_of_ours(booking):
    """An error that is no `ValidationError` is a mistake in the program, and not caught."""

    class Whole(booking):
        def clean(self):
            raise ValueError("ours")

    class One(booking):
        def clean_name(self, value):
            raise ValueError("ours")

    for wrong in (Whole, One):
        with pytest.raises(ValueError, match="ours"):
            wrong(GOOD).is_valid()


def test_two_forms_on_one_page(booking):
    """With a prefix, a form reads only what was sent under it."""
    sent = {"a-name": "Ada", "a-guests": "4", "b-name": "Bob", "name": "Eve", "guests": "2"}
    assert booking(sent, prefix="a").data == {"name": "Ada", "guests": 4}
    assert booking(sent, prefix="b").data == {"name": "Bob"}


def test_two_guests(booking):
    """What one guest sent is nothing to another's form of the same class."""
    first, second = booking({"name": "Ada", "guests": "x"}), booking(GOOD)
    assert (first.is_valid(), second.is_valid()) == (False, True)
    assert (first.data, second.data) == ({"name": "Ada"}, {"name": "Ada", "guests": 4})
    assert booking().errors == {}

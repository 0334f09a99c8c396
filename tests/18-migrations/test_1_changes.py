"""Step 18.1: a change of models as data."""

import pytest

from bistro.orm.fields import BooleanField, CharField, IntegerField, TextField
from bistro.orm.migrations import (
    AddField,
    MigrationError,
    ModelState,
    RemoveField,
    RenameField,
    State,
)


def card():
    """Two models as data."""
    fields = {"name": CharField(max_length=20), "cents": IntegerField(), "about": TextField()}
    dish = ModelState("Dish", fields, "dish", [("name", "cents")], [("cents", "about"), ("about",)])
    guest = ModelState("Guest", {"name": TextField()}, "guest", [("name",)], [("name",)])
    return State({"Dish": dish, "Guest": guest})


def test_a_field_comes():
    """A field that is added stands behind the others, and is the one that was given."""
    state, vegan = card(), BooleanField(default=False)
    AddField("Dish", "vegan", vegan).change(state)
    assert list(state.models["Dish"].fields) == ["name", "cents", "about", "vegan"]
    assert state.models["Dish"].fields["vegan"] is vegan
    assert list(state.models["Guest"].fields) == ["name"]


def test_a_field_that_is_there():
    """A field can't be added where there is one of that name, and that one stays."""
    state = card()
    was = state.models["Dish"].fields["name"]
    with pytest.raises(MigrationError) as caught:
        AddField("Dish", "name", TextField()).change(state)
    assert "Dish" in str(caught.value)
    assert "name" in str(caught.value)
    assert state.models["Dish"].fields["name"] is was


def test_a_model_that_is_not_there():
    """A field can't be added, nor renamed, in a model that is not there."""
    for operation in (AddField("Tabel", "name", TextField()), RenameField("Tabel", "name", "x")):
        with pytest.raises(MigrationError) as caught:
            operation.change(card())
        assert "Tabel" in str(caught.value)


def test_what_undoes_a_removal():
    """To undo a removal is to add the very field that was there before."""
    before = card()
    inverse = RemoveField("Dish", "cents").inverse(before)
    assert isinstance(inverse, AddField)
    assert (inverse.model, inverse.name) == ("Dish", "cents")
    assert inverse.field is before.models["Dish"].fields["cents"]
    assert list(before.models["Dish"].fields) == ["name", "cents", "about"]


def test_a_removal_in_a_model_that_is_not_there():
    """A removal from a model that is not there, or of such a field, can't be undone."""
    for model, name in (("Tabel", "name"), ("Dish", "nmae")):
        with pytest.raises(MigrationError) as caught:
            RemoveField(model, name).inverse(card())
        assert (name if model == "Dish" else model) in str(caught.value)


def test_there_and_back():
    """A change, and then its inverse, leaves the fields that there were."""
    for operation in (
        RemoveField("Dish", "about"),
        AddField("Dish", "vegan", BooleanField()),
        RenameField("Dish", "cents", "price"),
    ):
        state = card()
        before = dict(state.models["Dish"].fields)
        inverse = operation.inverse(state.copy())
        operation.change(state)
        assert state.models["Dish"].fields != before
        inverse.change(state)
        assert state.models["Dish"].fields == before


def test_a_new_name():
    """A field with a new name is the same field, in the same place."""
    state = card()
    was = state.models["Dish"].fields["cents"]
    RenameField("Dish", "cents", "price").change(state)
    assert list(state.models["Dish"].fields) == ["name", "price", "about"]
    assert state.models["Dish"].fields["price"] is was


def test_a_new_name_in_the_options():
    """Where constraints and indexes have the field, they have its new name; others stay."""
    state = card()
    RenameField("Dish", "cents", "price").change(state)
    dish = state.models["Dish"]
    assert dish.unique_together == [("name", "price")]
    assert dish.indexes == [("price", "about"), ("about",)]


def test_a_name_in_a_name():
    """A name that begins or ends like the old one stays, and so does the order of the options."""
    names = ("cents", "cents_before", "new_cents")
    pairs = [("new_cents", "cents"), ("cents", "cents_before")]
    model = ModelState("Dish", {name: IntegerField() for name in names}, "dish", pairs, pairs)
    RenameField("Dish", "cents", "price").change(State({"Dish": model}))
    assert list(model.fields) == ["price", "cents_before", "new_cents"]
    assert model.unique_together == [("new_cents", "price"), ("price", "cents_before")]
    assert model.indexes == model.unique_together


def test_a_new_name_concerns_one_model():
    """Another model's field of the same name keeps it, and so do its options."""
    state = card()
    RenameField("Dish", "name", "title").change(state)
    guest = state.models["Guest"]
    assert (list(guest.fields), guest.unique_together, guest.indexes) == (
        ["name"],
        [("name",)],
        [("name",)],
    )


def test_a_copy_changes_alone():
    """What is changed in a copy of a state, is as it was in the state."""
    state = card()
    copy = state.copy()
    RenameField("Dish", "cents", "price").change(copy)
    AddField("Dish", "vegan", BooleanField()).change(copy)
    dish = state.models["Dish"]
    assert list(dish.fields) == ["name", "cents", "about"]
    assert (dish.unique_together, dish.indexes[0]) == ([("name", "cents")], ("cents", "about"))


def test_a_name_that_is_taken():
    """A field can't get the name of another: one of the two would be lost."""
    state = card()
    with pytest.raises(MigrationError) as caught:
        RenameField("Dish", "cents", "about").change(state)
    assert "about" in str(caught.value)
    assert list(state.models["Dish"].fields) == ["name", "cents", "about"]
    assert state.models["Dish"].unique_together == [("name", "cents")]


def test_a_field_that_is_not_there():
    """A field that is not there can't be renamed."""
    state = card()
    with pytest.raises(MigrationError) as caught:
        RenameField("Dish", "price", "cost").change(state)
    assert "price" in str(caught.value)
    assert list(state.models["Dish"].fields) == ["name", "cents", "about"]

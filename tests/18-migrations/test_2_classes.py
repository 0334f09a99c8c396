"""Step 18.2: models as they were, as classes."""

import pytest

from bistro.orm import models
from bistro.orm.expressions import FieldError
from bistro.orm.fields import CharField, Field, IntegerField, JSONField, TextField
from bistro.orm.migrations import ModelState, State, clone, registry_apart
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, ForeignKey, ManyToManyField


def model(called, /, **fields):
    """A model of the program's own."""
    return type(called, (Model,), {"__module__": __name__, **fields})


def house():
    """Dishes, and orders of them, as data."""
    dish = ModelState("Dish", {"name": CharField(max_length=20, unique=True)}, "meal")
    keys = {"dish": ForeignKey("Dish", on_delete=CASCADE), "number": IntegerField()}
    order = ModelState("Order", keys, "order", [("dish", "number")], [("number", "dish")])
    return State({"Order": order, "Dish": dish})


def test_a_field_made_alike():
    """A clone is another object of the same class, made with the same values."""

    class Cents(IntegerField):
        def __init__(self, currency, *, least=0, **options):
            super().__init__(**options)
            self.currency, self.least = currency, least

    field = Cents("EUR", least=5, null=True)
    made = clone(field)
    assert made is not field
    assert type(made) is Cents
    assert (made.currency, made.least, made.null, made.unique) == ("EUR", 5, True, False)


def test_a_clone_belongs_to_no_model():
    """A clone of a model's field has neither model nor name, and the field keeps its own."""
    dish = model("Dish", name=CharField(max_length=20))
    made = clone(dish.options.fields["name"])
    assert (made.model, made.name) == (None, "")
    assert dish.options.fields["name"].model is dish


def test_what_makes_a_default():
    """A function that makes defaults is the same function in the clone."""
    assert clone(JSONField(default=list)).default is list


def test_other_models_by_name():
    """A model that the field leads to is given to the clone by its name."""
    dish = model("Dish", name=TextField())
    line = model("Line", count=IntegerField())
    assert clone(ForeignKey(dish)).to == "Dish"
    assert clone(ForeignKey(to=dish, null=True)).to == "Dish"
    assert clone(ForeignKey("Dish")).to == "Dish"
    assert clone(ManyToManyField("Dish", through=line)).through == "Line"

    class Pointer(Field):
        def __init__(self, first, *, second):
            super().__init__()
            self.both = first, second

    assert clone(Pointer(dish, second=line)).both == ("Dish", "Line")


def test_a_class_that_is_no_model():
    """A class that is no model stays the class: `dict` as a default makes dicts."""
    assert clone(JSONField(default=dict)).default is dict


def test_new_names_of_models():
    """Where a field leads to or through a model with a new name, the clone has that name."""
    renamed = {"Dish": "Meal", "Line": "Row"}
    assert clone(ForeignKey("Dish"), renamed).to == "Meal"
    assert clone(ForeignKey(to="Dish"), renamed).to == "Meal"
    assert clone(ForeignKey(model("Dish", name=TextField())), renamed).to == "Meal"
    assert clone(ForeignKey("Guest"), renamed).to == "Guest"
    pairs = clone(ManyToManyField("Dish", through="Line"), renamed)
    assert (pairs.to, pairs.through) == ("Meal", "Row")
    assert clone(ManyToManyField(to="Guest", through="Other"), renamed).through == "Other"
    assert clone(ManyToManyField("Guest"), renamed).through is None


def test_texts_are_no_models():
    """A text that only reads as a model's old name is left alone."""
    renamed = {"Dish": "Meal", "dish": "meal"}
    assert clone(CharField(max_length=9, default="Dish"), renamed).default == "Dish"
    made = clone(ForeignKey("Dish", related_name="dish", on_delete="CASCADE"), renamed)
    assert made.related_name == "dish"

    class Label(Field):
        def __init__(self, text):
            super().__init__()
            self.text = text

    class Key(ForeignKey):
        def __init__(self, to, text):
            super().__init__(to)
            self.text = text

    assert clone(Label("Dish"), renamed).text == "Dish"
    key = clone(Key("Dish", "Dish"), renamed)
    assert (key.to, key.text) == ("Meal", "Dish")


def test_models_apart():
    """In the block no model of the program is known; behind it, none of the block."""
    own = model("Dish", name=TextField())
    with registry_apart() as known:
        assert known is models.registry
        assert known == {}
        inner = model("Dish", cents=IntegerField())
        other = model("Plate", size=IntegerField())
        assert known == {"Dish": inner, "Plate": other}
    assert models.registry["Dish"] is own
    assert "Plate" not in models.registry


def test_models_apart_after_an_error():
    """The program's models are known again when the block raises."""
    own = model("Dish", name=TextField())
    kept = models.registry
    with pytest.raises(ZeroDivisionError), registry_apart():
        model("Dish", cents=IntegerField())
        raise ZeroDivisionError
    assert models.registry is kept
    assert kept["Dish"] is own


def test_who_waits_for_a_model():
    """A foreign key of the program's own that waits for a model waits on behind the block."""
    key = ForeignKey("Later", related_name="+")
    model("Order", later=key)
    with registry_apart():
        assert models.waiting == {}
        inner = model("Later", name=TextField())
        model("Inner", nobody=ForeignKey("Nobody"))
        assert key.target is None
    assert "Nobody" not in models.waiting
    later = model("Later", name=TextField())
    assert key.target is later
    assert later is not inner


def test_classes():
    """A state gives a class for each model, by its name, with its fields, table and options."""
    found = house().classes()
    assert sorted(found) == ["Dish", "Order"]
    dish, order = found["Dish"].options, found["Order"].options
    assert list(dish.fields) == ["id", "name"]
    assert (dish.fields["name"].max_length, dish.fields["name"].unique) == (20, True)
    assert dish.table.name == "meal"
    assert order.unique_together == [("dish", "number")]
    assert order.indexes == [("number", "dish")]
    assert found["Dish"].__name__ == "Dish"
    assert found["Dish"].__module__ == "bistro.orm.migrations"


def test_classes_know_each_other():
    """A relation of a state leads to the state's class, whichever comes first."""
    own = model("Dish", other=IntegerField())
    found = house().classes()
    assert found["Order"].options.fields["dish"].target is found["Dish"]
    assert models.registry["Dish"] is own
    assert "order" in found["Dish"].options.table.relations
    assert "order" not in own.options.table.relations


def test_a_model_that_the_state_has_not():
    """A state's model finds none of the program's models: it would be another one's table."""
    model("Dish", name=TextField())
    state = house()
    del state.models["Dish"]
    with pytest.raises(FieldError):
        state.classes()["Order"].options.fields["dish"].other()


def test_classes_again_and_again():
    """A state can be asked for classes twice; its own fields belong to none of them."""
    state = house()
    first, second = state.classes(), state.classes()
    assert first["Dish"] is not second["Dish"]
    assert second["Order"].options.fields["dish"].target is second["Dish"]
    assert state.models["Dish"].fields["name"].model is None


def test_rows_of_the_classes(db):
    """The classes have tables, and rows, as any models have; also tables between."""
    state = house()
    state.models["Dish"].fields["with_it"] = ManyToManyField("Dish", related_name="+")
    found = state.classes()
    assert sorted(found) == ["Dish", "Order"]
    db.create_tables(*found.values())
    soup = found["Dish"].objects.create(name="Soup")
    soup.with_it.add(found["Dish"].objects.create(name="Bread"))
    found["Order"].objects.create(dish=soup, number=4)
    assert list(soup.with_it.values_list("name", flat=True)) == ["Bread"]
    assert found["Order"].objects.get(dish__name="Soup").number == 4
    assert db.execute("SELECT count(*) FROM meal_with_it").rows == [(1,)]

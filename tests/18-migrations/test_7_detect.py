"""Step 18.7: what has changed."""

import pytest

from bistro.orm.autodetect import altered, creations, detect, make_migration, old_name, state_of
from bistro.orm.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    IntegerField,
    TextField,
)
from bistro.orm.migrations import MigrationError, ModelState, State, load, migrate, states
from bistro.orm.models import Model
from bistro.orm.relations import ForeignKey, ManyToManyField


def yes(question):
    """Who always says yes."""
    return True


def no(question):
    """Who always says no."""
    return False


def dish(together=(), indexes=(), *, table="dish", **fields):
    """The model of a dish as data."""
    return ModelState("Dish", fields, table, together, indexes)


def found(old, new, ask=no):
    """What makes one model another, in words; the state has to be the new one's then."""
    state = State({old.name: old})
    operations = altered(state, new, ask)
    made = state.models[new.name]
    assert set(made.fields) == set(new.fields)
    assert made.table == new.table
    assert sorted(made.unique_together) == sorted(new.unique_together)
    assert sorted(made.indexes) == sorted(new.indexes)
    return [str(one) for one in operations]


def test_nothing_has_changed():
    """Of two models that are declared alike, in whatever order, nothing has changed."""
    one = dish(name=CharField(max_length=9), cents=IntegerField(index=True))
    other = dish(cents=IntegerField(index=True), name=CharField(max_length=9))
    assert found(one, other) == []
    rows = [("name", "cents"), ("cents",)]
    one = dish(rows, rows, name=TextField(), cents=IntegerField())
    other = dish(rows[::-1], rows[::-1], name=TextField(), cents=IntegerField())
    assert found(one, other) == []


def test_fields_come_and_go():
    """Fields that are gone are removed, before those that are new are added."""
    old = dish(name=TextField(), cents=IntegerField(), size=TextField())
    new = dish(vegan=BooleanField(default=False), name=TextField(), stars=IntegerField(null=True))
    assert found(old, new) == [
        "remove Dish.cents",
        "remove Dish.size",
        "add Dish.vegan",
        "add Dish.stars",
    ]


def test_fields_change():
    """A field that is declared otherwise is altered, even if only its default is another."""
    old = dish(name=CharField(max_length=9), cents=IntegerField(), stars=IntegerField(default=1))
    new = dish(name=CharField(max_length=8), cents=IntegerField(), stars=IntegerField(default=2))
    assert found(old, new) == ["alter Dish.name", "alter Dish.stars"]


def test_the_new_field_is_in_the_operation():
    """What is added or altered is the field of the new model."""
    new = dish(name=TextField(null=True), stars=IntegerField(default=4))
    operations = altered(State({"Dish": dish(name=TextField())}), new, no)
    assert len(operations) == 2
    for one in operations:
        assert one.field is new.fields[one.name]


def test_a_field_without_a_value():
    """A new field for which the rows that are there have no value is refused by its name."""
    for field in (IntegerField(), DateTimeField(), ForeignKey("Dish")):
        with pytest.raises(MigrationError) as caught:
            found(dish(name=TextField()), dish(name=TextField(), stars=field))
        assert "Dish.stars" in str(caught.value)
    new = dish(name=TextField(), day=DateTimeField(auto_now=True), others=ManyToManyField("Dish"))
    assert found(dish(name=TextField()), new) == ["add Dish.day", "add Dish.others"]


def test_a_new_name():
    """A field may have a new name: it is asked, and the answer decides."""
    old, new = dish(price=IntegerField(default=0)), dish(cost=IntegerField(default=0))
    questions = []
    assert found(old, new, lambda one: questions.append(one) or True) == [
        "rename Dish.price to cost"
    ]
    assert questions == ["Is Dish.cost what Dish.price was, under a new name?"]
    old = dish(price=IntegerField(default=0))
    assert found(old, new, no) == ["remove Dish.price", "add Dish.cost"]


def test_whose_new_name():
    """Only fields that are gone, and were declared alike, are asked about, the likest first."""
    gone = {"name": TextField(), "cents": IntegerField(), "prize": IntegerField()}
    old = dish(**gone, stay=IntegerField(), prices=IntegerField(null=True))
    new = dish(stay=IntegerField(), price=IntegerField())
    questions = []
    assert old_name(old, new, "price", lambda one: questions.append(one)) is None
    assert [question.split()[3] for question in questions] == ["Dish.prize", "Dish.cents"]
    assert old_name(old, new, "price", lambda one: "cents" in one) == "cents"
    questions.clear()
    assert old_name(old, new, "price", lambda one: questions.append(one) or True) == "prize"
    assert len(questions) == 1


def test_a_field_that_was_there():
    """Nobody is asked about a field that was there before."""
    old, new = dish(a=TextField(), b=TextField()), dish(a=TextField())
    assert old_name(old, new, "a", yes) is None


def test_two_new_names():
    """What is the old name of one field is not that of another, too."""
    old = dish(a=TextField(), b=TextField())
    new = dish(c=TextField(), d=TextField(), e=TextField(null=True))
    operations = found(old, new, yes)
    assert [one.split()[0] for one in operations] == ["rename", "rename", "add"]
    assert {one.split()[1] for one in operations[:2]} == {"Dish.a", "Dish.b"}


def test_a_new_name_and_more():
    """Constraints and indexes of a field with a new name have that name, and stay."""
    old = dish([("name", "cents")], [("cents",)], name=TextField(), cents=IntegerField())
    new = dish([("name", "price")], [("price",)], name=TextField(), price=IntegerField())
    assert found(old, new, yes) == ["rename Dish.cents to price"]


def test_options_change():
    """Another table, or another set of constraints or indexes, is one operation."""
    for new in (
        dish(table="meal", name=TextField()),
        dish([("name",)], name=TextField()),
        dish((), [("name",)], name=TextField()),
    ):
        assert found(dish(name=TextField()), new) == ["alter the options of Dish"]
    old = dish([("a",)], [("b",)], a=TextField(), b=TextField())
    new = dish([("b",)], [("a",)], a=TextField(), b=TextField())
    assert found(old, new) == ["alter the options of Dish"]


def test_options_of_a_field_that_goes():
    """Before a field goes, so does the constraint that has it; what comes, comes at the end."""
    old = dish([("a", "b"), ("a",)], [("b",)], a=TextField(), b=TextField())
    new = dish([("a",), ("a", "c")], [("c",)], a=TextField(), c=TextField(null=True))
    assert found(old, new) == [
        "alter the options of Dish",
        "remove Dish.b",
        "add Dish.c",
        "alter the options of Dish",
    ]


def test_a_field_that_is_quite_another():
    """A relation from many to many becomes a column by going and coming, and the other way."""
    old, new = dish(with_it=ManyToManyField("self")), dish(with_it=TextField(null=True))
    assert found(old, new) == ["remove Dish.with_it", "add Dish.with_it"]


def test_another_key():
    """Another primary key is refused: other tables know the rows by it."""
    for old, new in (
        (dish(name=TextField()), dish(name=TextField(), code=TextField(primary_key=True))),
        (dish(code=TextField(primary_key=True)), dish(code=IntegerField(primary_key=True))),
    ):
        with pytest.raises(MigrationError) as caught:
            found(old, new)
        assert "Dish" in str(caught.value)
    old, new = dish(code=TextField(primary_key=True)), dish(word=TextField(primary_key=True))
    assert found(old, new, yes) == ["rename Dish.code to word"]


def test_models_are_created_in_order():
    """A model comes behind those that it refers to, and has all of its fields at once."""
    line = ModelState("Line", {"order": ForeignKey("Order"), "dish": ForeignKey("Dish")}, "line")
    order = ModelState("Order", {"others": ManyToManyField("Dish")}, "order")
    operations = creations([line, order, dish(self=ForeignKey("self", null=True))])
    assert [str(one) for one in operations] == ["create Dish", "create Order", "create Line"]
    assert [one.state.fields for one in operations[1:]] == [order.fields, line.fields]


def test_models_that_refer_to_each_other():
    """Of two that refer to each other, one gets its field when both are there."""
    cook = ModelState("Cook", {"best": ForeignKey("Dish"), "name": TextField()}, "cook")
    meal = dish(cook=ForeignKey("Cook"), name=TextField())
    operations = creations([cook, meal])
    assert [str(one) for one in operations] == ["create Dish", "create Cook", "add Dish.cook"]
    assert list(operations[0].state.fields) == ["name"]
    assert operations[2].field is meal.fields["cook"]
    assert list(meal.fields) == ["cook", "name"]


def test_options_of_models_that_refer_to_each_other():
    """A constraint that has the late field comes behind it; another comes with the model."""
    cook = ModelState("Cook", {"best": ForeignKey("Dish"), "name": TextField()}, "cook")
    cook.unique_together, cook.indexes = [("best", "name"), ("name",)], [("best",), ("name",)]
    operations = creations([dish(cook=ForeignKey("Cook")), cook])
    assert [str(one) for one in operations] == [
        "create Cook",
        "create Dish",
        "add Cook.best",
        "alter the options of Cook",
    ]
    assert operations[0].state.unique_together == [("name",)]
    assert operations[0].state.indexes == [("name",)]
    state = State()
    for operation in operations:
        operation.change(state)
    assert state.models["Cook"].unique_together == [("best", "name"), ("name",)]
    assert state.models["Cook"].indexes == [("best",), ("name",)]
    assert cook.unique_together == [("best", "name"), ("name",)]


def test_three_models_in_a_circle():
    """Models that refer to each other in a circle are all created before what closes it."""
    guest = ModelState("Guest", {"likes": ForeignKey("Dish")}, "guest")
    cook = ModelState("Cook", {"feeds": ForeignKey("Guest")}, "cook")
    operations = [str(one) for one in creations([cook, guest, dish(cook=ForeignKey("Cook"))])]
    assert operations == ["create Dish", "create Guest", "create Cook", "add Dish.cook"]


def test_no_models():
    """Nothing is created of nothing."""
    assert creations([]) == []


def test_from_models_to_models():
    """Models that are gone are deleted last, new ones created first; a state stays as it is."""
    old = State({"Guest": ModelState("Guest", {"name": TextField()}, "guest"), "Dish": dish()})
    new = State({"Dish": dish(name=TextField(null=True)), "Cook": ModelState("Cook", {}, "cook")})
    operations = [str(one) for one in detect(old, new, no)]
    assert operations == ["create Cook", "add Dish.name", "delete Guest"]
    assert list(old.models) == ["Guest", "Dish"]
    assert list(old.models["Dish"].fields) == []


def test_a_model_with_a_new_name():
    """A model may have a new name: then its rows stay, and others refer to it under that."""
    dish_of = {"dish": ForeignKey("Dish")}
    old = State({"Dish": dish(name=TextField()), "Line": ModelState("Line", dish_of, "line")})
    meal = ModelState("Meal", {"name": TextField()}, "meal")
    new = State({"Meal": meal, "Line": ModelState("Line", {"dish": ForeignKey("Meal")}, "line")})
    assert [str(one) for one in detect(old, new, yes)] == [
        "rename Dish to Meal",
        "alter the options of Meal",
    ]
    assert [str(one) for one in detect(old, new, no)] == [
        "create Meal",
        "alter Line.dish",
        "delete Dish",
    ]


def test_a_file_is_written(db, tmp_path, columns):
    """What has changed is written into a file that can be run, and then nothing has changed."""
    own = type(
        "Dish",
        (Model,),
        {
            "__module__": __name__,
            "name": CharField(max_length=20, unique=True),
            "stars": IntegerField(default=3),
            "with_it": ManyToManyField("self", related_name="+"),
        },
    )
    path = make_migration([own], tmp_path / "m", no)
    assert path.name == "0001_initial.py"
    assert make_migration([own], tmp_path / "m", no) is None
    assert migrate(db, tmp_path / "m", tell=lambda line: None) == 1
    assert columns("dish") == ["id", "name", "stars"]
    own.objects.create(name="Soup").with_it.add(own.objects.create(name="Bread"))
    assert detect(states(load(tmp_path / "m"))[-1], state_of([own]), no) == []

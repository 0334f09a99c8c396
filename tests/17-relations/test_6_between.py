"""Step 17.6: a table between."""

import pytest

from bistro.orm.database import IntegrityError, connect
from bistro.orm.expressions import FieldError
from bistro.orm.fields import CharField, IntegerField
from bistro.orm.models import Model
from bistro.orm.relations import (
    NO_WAY_BACK,
    ForeignKey,
    ManyToManyField,
    Pairs,
    ends,
)


def way(relation):
    """What a relation says, as a tuple."""
    return (
        relation.table.name,
        relation.column,
        relation.remote,
        relation.many,
        relation.through,
    )


def test_both_ways_through(card_models):
    """Both tables have a relation that is many, through the table between, each its own way."""
    there = card_models.Dish.options.table.relations["labels"]
    back = card_models.Label.options.table.relations["dishes"]
    assert way(there) == ("label", "id", "word", True, ("dish_labels", "dish_id", "label_id"))
    assert way(back) == ("dish", "word", "id", True, ("dish_labels", "label_id", "dish_id"))
    assert there.table is card_models.Label.options.table
    assert isinstance(vars(card_models.Dish)["labels"], Pairs)
    assert isinstance(vars(card_models.Label)["dishes"], Pairs)


def test_both_by_default(card_models):
    """Without a `related_name` lookups say `order` over there, and the attribute is `order_set`."""
    back = card_models.Dish.options.table.relations["order"]
    assert way(back) == ("order", "id", "id", True, ("item", "dish_id", "order_id"))
    assert isinstance(vars(card_models.Dish)["order_set"], Pairs)


def test_the_table_between(card, db):
    """A table between is made with the model's own: a foreign key to each, each pair once."""
    found = db.execute("SELECT * FROM pragma_foreign_key_list('dish_labels')").rows
    assert {(row[2], row[3], row[4], row[6]) for row in found} == {
        ("dish", "dish_id", "id", "CASCADE"),
        ("label", "label_id", "word", "CASCADE"),
    }
    with pytest.raises(IntegrityError):
        db.execute("INSERT INTO dish_labels (dish_id, label_id) VALUES (1, 'hot')")
    with pytest.raises(IntegrityError):
        db.execute("INSERT INTO dish_labels (dish_id, label_id) VALUES (1, 'none')")


def test_pairs_go_with_either(card, db):
    """With a row of either side go its pairs; the other side's rows stay."""
    db.execute("DELETE FROM label WHERE word = 'vegan'")
    db.execute("DELETE FROM dish WHERE id = 2")
    assert db.execute("SELECT dish_id, label_id FROM dish_labels").rows == [(1, "hot")]
    assert db.execute("SELECT COUNT(*) FROM label").rows == [(2,)]


def test_the_model_between(card_models):
    """The pairs have a model, named after both, with keys of CASCADE, and no way back to it."""
    (between,) = card_models.Dish.options.between
    assert between.__name__ == "Dish_labels"
    assert list(between.options.fields) == ["id", "dish", "label"]
    assert between.options.unique_together == [("dish", "label")]
    assert {key.on_delete for key in ends(between, card_models.Dish, card_models.Label)} == {
        "CASCADE"
    }
    assert card_models.Order.options.between == []
    assert set(card_models.Label.options.relations) == {"dishes"}
    assert card_models.Dish.table_names() == ["dish", "dish_labels"]


def test_two_tables_between():
    """A model may have several: each its own table, after the model's own, and its own way."""

    class Guest(Model):
        class Meta:
            db_table = "people"

        likes = ManyToManyField("Wine", related_name=NO_WAY_BACK)
        hates = ManyToManyField("Wine", related_name=NO_WAY_BACK)

    class Wine(Model):
        name = CharField(max_length=9)

    assert Guest.table_names() == ["people", "people_likes", "people_hates"]
    db = connect("sqlite://")
    db.create_tables(Guest, Wine)
    guest, wine = Guest.objects.create(), Wine.objects.create(name="Riesling")
    db.execute("INSERT INTO people_hates (guest_id, wine_id) VALUES (1, 1)")
    assert (list(guest.likes), list(guest.hates)) == ([], [wine])
    db.close()


def test_two_models_of_a_name():
    """Two models whose names are the same in lower case have a `from` and a `to`, too."""

    class Cook(Model):
        pass

    class COOK(Model):
        others = ManyToManyField(Cook)

    assert list(COOK.options.between[0].options.fields) == ["id", "from_cook", "to_cook"]


def test_lookups_through(card):
    """Queries go through the table between, both ways, and on from there."""

    def keys(query):
        return sorted(query.values_list("pk", flat=True))

    assert keys(card.Dish.objects.filter(labels="vegan")) == [1, 2]
    assert keys(card.Dish.objects.filter(labels__word__startswith="ho")) == [1]
    assert keys(card.Label.objects.filter(dishes__name="Soup")) == ["hot", "vegan"]
    assert keys(card.Order.objects.filter(dishes__labels="hot")) == [1, 2]
    assert keys(card.Label.objects.filter(dishes__order__note="birthday")) == ["hot", "vegan"]
    assert keys(card.Dish.objects.exclude(labels="vegan")) == [3]
    assert keys(card.Dish.objects.filter(order__items__count=4)) == [1]


def test_rows_through(card):
    """The attributes are the rows of the other side, in the order of their model."""
    soup = card.Dish.objects.get(name="Soup")
    assert [label.word for label in soup.labels] == ["vegan", "hot"]
    assert [dish.name for dish in card.Label.objects.get(pk="vegan").dishes] == ["Bread", "Soup"]
    assert sorted(one.pk for one in soup.order_set.all()) == [1, 2]
    assert list(card.Dish.objects.get(name="Cake").labels) == []
    assert soup.labels.filter(word="hot").count() == 1


def test_a_model_and_itself_through(card):
    """From a model to itself it leads one way; the table between has a `from` and a `to`."""
    (between,) = card.Guest.options.between
    assert list(between.options.fields) == ["id", "from_guest", "to_guest"]
    ada, cy = card.Guest.objects.get(name="Ada"), card.Guest.objects.get(name="Cy")
    assert sorted(one.name for one in ada.follows.all()) == ["Ben", "Cy"]
    assert list(cy.follows) == []
    assert [one.name for one in card.Guest.objects.filter(follows=cy)] == ["Ada"]


def test_no_way_back_through(card_models):
    """Without a way back the other side has no attribute, and no name that a lookup could have."""
    assert set(card_models.Guest.options.relations) == {"follows"}
    names = set(card_models.Guest.options.table.relations) - {"follows"}
    assert not any(name.isidentifier() for name in names)


def test_a_model_of_ones_own(card_models):
    """With `through` a model of your own stands between: its keys are found by what they say."""
    near, far = ends(card_models.Item, card_models.Order, card_models.Dish)
    assert (near.attribute, far.attribute) == ("order_id", "dish_id")
    assert way(card_models.Order.options.table.relations["dishes"])[-1] == (
        "item",
        "order_id",
        "dish_id",
    )
    assert ends(card_models.Item, card_models.Dish, card_models.Order) == (far, near)


def test_the_first_key_counts():
    """Of two keys to the same side the first counts; between a model and itself, one is each."""

    class Guest(Model):
        pass

    class Gift(Model):
        pass

    class Parcel(Model):
        sender = ForeignKey(Guest, related_name=NO_WAY_BACK)
        gift = ForeignKey(Gift, related_name=NO_WAY_BACK)
        receiver = ForeignKey("Guest", related_name=NO_WAY_BACK)

    assert [key.name for key in ends(Parcel, Guest, Gift)] == ["sender", "gift"]
    assert [key.name for key in ends(Parcel, Gift, Guest)] == ["gift", "sender"]
    assert [key.name for key in ends(Parcel, Guest, Guest)] == ["sender", "receiver"]


def test_declared_in_any_order():
    """Both sides and the model between may come in any order, each named before it is there."""

    class Meal(Model):
        spices = ManyToManyField("Spice", through="Pinch", related_name="meals")

    class Pinch(Model):
        grams = IntegerField(default=1)
        meal = ForeignKey("Meal")
        spice = ForeignKey("Spice")

    assert "spices" not in Meal.options.table.relations

    class Spice(Model):
        name = CharField(max_length=9)

    assert way(Meal.options.table.relations["spices"])[-1] == ("pinch", "meal_id", "spice_id")
    assert way(Spice.options.table.relations["meals"])[-1] == ("pinch", "spice_id", "meal_id")


@pytest.mark.parametrize("missing", ["near", "far", "both", "second"])
def test_a_model_that_stands_beside(missing):
    """A model between that lacks a foreign key to one side is refused by name."""

    class Left(Model):
        pass

    class Right(Model):
        pass

    class Beside(Model):
        if missing != "near" and missing != "both":
            left = ForeignKey(Left)
        if missing != "far" and missing != "both":
            right = ForeignKey(Right)

    with pytest.raises(FieldError, match=r"\bBeside\b"):
        ends(Beside, Left, Left if missing == "second" else Right)


def test_names_that_are_taken_through():
    """A way back that is called as a field or another relation over there is refused."""

    class Town(Model):
        name = CharField(max_length=9)

    with pytest.raises(FieldError, match=r"Town\.name"):

        class Road(Model):
            towns = ManyToManyField(Town, related_name="name")

    with pytest.raises(FieldError, match=r"Town\.river"):

        class River(Model):
            towns = ManyToManyField(Town)
            mouth = ForeignKey(Town)


def test_it_is_no_column(card):
    """A relation from many to many is no column, and no parameter of a new instance."""
    assert "labels" not in card.Dish.options.table.columns
    assert "labels" not in card.Dish.options.fields
    with pytest.raises(TypeError):
        card.Dish(name="Tea", labels=[])


def test_inherited(card_models):
    """A relation that an abstract model declares is each heir's own, with its own table."""

    class Labelled(Model):
        class Meta:
            abstract = True

        labels = ManyToManyField(card_models.Label, related_name=NO_WAY_BACK)

    class Wine(Labelled):
        pass

    class Beer(Labelled):
        pass

    db = connect("sqlite://")
    db.create_tables(card_models.Label, Wine, Beer)
    assert Wine.table_names() == ["wine", "wine_labels"]
    assert Beer.table_names() == ["beer", "beer_labels"]
    db.close()

"""Step 17.1: both sides know."""

import pytest

from bistro.orm.expressions import FieldError, Relation
from bistro.orm.fields import CharField, DecimalField, IntegerField
from bistro.orm.models import Model
from bistro.orm.relations import (
    CASCADE,
    NO_WAY_BACK,
    ForeignKey,
    Reverse,
    add_relation,
)


def way(relation):
    """What a relation says, as a tuple."""
    return (
        relation.table.name,
        relation.column,
        relation.remote,
        relation.many,
        relation.null,
        relation.through,
    )


def test_the_way_there(models):
    """The table of a foreign key has a relation of its name, to the key over there."""
    relations = models.Order.options.table.relations
    assert way(relations["table"]) == ("seat", "table_id", "id", False, False, None)
    assert way(relations["waiter"]) == ("waiter", "waiter_id", "id", False, True, None)
    assert relations["table"].table is models.Table.options.table
    assert isinstance(models.Order.options.relations["table"], ForeignKey)


def test_the_way_back(models):
    """The other table has a relation that is many, by the `related_name`, from the key there."""
    back = models.Table.options.table.relations["orders"]
    assert way(back) == ("order", "id", "table_id", True, False, None)
    assert back.table is models.Order.options.table
    assert isinstance(vars(models.Table)["orders"], Reverse)
    assert models.Table.options.relations["orders"] is vars(models.Table)["orders"]


def test_the_way_back_by_default(models):
    """Without a `related_name` lookups say `item`, and the attribute is `item_set`."""
    assert way(models.Dish.options.table.relations["item"])[:3] == ("item", "id", "dish_id")
    assert "item_set" not in models.Dish.options.table.relations

    class SideOrder(Model):
        class Meta:
            db_table = "extra"

        dish = ForeignKey(models.Dish)

    assert models.Dish.options.table.relations["sideorder"].table.name == "extra"
    assert isinstance(vars(models.Dish)["sideorder_set"], Reverse)
    assert isinstance(vars(models.Dish)["item_set"], Reverse)
    assert "item" not in vars(models.Dish)


def test_no_way_back():
    """With "+" for a `related_name` the other side is told nothing."""

    class Cellar(Model):
        pass

    class Bottle(Model):
        cellar = ForeignKey(Cellar, related_name=NO_WAY_BACK)

    assert "cellar" in Bottle.options.table.relations
    assert Cellar.options.table.relations == {}
    assert Cellar.options.relations == {}


def test_a_model_and_itself(models):
    """A foreign key to "self" is a way there and back on one table."""
    relations = models.Waiter.options.table.relations
    assert way(relations["chief"])[:3] == ("waiter", "chief_id", "id")
    assert way(relations["team"])[:4] == ("waiter", "id", "chief_id", True)


def test_lookups_go_across(by_hand):
    """What both sides know, queries can ask for, there and back, over several relations."""

    def keys(query):
        return sorted(query.values_list("pk", flat=True))

    assert keys(by_hand.Order.objects.filter(table__number=4)) == [1, 2]
    assert keys(by_hand.Order.objects.filter(waiter__chief__name="Ada")) == [1, 2]
    assert keys(by_hand.Table.objects.filter(orders__note="birthday")) == [1]
    assert keys(by_hand.Dish.objects.filter(item__order__table__number=7)) == [3]
    assert keys(by_hand.Waiter.objects.filter(team__orders__note="window")) == [1]
    assert keys(by_hand.Order.objects.filter(waiter=None)) == [3]


def test_named_before_it_is_there():
    """The other model may be named before there is one; until then it is missed by its name."""

    class Lamp(Model):
        room = ForeignKey("RoomOfLater", related_name="lamps")

    with pytest.raises(FieldError, match="RoomOfLater"):
        Lamp.options.fields["room"].other()
    assert "room" not in Lamp.options.table.relations

    class RoomOfLater(Model):
        pass

    assert Lamp.options.fields["room"].other() is RoomOfLater
    assert "room" in Lamp.options.table.relations
    assert "lamps" in RoomOfLater.options.table.relations


def test_the_kind_of_the_key():
    """The column holds what the key over there holds, whatever that is called."""

    class Wine(Model):
        name = CharField(max_length=9, primary_key=True)

    class Coin(Model):
        worth = DecimalField(max_digits=5, decimal_places=2, primary_key=True)

    class Tip(Model):
        wine = ForeignKey(Wine)
        coin = ForeignKey(Coin)

    columns = Tip.options.table.columns
    assert (columns["wine_id"].kind, columns["wine_id"].places) == ("text", None)
    assert (columns["coin_id"].kind, columns["coin_id"].places) == ("decimal", 2)
    assert way(Tip.options.table.relations["wine"])[1:3] == ("wine_id", "name")
    assert way(Wine.options.table.relations["tip"])[1:3] == ("name", "wine_id")


def test_a_key_that_refers_itself():
    """A key over there may refer on: the column holds what is at the end."""

    class Person(Model):
        pass

    class Cook(Model):
        person = ForeignKey(Person, primary_key=True)

    class Knife(Model):
        cook = ForeignKey(Cook)

    assert Knife.options.table.columns["cook_id"].kind == "integer"
    assert way(Knife.options.table.relations["cook"])[1:3] == ("cook_id", "person_id")


def test_the_name_of_a_field_is_taken():
    """A way back that would be called as a field over there is refused, and both are named."""

    class Shelf(Model):
        jar = IntegerField()

    with pytest.raises(FieldError, match=r"(?s)(?=.*\bJar\b).*\bShelf\.jar\b"):

        class Jar(Model):
            shelf = ForeignKey(Shelf)

    assert "jar" not in Shelf.options.table.relations


def test_the_name_of_a_column_is_taken(models):
    """The name of a column is taken, and that of its field, where the two differ."""
    for name in ("table_id", "table"):
        known = dict(models.Order.options.table.relations)
        with pytest.raises(FieldError, match=rf"Order\.{name}\b"):

            class Bell(Model):
                order = ForeignKey(models.Order, related_name=name)

        assert models.Order.options.table.relations == known


def test_the_name_of_a_field_that_leads_nowhere_yet():
    """The name of a foreign key is taken before there is what it refers to."""

    class Tray(Model):
        cup = ForeignKey("CupOfLater")

    with pytest.raises(FieldError, match=r"Tray\.cup\b"):

        class Cup(Model):
            tray = ForeignKey(Tray)

    assert "cup" not in Tray.options.table.relations


def test_two_ways_of_one_name():
    """Two foreign keys to one model would have one way back: each needs a `related_name`."""

    class City(Model):
        pass

    with pytest.raises(FieldError, match="related_name"):

        class Trip(Model):
            start = ForeignKey(City)
            end = ForeignKey(City)

    class Ride(Model):
        start = ForeignKey(City, related_name="rides_from")
        end = ForeignKey(City, related_name="rides_to")

    relations = City.options.table.relations
    assert way(relations["rides_from"])[:3] == ("ride", "id", "start_id")
    assert way(relations["rides_to"])[:3] == ("ride", "id", "end_id")


@pytest.mark.parametrize("name", ["save", "objects", "pk", "a__b", "no name", "delete"])
def test_names_that_nothing_can_have(models, name):
    """A `related_name` that would hide what a model has, or is no name, is refused."""
    with pytest.raises(FieldError):

        class Candle(Model):
            table = ForeignKey(models.Table, related_name=name)

    assert callable(models.Table.save)


def test_a_model_defined_anew(models):
    """A model that is defined anew takes the place of the old one over there."""
    made = []
    for _ in range(2):

        class Spoon(Model):
            table = ForeignKey(models.Table, on_delete=CASCADE, related_name="spoons")

        made.append(Spoon)
    assert models.Table.options.table.relations["spoons"].table is made[1].options.table


def test_what_leads_elsewhere(models):
    """A name leads one way: another table, column or table between is refused under it."""
    options = models.Table.options
    tables = models.Order.options.table, models.Item.options.table
    for known, other in [
        (Relation(tables[0], "id", "table_id"), Relation(tables[1], "id", "table_id")),
        (Relation(tables[0], "id", "table_id"), Relation(tables[0], "id", "waiter_id")),
        (
            Relation(tables[0], "id", "id", through=("pair", "a", "b")),
            Relation(tables[0], "id", "id", through=("pair", "b", "a")),
        ),
    ]:
        options.table.relations.pop("way", None)
        add_relation(options, "way", known, models.Order)
        with pytest.raises(
            FieldError, match=r"(?s)(?=.*related_name)(?=.*\bItem\b).*\bTable\.way\b"
        ):
            add_relation(options, "way", other, models.Item)
        assert options.table.relations["way"] is known


@pytest.mark.parametrize("to", [None, 7, int, Model])
def test_what_nothing_can_lead_to(models, to):
    """A relation leads to a model that has rows, or to its name."""
    assert "table" in models.Order.options.table.relations
    with pytest.raises(FieldError, match="a model"):
        ForeignKey(to)

"""Step 15.5: none of many."""

import pytest

from bistro.orm.expressions import Column, F, FieldError, Q, Relation, Table
from bistro.orm.sql import Compiler


def test_none_of_many(house):
    """~ across a relation to many: rows of which no row over there passes."""
    assert house.where(house.dish, ~Q(orders__seat=1)) == [3, 4]
    assert house.where(house.dish, ~Q(orders__count__gt=2)) == [2, 4]
    assert house.where(house.dish, ~Q(orders__count__lt=9)) == [4]


def test_each_row_comes_once(house):
    """A row that has several rows over there, none of which passes, comes once."""
    assert house.where(house.dish, ~Q(orders__seat=99)) == [1, 2, 3, 4]
    assert house.where(house.guest, ~Q(likes__name="Steak [rare]*?")) == [1, 2, 3]


def test_the_key_over_there(house):
    """A relation alone, or with a lookup, means the key over there."""
    assert house.where(house.dish, ~Q(orders=1)) == [2, 3, 4]
    assert house.where(house.dish, ~Q(orders__in=[1, 2])) == [3, 4]
    assert house.where(house.dish, ~Q(orders__pk__lt=4)) == [3, 4]
    assert house.where(house.category, ~Q(dishes__range=(3, 9))) == [1, 3]


def test_an_instance_over_there(house):
    """What has a key, as an instance of a model, stands for it; without a key it is refused."""

    class Order:
        def __init__(self, pk):
            self.pk = pk

    assert house.where(house.dish, ~Q(orders=Order(1))) == [2, 3, 4]
    assert house.where(house.dish, ~Q(orders__in=[Order(1), Order(2)])) == [3, 4]
    with pytest.raises(ValueError, match="not saved"):
        house.where(house.dish, ~Q(orders=Order(None)))


def test_there_is_none(house):
    """~ of `isnull`, or of None, asks whether there is a row over there at all."""
    assert house.where(house.dish, ~Q(orders__isnull=True)) == [1, 2, 3]
    assert house.where(house.dish, ~Q(orders__isnull=False)) == [4]
    assert house.where(house.dish, ~Q(orders__pk__isnull=True)) == [1, 2, 3]
    assert house.where(house.dish, ~Q(orders__id__isnull=True)) == [1, 2, 3]
    assert house.where(house.dish, ~Q(orders=None)) == [1, 2, 3]
    assert house.where(house.dish, ~Q(orders__exact=None)) == [1, 2, 3]
    assert house.where(house.dish, ~Q(orders__pk=None)) == [1, 2, 3]
    assert house.where(house.guest, ~Q(likes__isnull=True)) == [1, 2]
    assert house.where(house.guest, ~Q(likes__isnull=False)) == [3]


def test_a_null_over_there(house):
    """A NULL in another column over there is no missing row."""
    assert house.where(house.dish, ~Q(orders__seat__isnull=True)) == [1, 2, 4]
    assert house.where(house.dish, ~Q(orders__seat=None)) == [1, 2, 4]
    assert house.where(house.dish, ~Q(orders__seat__isnull=False)) == [3, 4]
    assert house.where(house.guest, ~Q(likes__orders__seat=None)) == [1, 2, 3]


def test_through_a_table(house):
    """A relation from many to many goes by the table between, in both directions."""
    assert house.where(house.guest, ~Q(likes__name="soufflé")) == [2, 3]
    assert house.where(house.guest, ~Q(likes=1)) == [3]
    assert house.where(house.dish, ~Q(fans__name="Anna")) == [3, 4]
    assert house.where(house.dish, ~Q(fans__in=[2])) == [2, 3]


def test_across_one_and_many(house):
    """Relations to one on the way there and on the way on are followed."""
    assert house.where(house.order, ~Q(dish__fans__name="Bert")) == [2, 4]
    assert house.where(house.guest, ~Q(likes__category__name="Mains")) == [2, 3]
    assert house.where(house.guest, ~Q(likes__category=1)) == [3]
    assert house.where(house.dish, ~Q(category__dishes__name="soufflé")) == [1, 4]


def test_across_many_and_many(house):
    """A relation to many behind one to many is followed as well."""
    assert house.where(house.category, ~Q(dishes__orders__seat=1)) == [3]
    assert house.where(house.category, ~Q(dishes__orders__count=5)) == [1, 3]
    assert house.where(house.category, ~Q(dishes__fans=2)) == [2, 3]
    assert house.where(house.guest, ~Q(likes__orders__seat=2)) == [3]


def test_back_where_it_came_from(house):
    """A path may come back to the table where it began."""
    assert house.where(house.dish, ~Q(fans__likes__name="soufflé")) == [3, 4]
    assert house.where(house.dish, ~Q(orders__dish__name="Soup")) == [2, 3, 4]


def test_not_of_not(house):
    """~~ asks for a row over there again, and gives each row once."""
    assert house.where(house.dish, ~~Q(orders__seat__gt=0)) == [1, 2]
    assert house.where(house.dish, ~(~Q(orders__seat=1) | Q(name="soufflé"))) == [1]


def test_beside_others(house):
    """It stands among other conditions, and its values among theirs."""
    asked = Q(price__gt=3) & ~Q(orders__seat=2, name="Soup") & Q(id__lt=3)
    assert house.where(house.dish, asked) == [2]
    assert house.where(house.dish, Q(orders__count=3), ~Q(orders__seat=1)) == []
    assert house.where(house.dish, Q(name__contains="S"), ~Q(orders__seat=1), Q(id=3)) == [3]


def test_several_lookups(house):
    """Of several lookups in one ~, each asks for a row of its own."""
    assert house.where(house.dish, ~Q(orders__seat=1, orders__count=3)) == [2, 3, 4]


def test_fields_of_the_row_itself(house):
    """What it is compared with is a field of the row that is asked for, not of one over there."""
    assert house.where(house.dish, ~Q(orders=F("id"))) == [3, 4]
    assert house.where(house.dish, ~Q(orders__seat=F("id") + 1)) == [2, 3, 4]
    assert house.where(house.dish, ~Q(orders__count__lt=F("price"))) == [4]
    assert house.where(house.category, ~Q(dishes__orders__seat=F("id"))) == [2, 3]


def test_no_other_table_is_joined(house):
    """The rows over there are asked for inside of EXISTS; outside nothing is joined for them."""
    compiler = Compiler("sqlite", house.dish)
    sql = compiler.condition((~Q(orders__seat=1)).shape([]), 0)
    assert "EXISTS (SELECT" in sql
    assert compiler.joins == {}
    compiler = Compiler("sqlite", house.order)
    compiler.condition((~Q(dish__category__dishes__name="x")).shape([]), 0)
    assert [join.table for join in compiler.joins.values()] == [house.dish, house.category]


def test_hostile_values(house):
    """Values are parameters in there, too; what is unknown is refused."""
    assert house.where(house.dish, ~Q(orders__seat=10**30)) == [1, 2, 3, 4]
    assert house.where(house.dish, ~Q(fans__name="' OR 1=1 --")) == [1, 2, 3, 4]
    assert house.where(house.dish, ~Q(fans__name__in=[])) == [1, 2, 3, 4]
    with pytest.raises(FieldError):
        house.where(house.dish, ~Q(orders__lt=None))
    for path in ("orders__seet", "orders__seat__xx", "fans__password__startswith"):
        with pytest.raises(FieldError) as caught:
            house.where(house.dish, ~Q(**{path: 1}))
        assert path.split("__")[1] in str(caught.value)


def test_a_column_that_is_called_like_a_lookup(house):
    """A column over there goes before a lookup of the same name."""
    shelf = Table("shelf", Column("id", "integer"), Column("contains", "integer"))
    house.driver.execute('CREATE TABLE shelf (id INTEGER, "contains" INTEGER)')
    house.driver.execute("INSERT INTO shelf VALUES (1, 7)")
    house.dish.relations["shelves"] = Relation(shelf, "id", "id", many=True)
    assert house.where(house.dish, ~Q(shelves__contains=7)) == [2, 3, 4]
    assert house.where(house.dish, ~Q(shelves__in=[1, 2])) == [2, 3, 4]

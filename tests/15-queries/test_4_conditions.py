"""Step 15.4: conditions, and what NULL does to them."""

import pytest

from bistro.orm.expressions import F, FieldError, Q
from bistro.orm.query import Query
from bistro.orm.sql import Compiler


def test_equal(house):
    """A name alone asks for what is equal, and so does `exact`."""
    assert house.where(house.dish, Q(name="Soup")) == [1]
    assert house.where(house.dish, Q(name__exact="Soup")) == [1]
    assert house.where(house.dish, Q(name="SOUP")) == []


def test_more_and_less(house):
    """`gt`, `gte`, `lt` and `lte` compare, each with or without what is equal."""
    assert house.where(house.dish, Q(price__gt=4.5)) == [2, 3]
    assert house.where(house.dish, Q(price__gte=4.5)) == [1, 2, 3]
    assert house.where(house.dish, Q(price__lt=4.5)) == [4]
    assert house.where(house.dish, Q(price__lte=4.5)) == [1, 4]


def test_all_of_it(house):
    """Lookups of one condition all have to hold, and so do conditions joined by &."""
    assert house.where(house.dish, Q(price__gt=2, note=None)) == [2]
    assert house.where(house.dish, Q(price__gt=2) & Q(note=None)) == [2]
    assert house.where(house.dish, Q(price__gt=2), Q(note=None)) == [2]


def test_one_of_it(house):
    """Of conditions joined by | one has to hold; & and | can stand in each other."""
    assert house.where(house.dish, Q(name="Soup") | Q(price__gt=20)) == [1, 3]
    assert house.where(house.dish, (Q(id=1) | Q(id=2)) & (Q(id=2) | Q(id=3))) == [2]
    assert house.where(house.dish, Q(id=1) & Q(id=2) | Q(id=3)) == [3]
    assert house.where(house.dish, Q(id=1) & (Q(id=2) | Q(id=3))) == []
    assert house.where(house.dish, ~(Q(id=1) | Q(id=2)) | Q(id=2) | Q(id=3, name="x")) == [2, 3, 4]


def test_one_of_many(house):
    """Hundreds of conditions joined by | are one row of them, and not as deep as they are many."""
    some = Q(id=1)
    for number in range(3, 500):
        some = some | Q(id=number)
    assert house.where(house.dish, some) == [1, 3, 4]


def test_none(house):
    """None is asked for by IS NULL, and `isnull` asks both ways."""
    assert house.where(house.dish, Q(note=None)) == [2, 4]
    assert house.where(house.dish, Q(note__exact=None)) == [2, 4]
    assert house.where(house.dish, Q(note__isnull=True)) == [2, 4]
    assert house.where(house.dish, Q(note__isnull=False)) == [1, 3]


@pytest.mark.parametrize("path", ["price__gt", "price__lte", "name__contains", "name__iexact"])
def test_none_is_not_more(house, path):
    """None behind another lookup is refused by the path's name: nothing is more than None."""
    with pytest.raises(FieldError) as caught:
        house.where(house.dish, Q(**{path: None}))
    assert path in str(caught.value)


def test_not_is_python_s_not(house):
    """~ holds where the condition does not, also where SQL knows neither, because of a NULL."""
    assert house.where(house.dish, ~Q(note="50%_hot")) == [2, 3, 4]
    assert house.where(house.dish, ~Q(note__contains="b")) == [1, 2, 4]
    assert house.where(house.dish, ~Q(note__lt="a")) == [2, 3, 4]
    assert house.where(house.dish, ~Q(category__name="Mains")) == [1, 4]


def test_not_of_several(house):
    """~ of several lookups: not all of them. ~ of | : none of them."""
    assert house.where(house.dish, ~Q(name="Soup", note=None)) == [1, 2, 3, 4]
    assert house.where(house.dish, ~Q(category=2, note=None)) == [1, 3, 4]
    assert house.where(house.dish, ~(Q(note="x") | Q(price__gt=9))) == [1, 4]


def test_not_of_not(house):
    """~~ is the condition again."""
    assert house.where(house.dish, ~~Q(note="50%_hot")) == [1]
    assert house.where(house.dish, ~(~Q(note="50%_hot") & Q(price__gt=9))) == [1, 4]


def test_nothing_asked(house):
    """A condition that asks nothing is an empty text; one that stands among others is left out."""
    compiler = Compiler("sqlite", house.dish)
    for nothing in (Q(), ~Q(), Q() & Q(), Q(Q(), ~Q())):
        assert compiler.condition(nothing.shape([]), 0) == ""
    assert house.where(house.dish, Q() | Q(id=1)) == [1]
    assert house.where(house.dish, Q(Q(), Q(id=1), ~Q())) == [1]


def test_in_a_list(house):
    """`in` finds what is in a list, once; NULL is in none."""
    assert house.where(house.dish, Q(id__in=[3, 1, 1, 99])) == [1, 3]
    assert house.where(house.dish, Q(name__in=["Soup", "x'y", '"]'])) == [1]
    assert house.where(house.dish, Q(name__in=["Soup\0", "\0", "Bread"])) == [4]
    assert house.where(house.dish, Q(note__in=["50%_hot", None])) == [1]
    assert house.where(house.dish, ~Q(note__in=["50%_hot"])) == [2, 3, 4]


def test_in_nothing(house):
    """Nothing is in an empty list, and everything is not in it."""
    assert house.where(house.dish, Q(id__in=[])) == []
    assert house.where(house.dish, Q(id__in=[None])) == []
    assert house.where(house.dish, ~Q(id__in=[])) == [1, 2, 3, 4]
    assert house.where(house.dish, Q(id__in=[]) | Q(id=2)) == [2]


def test_in_a_long_list(house):
    """Forty thousand values are one parameter; the statement is that for one."""
    statement, values = house.sql(house.dish, Q(id__in=range(40_002, 2, -1)))
    assert house.run(statement, values) == [(3,), (4,)]
    assert len(statement.fill(values)) == 1
    assert statement.sql == house.sql(house.dish, Q(id__in=[1]))[0].sql


def test_in_a_list_on_postgresql(house):
    """PostgreSQL gets the list itself, for = ANY."""
    statement, values = house.sql(house.dish, Q(id__in=(1, 2)), dialect="postgresql")
    assert "= ANY(?)" in statement.sql
    assert statement.fill(values) == [[1, 2]]


def test_in_a_query(house):
    """`in` takes a query: of keys, or of the one field that was chosen."""
    cheap = Query(house.dish).filter(price__lt=5)
    assert house.where(house.order, Q(dish__in=cheap)) == [1, 3]
    assert house.where(house.order, Q(dish__in=cheap.values("id"))) == [1, 3]
    assert house.where(house.category, Q(id__in=cheap.values("category"))) == [1]
    assert house.where(house.order, Q(dish__in=cheap, seat=2)) == [3]


def test_in_a_part_of_a_query(house):
    """A query behind `in` keeps its order and its slice."""
    dearest = Query(house.dish).order_by("-price")
    dearest.stop = 1  # what step 7's slice does
    assert house.where(house.order, Q(dish__in=dearest)) == [4]
    assert house.where(house.order, ~Q(dish__in=dearest), Q(count__lt=3)) == [1, 2]


def test_in_a_query_of_the_same_table(house):
    """A query inside another has names of its own for its tables, even if they are the same."""
    others = Query(house.order).filter(dish__name="Soup").values("seat")
    assert house.where(house.order, Q(seat__in=others, dish__name__startswith="so")) == [2]


def test_not_in_a_query_with_null(house):
    """A NULL among a query's values does not spoil `not in`, as it does in SQL."""
    seats = Query(house.order).filter(count=5).values("seat")
    assert house.where(house.order, ~Q(seat__in=seats)) == [1, 2, 3, 4]


def test_in_a_query_of_several_fields(house):
    """A query behind `in` gives one field; what gives two is refused, and so is an expression."""
    two = Query(house.dish).values("id", "name")
    with pytest.raises(FieldError) as caught:
        house.where(house.order, Q(dish__in=two))
    assert "id" in str(caught.value)
    assert "name" in str(caught.value)
    with pytest.raises(FieldError):
        house.where(house.order, Q(dish__in=F("seat")))


def test_range(house):
    """`range` has both its ends."""
    assert house.where(house.dish, Q(price__range=(4.5, 9.9))) == [1, 2]
    assert house.where(house.dish, Q(price__range=(9.9, 4.5))) == []
    assert house.where(house.dish, Q(id__range=(-(10**30), 2))) == [1, 2]


def test_patterns(house):
    """Text is looked for as it is written, with case or, by an i, without."""
    assert house.where(house.dish, Q(name__contains="o")) == [1, 2]
    assert house.where(house.dish, Q(name__contains="S")) == [1, 3]
    assert house.where(house.dish, Q(name__icontains="S")) == [1, 2, 3]
    assert house.where(house.dish, Q(name__startswith="so")) == [2]
    assert house.where(house.dish, Q(name__istartswith="so")) == [1, 2]
    assert house.where(house.dish, Q(name__endswith="P")) == []
    assert house.where(house.dish, Q(name__iendswith="P")) == [1]
    assert house.where(house.dish, Q(name__iexact="sOUP")) == [1]


def test_hostile_patterns(house):
    """The signs of patterns are letters like others in what is looked for."""
    assert house.where(house.dish, Q(name__contains="[rare]*?")) == [3]
    assert house.where(house.dish, Q(name__icontains="%")) == []
    assert house.where(house.dish, Q(note__contains="%_")) == [1]
    assert house.where(house.dish, Q(note__icontains="A\\")) == [3]
    assert house.where(house.dish, Q(note__icontains="\0")) == []
    assert house.where(house.dish, Q(note__contains="")) == [1, 3]


def test_hostile_values(house):
    """Values are parameters: what they say is compared, and never run."""
    evil = "' OR 1=1; DROP TABLE dish; --"
    statement, values = house.sql(house.dish, Q(name=evil) | Q(name__in=[evil]) | Q(note__gt=evil))
    assert "DROP" not in statement.sql
    assert house.run(statement, values) == [(1,), (3,)]
    assert house.where(house.dish, Q(id=10**30)) == []
    assert house.where(house.dish, Q(id__lt=10**400)) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "path",
    ["name__regex", "name__price", "price__lt__gt", "name__x__exact", "name__", "price__=1 OR 1"],
)
def test_unknown_lookups(house, path):
    """A lookup that there is not is refused."""
    with pytest.raises(FieldError) as caught:
        house.where(house.dish, Q(**{path: 1}))
    assert repr(path) in str(caught.value)


def test_fields_and_fields(house):
    """A field can be compared with another, and with what is reckoned of others."""
    assert house.where(house.order, Q(count__gt=F("seat"))) == [1, 3]
    assert house.where(house.order, Q(count=F("dish") * 2 - F("seat") + 1)) == [1]
    assert house.where(house.order, Q(count__lt=F("dish__price") / 10)) == []
    assert house.where(house.dish, Q(price__lt=F("id") * 2.5)) == [4]
    assert house.where(house.dish, Q(id__gt=0), Q(orders__count__gt=F("orders__seat"))) == [1, 1]


def test_values_in_their_order(house):
    """Values stand where they belong, in whichever order they were written."""
    asked = Q(price__range=(1, 10)) & ~Q(name__in=["Soup"]) | Q(id=F("id") + 0, name="Soup")
    assert house.where(house.dish, asked, Q(id__lt=4)) == [1, 2]


def test_across_relations(house):
    """Conditions go across relations."""
    assert house.where(house.order, Q(dish__category__name="Soups")) == [1, 3]
    assert house.where(house.dish, Q(category__isnull=True)) == [4]
    assert house.where(house.dish, Q(orders__seat=1, orders__count=1)) == [2]
    assert house.where(house.dish, Q(orders__seat=1), Q(orders__count=3)) == [1]
    assert house.where(house.dish, Q(orders__seat=1, orders__count=3)) == []
    assert house.where(house.dish, Q(orders__isnull=True)) == [4]

"""Step 15.6: one value of many rows."""

import pytest

from bistro.orm.expressions import (
    Avg,
    Column,
    Count,
    F,
    FieldError,
    Max,
    Min,
    Q,
    Relation,
    Sum,
    Table,
)
from bistro.orm.query import Query
from bistro.orm.sql import Compiler, aggregate, select


def made_of(house, query, **wanted):
    """One row of aggregates of a query."""
    values = []
    shape = query.shape(values)
    wanted = [(name, one.shape(values)) for name, one in wanted.items()]
    return house.run(aggregate("sqlite", shape, wanted), values)[0]


def written(table, one):
    """What an aggregate is, and the column that holds it."""
    return Compiler("sqlite", table).aggregate(one.shape([]), range(0))


def test_of_all_rows(house):
    """An aggregate makes one value of all rows of a query."""
    dishes = Query(house.dish)
    assert made_of(house, dishes, n=Count("id"), dear=Max("price")) == (4, 21)
    assert made_of(house, dishes.filter(price__lt=9), s=Sum("price"), m=Avg("price")) == (6.5, 3.25)
    assert made_of(house, dishes.filter(id=99), s=Sum("price"), n=Count("*")) == (None, 0)


def test_counting(house):
    """`Count` of a field leaves NULLs out, `Count("*")` counts rows, `distinct` each value once."""
    assert made_of(house, Query(house.dish), a=Count("note"), b=Count("*")) == (2, 4)
    orders = Query(house.order)
    assert made_of(house, orders, a=Count("seat"), b=Count("seat", distinct=True)) == (3, 2)


def test_of_an_expression(house):
    """An aggregate takes expressions and paths, and values in them stay parameters."""
    orders = Query(house.order)
    total = Sum(F("count") * F("dish__price"))
    assert made_of(house, orders, total=total)[0] == pytest.approx(137.4)
    assert made_of(house, orders, least=Min(F("count") - 5)) == (-4,)


def test_what_it_holds(house):
    """A count is an integer; a sum and an extreme are what they are made of; a mean is none."""
    for one, kind, places in [
        (Count("name"), "integer", None),
        (Count("*"), "integer", None),
        (Sum("price"), "decimal", 2),
        (Max("price"), "decimal", 2),
        (Avg("price"), "decimal", None),
        (Avg("id"), "float", None),
        (Min("name"), "text", None),
        (Sum("id"), "integer", None),
        (Sum(F("id") * 1.5), "float", None),
    ]:
        _, column = written(house.dish, one)
        assert (column.name, column.kind, column.places) == ("", kind, places)
        assert column.null or one.function == "COUNT"


def test_what_it_says(house):
    """An aggregate is a function of SQL."""
    assert written(house.dish, Count("*"))[0] == "COUNT(*)"
    assert written(house.dish, Sum("price"))[0] == 'SUM(t0."price")'
    assert written(house.dish, Count("note", distinct=True))[0] == 'COUNT(DISTINCT t0."note")'


def test_of_what_belongs_to_a_row(house):
    """An annotation is made of the rows that belong to each row; of none it is 0, or None."""
    query = Query(house.dish).annotate(n=Count("orders"), s=Sum("orders__count")).order_by("id")
    assert house.rows(query.values("name", "n", "s")) == [
        ("Soup", 2, 5),
        ("soufflé", 1, 1),
        ("Steak [rare]*?", 1, 5),
        ("Bread", 0, None),
    ]


def test_a_row_with_all_its_columns(house):
    """A row that gets an annotation keeps its columns; it stands behind them."""
    query = Query(house.guest).annotate(n=Count("likes")).order_by("-n", "id")
    assert house.rows(query) == [(1, "Anna", 2), (2, "Bert", 2), (3, "Cleo", 0)]


def test_rows_that_are_equal_stay_apart(house):
    """Rows are told apart by their keys: two guests of one name are two rows."""
    house.driver.execute("INSERT INTO guest VALUES (4, 'Anna')")
    query = Query(house.guest).annotate(n=Count("likes")).order_by("id").values("name", "n")
    assert house.rows(query) == [("Anna", 2), ("Bert", 2), ("Cleo", 0), ("Anna", 0)]


def test_rows_that_are_alike(house):
    """After `values`, an aggregate is made of the rows that are alike in those fields."""
    query = Query(house.order).values("seat").annotate(n=Count("*"), s=Sum("count"))
    assert house.rows(query.order_by("seat")) == [(None, 1, 5), (1, 2, 3), (2, 1, 3)]
    query = Query(house.order).values("dish__category__name", "seat").annotate(n=Count("id"))
    assert house.rows(query.order_by("dish__category__name", "seat")) == [
        ("Mains", None, 1),
        ("Mains", 1, 1),
        ("Soups", 1, 1),
        ("Soups", 2, 1),
    ]


def test_alike_in_an_annotation(house):
    """Rows may be alike in what was reckoned of them, too."""
    query = Query(house.order).annotate(double=F("count") * 2).values("double")
    query = query.annotate(n=Count("*")).order_by("double")
    assert house.rows(query) == [(2, 1), (4, 1), (6, 1), (10, 1)]


def test_conditions_on_groups(house):
    """A condition on an aggregate is asked of the groups; one on a field, of the rows."""
    query = Query(house.dish).annotate(n=Count("orders")).values("name")
    assert house.rows(query.filter(n__gt=1)) == [("Soup",)]
    assert house.rows(query.filter(n=0)) == [("Bread",)]
    assert house.rows(query.filter(Q(n=0) | Q(price__gt=20)).order_by("id"))[1:] == [("Bread",)]
    orders = Query(house.order).filter(count__lt=5).values("dish").annotate(s=Sum("count"))
    assert house.rows(orders.filter(s__gte=1).order_by("dish")) == [(1, 5), (2, 1)]


def test_filtered_rows(house):
    """What was filtered before is counted, and nothing else."""
    query = Query(house.dish).filter(orders__seat=1).annotate(n=Count("orders"))
    assert house.rows(query.values("name", "n").order_by("name")) == [("Soup", 1), ("soufflé", 1)]
    query = Query(house.dish).filter(orders__seat=1).values("orders__count")
    assert house.rows(query.annotate(n=Count("*")).order_by("orders__count")) == [(1, 1), (2, 1)]


def test_aggregates_of_aggregates(house):
    """Aggregates can be made of annotations, and of distinct rows."""
    query = Query(house.dish).annotate(n=Count("orders"))
    assert made_of(house, query, mean=Avg("n"), most=Max("n")) == (1.0, 2)
    seats = Query(house.order).filter(seat__isnull=False).values("seat").distinct()
    assert made_of(house, seats, n=Count("*")) == (2,)
    names = Query(house.order).values("dish__name").distinct()
    assert made_of(house, names, n=Count("dish__name")) == (3,)


def test_groups_are_told_by_keys(house):
    """Without `values`, rows are grouped by their key, and the keys of what is joined and one."""

    def groups(query):
        compiler = Compiler("postgresql", query.table)
        return compiler.grouped(query.shape([])), len(compiler.joins)

    dishes = Query(house.dish)
    assert groups(dishes) == (['t0."id"'], 0)
    assert groups(dishes.values("category__name")) == (['t0."id"', 't1."id"'], 1)
    assert groups(dishes.order_by("-category__name")) == (['t0."id"', 't1."id"'], 1)
    assert groups(dishes.values("orders__seat")) == (['t0."id"'], 1)


@pytest.mark.parametrize(
    "wanted",
    [
        {"a": Count("orders"), "b": Count("fans")},
        {"a": Sum("orders__count"), "b": Max("fans__name")},
        {"a": Count("orders"), "b": Sum("price")},
        {"a": Sum(F("price") * 2), "b": Min("orders__seat")},
        {"a": Count("*"), "b": Count("orders")},
        {"a": Sum(F("orders__count") * F("fans__id"))},
    ],
)
def test_multiplied_aggregates(house, wanted):
    """An aggregate that would take a value once for each row of another relation is refused."""
    query = Query(house.dish).annotate(**wanted)
    with pytest.raises(FieldError) as caught:
        house.rows(query)
    assert "two queries" in str(caught.value)


def test_multiplied_by_a_condition(house):
    """A condition on another relation multiplies, too."""
    dishes = Query(house.dish).filter(fans__name__contains="n")
    with pytest.raises(FieldError):
        house.rows(dishes.annotate(n=Count("orders")))
    with pytest.raises(FieldError):
        made_of(house, dishes, s=Sum("price"))
    guests = Query(house.guest).filter(likes__name="Soup").filter(likes__price__gt=5)
    with pytest.raises(FieldError):
        house.rows(guests.annotate(n=Count("likes")))
    categories = Query(house.category)
    with pytest.raises(FieldError):
        house.rows(categories.annotate(a=Count("dishes"), b=Sum("dishes__orders__count")))


def test_aggregates_that_do_not_multiply(house):
    """What is not changed by taking a value several times is allowed: distinct, Min, Max."""
    query = Query(house.dish).annotate(
        a=Count("orders", distinct=True),
        b=Max("fans__name"),
        c=Min("price"),
        d=Max("orders__count"),
    )
    rows = house.rows(query.values("a", "b", "c", "d").order_by("id"))
    assert rows[0] == (2, "Bert", 4.5, 3)
    assert rows[3] == (0, "Bert", 2, None)


def test_along_one_chain(house):
    """Along one chain of relations, the last table's rows are each taken once."""
    query = Query(house.category).annotate(
        s=Sum("dishes__orders__count"), n=Count("dishes__orders")
    )
    rows = house.rows(query.values("name", "s", "n").order_by("id"))
    assert rows == [("Soups", 5, 2), ("Mains", 6, 2), ("Desserts", None, 0)]
    query = Query(house.dish).annotate(s=Sum(F("orders__count") * F("price"))).filter(id=1)
    assert house.rows(query.values("s")) == [(22.5,)]
    town = Table("town", Column("id", "integer"), Column("size", "integer"))
    house.driver.execute("CREATE TABLE town (id INTEGER PRIMARY KEY, size INTEGER)")
    house.driver.execute("INSERT INTO town VALUES (1, 100), (2, 10)")
    house.order.relations["town"] = Relation(town, "seat", "id", null=True)
    query = Query(house.dish).annotate(s=Sum("orders__town__size")).order_by("id").values("s")
    assert house.rows(query) == [(110,), (100,), (None,), (None,)]


def test_alike_in_what_multiplies(house):
    """Rows that are alike in a field of many are meant to be taken once for each of it."""
    query = (
        Query(house.dish).values("orders__seat").annotate(n=Count("id")).order_by("orders__seat")
    )
    assert house.rows(query) == [(None, 2), (1, 2), (2, 1)]
    names = Query(house.dish).filter(id=1).values("name", "orders__seat").annotate(n=Count("id"))
    assert house.rows(names.order_by("orders__seat")) == [("Soup", 1, 1), ("Soup", 2, 1)]
    with pytest.raises(FieldError):
        house.rows(query.annotate(m=Count("fans")))


def test_an_aggregate_in_a_condition(house):
    """An aggregate in a condition, where SQL has none, is refused; annotated, it has a name."""
    for one in (Sum("price"), Max("id"), Count("*")):
        with pytest.raises(FieldError) as caught:
            select("sqlite", Query(house.dish).filter(price__gt=one).shape([]))
        assert one.function in str(caught.value)


def test_a_hostile_path(house):
    """A field that there is not is refused in an aggregate, too."""
    for one in (Count("orderz"), Sum("price); --"), Max("orders__seat__gt"), Avg(F("prize") * 2)):
        with pytest.raises(FieldError):
            house.rows(Query(house.dish).annotate(x=one))


def test_a_star_is_for_counting(house):
    """`*` is no field: nothing but a plain Count takes it."""
    for one in (Sum("*"), Max("*"), Avg("*"), Count("*", distinct=True)):
        with pytest.raises(FieldError):
            house.rows(Query(house.dish).annotate(x=one))

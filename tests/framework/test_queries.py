"""Queries beside Django's, on SQLite and PostgreSQL: the same words have the same answers."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bistro.orm import expressions
from bistro.orm.database import connect
from bistro.orm.expressions import Avg, Count, F, FieldError, Max, Q, Sum
from bistro.orm.query import Query
from bistro.orm.sql import Compiler
from tests.framework import query_house
from tests.framework.query_house import CATEGORY, DISH, GUEST, ORDER, ROWS, TABLES, ask, ids

NAMES = {
    **{
        name: getattr(expressions, name) for name in ("Avg", "Count", "F", "Max", "Min", "Q", "Sum")
    },
    **{name.upper(): Query(table) for name, table in TABLES.items()},
}
DISHES = [
    "",
    "filter(price__gt=6)",
    "filter(price__gte=6, price__lt=21)",
    "filter(price__lte=2)",
    "filter(price__in=[2, 21, 99])",
    "filter(price__in=[])",
    "exclude(price__in=[])",
    "exclude(price__in=[2, 9])",
    "filter(price__range=(6, 9))",
    "filter(price__range=(9, 6))",
    "filter(id=10**30)",
    "filter(id__lt=10**30)",
    "filter(pk=3)",
    "filter(pk__in=[1, 3])",
    "filter(name='Tart')",
    "filter(name__iexact='TART')",
    "filter(name__icontains='SOUP')",
    "filter(name__istartswith='s')",
    "filter(name__iendswith='T')",
    "filter(name__contains='[rare]*?')",
    "filter(note__contains='%_')",
    "filter(note__contains='%')",
    "filter(note__icontains='a\\\\b')",
    "filter(note='')",
    "filter(note=None)",
    "filter(note__isnull=True)",
    "filter(note__isnull=False)",
    "exclude(note=None)",
    "exclude(note__isnull=False)",
    "exclude(note='hot')",
    "exclude(note__contains='hot')",
    "exclude(note='hot', price=6)",
    "exclude(Q(note='hot') | Q(price=2))",
    "filter(~Q(note='hot') & ~Q(price=2))",
    "filter(~~Q(note='hot'))",
    "filter(~(~Q(note='hot') & Q(price__gt=1)))",
    "filter(~Q(~Q(note='hot') | Q(category=1)))",
    "filter(Q(note='hot') | Q(price=2))",
    "filter(Q(note=None) & (Q(price=2) | Q(price=9)))",
    "filter(Q())",
    "filter(~Q())",
    "filter(Q() | Q(id=1))",
    "filter(category=1)",
    "filter(category=None)",
    "filter(category__isnull=True)",
    "filter(category__pk__in=[1, 3])",
    "filter(category__id__gt=1)",
    "filter(category__name='Mains')",
    "exclude(category__name='Mains')",
    "filter(category__size__gt=1)",
    "exclude(category__size__gt=1)",
    "filter(category__size=None)",
    "filter(category__size__isnull=True)",
    "exclude(category__size__isnull=True)",
    "filter(Q(category__name='Soups') | Q(category=None))",
    "filter(price__gt=F('id'))",
    "filter(price__gt=F('category__size'))",
    "exclude(price__gt=F('category__size'))",
    "filter(price=F('id') * 2 + 4)",
    "filter(price__lt=10 - F('id'))",
    "filter(orders__seat=1)",
    "filter(orders__seat=1, orders__count=2)",
    "filter(orders__seat=1).filter(orders__count=3)",
    "filter(orders__seat=1, orders__count=3)",
    "filter(orders=1)",
    "filter(orders__in=[1, 3])",
    "filter(orders__isnull=True)",
    "filter(orders__isnull=False)",
    "filter(orders__count__gt=F('price'))",
    "filter(Q(orders__seat=2) | Q(note='hot'))",
    "filter(Q(orders__seat=2) | Q(orders__count=5))",
    "exclude(orders__seat=1)",
    "exclude(orders__count__gt=2)",
    "exclude(orders=1)",
    "exclude(orders__in=[1, 2])",
    "exclude(orders__isnull=True)",
    "exclude(orders__isnull=False)",
    "filter(~Q(orders__seat=1) & Q(price__gt=2))",
    "filter(~Q(orders__seat=1) | Q(price=6))",
    "filter(fans__name='Anna')",
    "exclude(fans__name='Anna')",
    "exclude(fans__name__istartswith='b')",
    "filter(fans__likes__name='Soufflé')",
    "exclude(fans__likes__name='Soufflé')",
    "filter(category__dishes__price=21)",
    "exclude(category__dishes__price=21)",
    "filter(category__in=CATEGORY.filter(size__gt=1).values('id'))",
    "exclude(category__in=CATEGORY.filter(size__gt=1).values('id'))",
    "filter(id__in=ORDER.filter(seat=1).values('dish'))",
    "exclude(id__in=ORDER.filter(count__gt=2).values('dish'))",
    "filter(id__in=ORDER.values('dish').annotate(n=Count('id')).filter(n__gt=1).values('dish'))",
    "annotate(n=Count('orders')).filter(n=0)",
    "annotate(n=Count('orders')).exclude(n=0)",
    "annotate(n=Count('orders')).filter(n__gt=F('id'))",
    "annotate(double=F('price') * 2).filter(double__gt=12)",
    "annotate(n=Sum('orders__count')).filter(Q(n__gt=6) | Q(price=21))",
    "annotate(n=Count('orders')).filter(n=1, price__gt=6)",
]
OTHERS = [
    ("order", "filter(dish__category__name='Soups')", ["id"]),
    ("order", "exclude(dish__category__name='Soups')", ["id"]),
    ("order", "exclude(dish__category__size__gt=1)", ["id"]),
    ("order", "exclude(dish__fans__name='Bert')", ["id"]),
    ("order", "filter(dish=2).values('seat').distinct()", ["seat"]),
    ("order", "values('seat').annotate(n=Count('*'), s=Sum('count'))", ["seat", "n", "s"]),
    ("order", "values('dish__name').annotate(n=Count('*'))", ["dish__name", "n"]),
    ("order", "values('dish__category__name', 'seat').annotate(m=Max('count'))", ["seat", "m"]),
    ("order", "annotate(cost=F('count') * F('dish__price'))", ["id", "cost"]),
    ("order", "annotate(rest=F('count') % 4, part=F('count') / 2)", ["id", "rest", "part"]),
    (
        "order",
        "filter(seat__gt=0).values('seat').annotate(s=Sum('count')).filter(s__gt=5)",
        ["seat"],
    ),
    ("guest", "filter(likes__category__name='Soups')", ["id"]),
    ("guest", "exclude(likes__category__name='Soups')", ["id"]),
    ("guest", "exclude(likes__orders__seat=2)", ["id"]),
    ("guest", "annotate(n=Count('likes'), s=Sum('likes__price'))", ["name", "n", "s"]),
    ("guest", "filter(likes__price__gt=2).annotate(n=Count('likes'))", ["name", "n"]),
    ("category", "filter(dishes__orders__seat=1)", ["id"]),
    ("category", "exclude(dishes__orders__seat=1)", ["id"]),
    ("category", "exclude(dishes=2)", ["id"]),
    ("category", "annotate(s=Sum('dishes__orders__count'))", ["id", "s"]),
    (
        "category",
        "annotate(n=Count('dishes', distinct=True), o=Count('dishes__orders'))",
        ["n", "o"],
    ),
    ("category", "annotate(a=Avg('dishes__price'), b=Min('dishes__name'))", ["id", "a", "b"]),
    ("dish", "annotate(n=Count('orders'))", ["category__name", "n"]),
    ("dish", "annotate(n=Count('orders')).filter(n__gt=0)", ["name", "category__size", "n"]),
    ("dish", "filter(orders__seat=1).annotate(n=Count('orders'))", ["id", "n"]),
    ("dish", "annotate(a=Max('orders__count'), b=Min('fans__name'))", ["id", "a", "b"]),
    ("dish", "values('price').annotate(n=Count('id')).filter(n__gt=1)", ["price", "n"]),
    ("dish", "values('category').annotate(s=Sum('price'))", ["category", "s"]),
]
SUMS = [
    ("dish", "", {"n": "Count('*')", "s": "Sum('price')", "a": "Avg('price')", "m": "Max('name')"}),
    ("dish", "filter(id=99)", {"n": "Count('id')", "s": "Sum('price')"}),
    ("dish", "", {"n": "Count('note')", "p": "Count('price', distinct=True)"}),
    ("order", "", {"s": "Sum(F('count') * F('dish__price'))"}),
    ("order", "filter(dish__category__name='Soups')", {"s": "Sum('count')"}),
    ("dish", "annotate(n=Count('orders'))", {"a": "Avg('n')", "m": "Max('n')"}),
    ("order", "values('seat').annotate(s=Sum('count'))", {"m": "Max('s')"}),
    ("dish", "values('price').distinct()", {"n": "Count('*')"}),
]
ORDERED = [
    ("dish", "order_by('price', '-id')", ["id"]),
    ("dish", "order_by('note', 'id')", ["id"]),
    ("dish", "order_by('-note', 'id')", ["id"]),
    ("dish", "order_by('category__size', '-category__name', 'id')", ["id"]),
    ("dish", "order_by('-category__size', 'id')", ["id"]),
    ("order", "order_by('-dish__category__name', 'seat', 'id')", ["id"]),
    ("dish", "annotate(n=Count('orders')).order_by('-n', 'name')", ["name", "n"]),
    ("order", "values('seat').annotate(n=Sum('count')).order_by('-n')", ["seat", "n"]),
    ("guest", "order_by('likes__name', 'id')", ["id"]),
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request):
    """A database of each kind with the tables and their rows; each test leaves them as they are."""
    with query_house.opened(request, "queries") as db:
        query_house.fill(db, ROWS)
        yield db


@pytest.fixture(scope="module")
def django(tmp_path_factory):
    """`django(*questions)`: the answers of Django's ORM to questions, on SQLite."""
    file = tmp_path_factory.mktemp("django") / "house.db"
    db = connect(f"sqlite:///{file}")
    query_house.build(db)
    query_house.fill(db, ROWS)
    db.close()

    @functools.cache
    def asked(questions):
        script = Path(__file__).parent / "django_queries.py"
        run = subprocess.run(
            [sys.executable, script, file],
            input=questions,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr[-2_000:]
        return json.loads(run.stdout)

    return lambda *questions: asked(json.dumps(questions))


def ours(db, table, chain, fields):
    """The rows of a chain of calls, as lists of plain numbers and texts."""
    query = query_house.evaluated(Query(TABLES[table]), chain, NAMES)
    return [plain(row) for row in ask(db, query.values(*fields))]


def our_sums(db, table, chain, aggregates):
    """One row of aggregates."""
    query = query_house.evaluated(Query(TABLES[table]), chain, NAMES)
    wanted = {name: eval(one, NAMES) for name, one in aggregates.items()}
    statement, parameters = query.aggregated(db, **wanted)
    return plain(db.execute(statement.sql, parameters).rows[0])


def plain(row):
    """PostgreSQL's decimals as numbers."""
    return [value if isinstance(value, int | str | None) else float(value) for value in row]


def bag(rows):
    """Rows without their order."""
    return sorted(rows, key=repr)


def rounded(rows):
    """Means are reckoned to more places by PostgreSQL."""
    return [
        [round(value, 9) if isinstance(value, float) else value for value in row] for row in rows
    ]


def test_conditions_as_django(house, django):
    expected = django(*[("dish", chain, ["id"], {}) for chain in DISHES])
    for chain, rows in zip(DISHES, expected, strict=True):
        assert bag(ours(house, "dish", chain, ["id"])) == bag(rows), chain


def test_rows_and_groups_as_django(house, django):
    expected = django(*[(*question, {}) for question in OTHERS])
    for question, rows in zip(OTHERS, expected, strict=True):
        assert bag(rounded(ours(house, *question))) == bag(rounded(rows)), question


def test_orders_as_django(house, django):
    expected = django(*[(*question, {}) for question in ORDERED])
    for question, rows in zip(ORDERED, expected, strict=True):
        assert ours(house, *question) == rows, question


def test_aggregates_as_django(house, django):
    expected = django(*[(table, chain, [], wanted) for table, chain, wanted in SUMS])
    for question, row in zip(SUMS, expected, strict=True):
        assert rounded([our_sums(house, *question)]) == rounded([row]), question


def test_counting_and_asking_whether(house):
    for chain in DISHES:
        query = query_house.evaluated(Query(DISH), chain, NAMES)
        rows = ask(house, query)
        assert ask(house, query, "count") == [(len(rows),)], chain
        assert bool(ask(house, query, "exists")) == bool(rows), chain


def test_changing_what_was_asked(house):
    for chain in DISHES:
        query = query_house.evaluated(Query(DISH), chain, NAMES)
        found = set(ids(house, query))
        with house.transaction():
            statement, parameters = query.updated(house, name="changed", price=F("price") + 1)
            assert house.execute(statement.sql, parameters).count == len(found), chain
            assert set(ids(house, Query(DISH).filter(name="changed"))) == found, chain
            query_house.fill(house, ROWS)
            statement, parameters = query.compiled(house, "delete")
            assert house.execute(statement.sql, parameters).count == len(found), chain
            assert set(ids(house, Query(DISH))) == {row[0] for row in ROWS["dish"]} - found, chain
            query_house.fill(house, ROWS)


class TestOtherThanDjango:
    """What is meant to be otherwise, with Django's answer beside it."""

    def test_contains_heeds_case(self, house, django):
        chain = "filter(name__contains='S')"
        assert bag(ours(house, "dish", chain, ["id"])) == [[2], [3]]
        assert bag(django(("dish", chain, ["id"], {}))[0]) == [[1], [2], [3], [7]]

    def test_a_query_with_null_behind_not_in(self, house, django):
        chain = "exclude(id__in=ORDER.values('seat'))"
        assert bag(ours(house, "dish", chain, ["id"])) == [[3], [4], [5], [6]]
        assert django(("dish", chain, ["id"], {}))[0] == []

    def test_multiplied_aggregates(self, house, django):
        chain = "annotate(n=Count('orders'), m=Count('fans'))"
        with pytest.raises(FieldError):
            ours(house, "dish", chain, ["id", "n", "m"])
        assert [1, 6, 6] in django(("dish", chain, ["id", "n", "m"], {}))[0]

    def test_a_sum_multiplied_by_a_condition(self, house, django):
        chain, wanted = "filter(orders__seat=1)", {"s": "Sum('price')"}
        with pytest.raises(FieldError):
            our_sums(house, "dish", chain, wanted)
        assert django(("dish", chain, [], wanted))[0] == [6 + 9 + 9]


class TestDialects:
    """What both have to take, and to say alike."""

    def test_hostile_values(self, house):
        for text in ("'; DROP TABLE dish; --", "%s", "?", "??", "\\", '"', "{}", "%(name)s"):
            for lookup in ("", "__contains", "__icontains", "__iexact", "__gt"):
                ids(house, Query(DISH).filter(**{f"name{lookup}": text}))
            assert ids(house, Query(DISH).filter(name__in=[text])) == []
            assert ids(house, Query(DISH).filter(name__contains=text)) == [3] * (text == "?")
        assert len(ids(house, Query(DISH))) == len(ROWS["dish"])

    def test_a_nul_in_a_pattern(self, house):
        for lookup in ("contains", "icontains", "startswith", "iexact"):
            assert ids(house, Query(DISH).filter(**{f"note__{lookup}": "ho\0t"})) == []

    def test_huge_numbers(self, house):
        for number in (2**63, -(2**63) - 1, 10**30):
            assert ids(house, Query(DISH).filter(id=number)) == []
            assert ids(house, Query(DISH).filter(id__in=[1, number])) == [1]
            assert len(ids(house, Query(DISH).filter(id__lt=number))) == (7 if number > 0 else 0)
        assert ids(house, Query(DISH).slice(10**30, None)) == []
        assert len(ids(house, Query(DISH).slice(0, 10**30))) == 7

    def test_a_long_list(self, house):
        assert ids(house, Query(DISH).filter(id__in=range(5, 100_000))) == [5, 6, 7]
        assert ids(house, Query(DISH).exclude(id__in=range(5, 100_000))) == [1, 2, 3, 4]

    def test_slices(self, house):
        query = Query(DISH).order_by("id")
        rows = list(range(1, 8))
        for part in (slice(2, 5), slice(None, 3), slice(5, None), slice(4, 4), slice(6, 99)):
            assert ids(house, query.slice(part.start, part.stop)) == rows[part]
            assert ask(house, query.slice(part.start, part.stop), "count") == [(len(rows[part]),)]

    def test_a_slice_of_distinct_rows(self, house):
        prices = Query(DISH).values("price").distinct()  # 2, 6, 9, 21
        assert ask(house, prices.slice(3, None), "exists") != []
        assert ask(house, prices.slice(4, None), "exists") == []
        assert ask(house, prices.slice(1, None), "count") == [(3,)]

    def test_related_columns_beside_an_aggregate(self, house):
        query = Query(ORDER).annotate(n=Count("dish__fans")).order_by("dish__category__name", "id")
        query.related = ("dish", "dish__category")
        rows = ask(house, query)
        assert [row[0] for row in rows] == [6, 4, 2, 7, 1, 3, 5, 8] or rows[0][0] == 6
        assert {row[0]: row[-1] for row in rows} == {1: 2, 2: 1, 3: 2, 4: 0, 5: 2, 6: 2, 7: 1, 8: 0}

    def test_a_float_beside_an_integer(self, house):
        from bistro.orm.values import loader

        query = Query(DISH).filter(id=3).annotate(more=F("price") * 1.5).values("more")
        statement, parameters = query.compiled(house)
        load = loader(house.dialect.name, statement.columns[0]) or (lambda value: value)
        assert load(house.execute(statement.sql, parameters).rows[0][0]) == 31.5

    def test_results_are_of_one_class(self, house):
        from bistro.orm.values import loader

        wanted = {"a": Sum("price"), "b": Avg("price"), "c": Count("*"), "d": Max("name")}
        statement, parameters = Query(DISH).aggregated(house, **wanted)
        row = house.execute(statement.sql, parameters).rows[0]
        loads = [
            loader(house.dialect.name, column) or (lambda v: v) for column in statement.columns
        ]
        values = [load(value) for load, value in zip(loads, row, strict=True)]
        assert [type(value) for value in values] == [int, float, int, str]

    def test_many_of_many_of_many(self, house):
        query = Query(GUEST).exclude(likes__category__dishes__orders__seat=7)
        assert ids(house, query) == [3, 4]
        query = Query(CATEGORY).exclude(dishes__fans__likes__orders__seat__isnull=True)
        assert ids(house, query) == [3, 4]


def test_places_survive_any_order():
    """Slots come in the order of the text, however deep what they belong to."""
    inner = Query(ORDER).filter(seat__in=[5], count__gt=6).values("dish")
    query = (
        Query(DISH)
        .filter(Q(name="1") | ~Q(fans__name="2"), id__in=inner)
        .annotate(x=F("price") + 40, n=Count("fans"))
        .filter(n__gt=7)
        .order_by("-x")
        .slice(3, 13)
    )
    for dialect, listed in (("sqlite", "[5]"), ("postgresql", [5])):
        values = []
        compiler = Compiler(dialect, DISH)
        statement = compiler.finish(*compiler.select(query.shape(values)))
        assert statement.fill(values) == [40, "1", "2", listed, 6, 7, 40, 10, 3]
        assert statement.sql.count("?") == 9

"""Conditions made by chance, beside a model in plain Python: three values, until ~ makes two."""

from __future__ import annotations

import itertools
import operator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bistro.orm.expressions import F, Q
from bistro.orm.query import Query
from tests.framework import query_house
from tests.framework.query_house import DISH, ask, ids

TEXTS = st.text("aAbB%_\\*?[]'", max_size=3)
SMALL = st.integers(0, 3)
KEYS = st.integers(1, 4)
COMPARED = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
PATTERNS = {
    "contains": lambda value, part: part in value,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "iexact": lambda value, part: value.lower() == part.lower(),
    "icontains": lambda value, part: part.lower() in value.lower(),
    "istartswith": lambda value, part: value.lower().startswith(part.lower()),
    "iendswith": lambda value, part: value.lower().endswith(part.lower()),
}
MANY = ("orders", "fans")
NUMBERS = ["price", "category", "category__size", "orders", "orders__seat", "orders__count", "fans"]
WORDS = ["note", "category__name", "fans__name"]


def maybe(values):
    """A value, or NULL."""
    return st.none() | values


@st.composite
def houses(draw):
    """Rows for the tables: few values, so that some are equal, and NULLs."""
    dishes = draw(st.lists(st.tuples(SMALL, maybe(TEXTS), maybe(KEYS)), min_size=1, max_size=4))
    orders = draw(st.lists(st.tuples(KEYS, maybe(SMALL), SMALL), max_size=4))
    fans = draw(st.lists(st.tuples(KEYS, KEYS), unique=True, max_size=4))
    sizes = draw(st.tuples(*[st.tuples(TEXTS, maybe(SMALL))] * 4))
    names = draw(st.tuples(*[TEXTS] * 4))
    return {
        "category": [(key, *row) for key, row in enumerate(sizes, 1)],
        "dish": [(key, "dish", *row) for key, row in enumerate(dishes, 1)],
        "order": [(key, *row) for key, row in enumerate(orders, 1) if row[0] <= len(dishes)],
        "guest": [(key, name) for key, name in enumerate(names, 1)],
        "favourite": [(key, *row) for key, row in enumerate(fans, 1) if row[1] <= len(dishes)],
    }


def leaves():
    """One lookup: its path, its name, and its operand."""
    number, word = st.sampled_from(NUMBERS), st.sampled_from(WORDS)
    either = number | word
    return st.one_of(
        st.tuples(number, st.sampled_from(list(COMPARED)), SMALL),
        st.tuples(word, st.sampled_from(list(COMPARED)), TEXTS),
        st.tuples(word, st.sampled_from(list(PATTERNS)), TEXTS),
        st.tuples(number, st.just("in"), st.lists(maybe(SMALL), max_size=3)),
        st.tuples(word, st.just("in"), st.lists(maybe(TEXTS), max_size=2)),
        st.tuples(number, st.just("range"), st.tuples(SMALL, SMALL)),
        st.tuples(either, st.just("isnull"), st.booleans()),
        st.tuples(either, st.just("exact"), st.none()),
        st.tuples(
            st.sampled_from(["price", "category", "category__size"]),
            st.sampled_from(list(COMPARED)),
            st.sampled_from([F("price"), F("category__size"), F("price") + F("category__size")]),
        ),
    )


def trees():
    """Conditions: lookups, joined and negated."""
    return st.recursive(
        leaves().map(lambda leaf: ("leaf", *leaf)),
        lambda inner: st.one_of(
            st.tuples(st.just("not"), inner),
            st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        ),
        max_leaves=6,
    )


def condition(tree):
    """The `Q` for a tree."""
    if tree[0] == "leaf":
        _, path, lookup, operand = tree
        return Q(**{f"{path}__{lookup}": operand})
    if tree[0] == "not":
        return ~condition(tree[1])
    left, right = condition(tree[1]), condition(tree[2])
    return left & right if tree[0] == "and" else left | right


class Model:
    """The rows as dicts, which can be asked as a table's row is."""

    def __init__(self, rows):
        self.categories = {row[0]: row for row in rows["category"]}
        self.dishes = rows["dish"]
        names = dict(rows["guest"])
        self.many = {}
        for dish, *_ in self.dishes:
            orders = [
                {"orders": key, "orders__seat": seat, "orders__count": count}
                for key, of, seat, count in rows["order"]
                if of == dish
            ]
            fans = [
                {"fans": guest, "fans__name": names[guest]}
                for _, guest, of in rows["favourite"]
                if of == dish
            ]
            self.many[dish] = {"orders": orders, "fans": fans}

    def row(self, dish):
        """What a dish has in its own row, and that of its category."""
        key, _, price, note, category = dish
        _, name, size = self.categories.get(category, (None, None, None))
        return {
            "id": key,
            "price": price,
            "note": note,
            "category": category,
            "category__name": name,
            "category__size": size,
        }

    def answers(self, *trees):
        """The keys of the dishes that pass all trees, each about one row of each relation."""
        return [dish[0] for dish in self.dishes if all(self.passes(dish, tree) for tree in trees)]

    def passes(self, dish, tree):
        """Whether a tree is true for some row of each relation; a row of nothing where none is."""
        many = self.many[dish[0]]
        choices = [many[name] or [{}] for name in MANY]
        return any(
            self.value(tree, {**self.row(dish), **order, **fan}, many, False) is True
            for order, fan in itertools.product(*choices)
        )

    def value(self, tree, row, many, negated):
        """True, False, or None for what SQL does not know."""
        if tree[0] == "not":
            return self.value(tree[1], row, many, True) is not True
        if tree[0] == "leaf":
            relation = tree[1].partition("__")[0]
            if negated and relation in MANY:
                return self.some(tree, many[relation])
            return compared(*tree[1:], row)
        found = [self.value(part, row, many, negated) for part in tree[1:]]
        decisive = tree[0] == "or"
        if decisive in found:
            return decisive
        return None if None in found else not decisive

    def some(self, leaf, rows):
        """Whether some row over there passes a lookup: what stands inside of a ~ asks for that."""
        _, path, lookup, operand = leaf
        if path in MANY and ((lookup, operand) in (("isnull", True), ("exact", None))):
            return not rows
        return any(compared(path, lookup, operand, row) is True for row in rows)


def compared(path, lookup, operand, row):
    """What a lookup says of a row."""
    value = row.get(path)
    if lookup == "isnull":
        return (value is None) == operand
    if lookup == "exact" and operand is None:
        return value is None
    if isinstance(operand, F):
        operand = row[operand.name]
    elif hasattr(operand, "operator"):
        sides = row[operand.left.name], row[operand.right.name]
        operand = None if None in sides else sum(sides)
    if lookup == "in":
        wanted = [one for one in operand if one is not None]
        return False if not wanted else None if value is None else value in wanted
    if value is None or operand is None:
        return None
    if lookup == "range":
        return operand[0] <= value <= operand[1]
    return (COMPARED.get(lookup) or PATTERNS[lookup])(value, operand)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request):
    """A database of each kind, which each example fills anew."""
    with query_house.opened(request, "model") as db:
        yield db


SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def examples(house, sqlite, postgresql):
    """How many examples to try: PostgreSQL takes longer."""
    return sqlite if house.dialect.name == "sqlite" else postgresql


def test_conditions(house):
    @settings(max_examples=examples(house, 250, 30), deadline=None, suppress_health_check=SHARED)
    @given(houses(), trees(), trees())
    def check(rows, first, second):
        query_house.fill(house, rows)
        model = Model(rows)
        for asked in ([first], [second], [first, second], [("not", first), second]):
            query = Query(DISH)
            for tree in asked:
                query = query.filter(condition(tree))
            assert sorted(set(ids(house, query))) == model.answers(*asked)
            assert ask(house, query.distinct(), "count") == [(len(model.answers(*asked)),)]

    check()


def test_a_condition_and_its_opposite(house):
    """A condition about a row alone, and its negation, have each row once between them."""

    @settings(max_examples=examples(house, 60, 20), deadline=None, suppress_health_check=SHARED)
    @given(houses(), trees())
    def check(rows, tree):
        query_house.fill(house, rows)
        asked = condition(("not", tree))
        found = ids(house, Query(DISH).filter(asked)) + ids(house, Query(DISH).exclude(asked))
        assert sorted(found) == [row[0] for row in rows["dish"]]

    check()

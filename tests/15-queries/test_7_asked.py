"""Step 15.7: slices, statements that are kept, and rows that change."""

import itertools

import pytest

from bistro.orm.database import connect
from bistro.orm.expressions import Column, Count, F, FieldError, Max, Q, Sum, Table
from bistro.orm.query import Query
from bistro.orm.sql import Compiler, of_rows, select


@pytest.fixture
def db(house):
    """The house in a database of chapter 14."""
    db = connect("sqlite://")
    for line in house.driver.iterdump():
        if line not in ("BEGIN TRANSACTION;", "COMMIT;"):
            db.execute(line)
    yield db
    db.close()


def ask(db, query, verb="select"):
    """The rows that a query gives."""
    statement, parameters = query.compiled(db, verb)
    return db.execute(statement.sql, parameters).rows


def bounds(query):
    """Where a query starts and stops."""
    return query.start, query.stop


def changed(house, query):
    """The keys of the rows that would be changed."""
    values = []
    compiler = Compiler("sqlite", query.table)
    where = of_rows(compiler, query.shape(values))
    key = query.table.primary
    table = f'"{query.table.name}" AS {compiler.root.alias}'
    house.driver.execute("BEGIN")
    house.run(compiler.finish(f"DELETE FROM {table}{where}"), values)
    left = {row[0] for row in house.driver.execute(f'SELECT "{key}" FROM "{query.table.name}"')}
    house.driver.execute("ROLLBACK")
    every = {row[0] for row in house.driver.execute(f'SELECT "{key}" FROM "{query.table.name}"')}
    return sorted(every - left)


def test_a_slice(house):
    """A slice starts and stops where Python's would; without a stop it goes on."""
    query = Query(house.dish)
    assert bounds(query.slice(1, 3)) == (1, 3)
    assert bounds(query.slice(None, 3)) == (0, 3)
    assert bounds(query.slice(2, None)) == (2, None)
    assert bounds(query.slice(None, None)) == (0, None)
    assert bounds(query) == (0, None)


def test_a_slice_of_a_slice(house):
    """A slice of a slice has the rows that Python's has: it never reaches past the end."""
    rows = list(range(10))
    every = [(1, 5), (0, 4), (3, None), (None, None), (2, 2), (5, 3), (0, 0), (None, 1), (7, 8)]
    for first, second in itertools.product(every, every):
        query = Query(house.dish).slice(*first).slice(*second)
        assert rows[query.start : query.stop] == rows[slice(*first)][slice(*second)]
        assert query.start >= 0
        assert query.stop is None or query.stop >= query.start


def test_slices_from_the_end(house):
    """A negative start or stop is refused: a database counts from no end."""
    for start, stop in [(-1, None), (None, -1), (-5, -2), (0, -1), (3, -3)]:
        with pytest.raises(ValueError):  # noqa: PT011  what it says is yours
            Query(house.dish).slice(start, stop)


def test_a_slice_is_a_new_query(house):
    """A slice leaves its query as it was, and the conditions are those of before."""
    query = Query(house.dish).filter(id__gt=1).order_by("id")
    part = query.slice(1, 2)
    assert bounds(query) == (0, None)
    assert (part.where, part.order, part.table) == (query.where, query.order, query.table)


def test_rows_of_a_slice(house, db):
    """A slice gives its rows, also an empty one, one without a stop, and one beyond all."""
    query = Query(house.dish).order_by("price").values("id")
    assert ask(db, query.slice(1, 3)) == [(1,), (2,)]
    assert ask(db, query.slice(3, None)) == [(3,)]
    assert ask(db, query.slice(2, 2)) == []
    assert ask(db, query.slice(10**30, 10**31)) == []
    assert ask(db, query.slice(1, 3), "count") == [(2,)]
    assert ask(db, query.slice(3, 9), "count") == [(1,)]
    assert ask(db, query.slice(4, 9), "exists") == []
    statement, parameters = query.slice(0, 2).aggregated(db, total=Sum("id"))
    assert db.execute(statement.sql, parameters).rows == [(5,)]


def test_a_query_and_its_values(house, db):
    """A query gives a statement, and the parameters for its values."""
    statement, parameters = Query(house.dish).filter(price__lt=9, name__startswith="B").compiled(db)
    assert parameters == [9.0, "B*"]
    assert statement.sql.count("?") == 2
    assert statement.names == ["id", "name", "price", "note", "category_id"]
    assert db.execute(statement.sql, parameters).rows == [(4, "Bread", 2.0, None, None)]


def test_verbs(house, db):
    """A query can be asked for its rows, how many, whether there are any; it can delete them."""
    query = Query(house.dish).filter(price__gt=5).values("id").order_by("id")
    assert ask(db, query) == [(2,), (3,)]
    assert ask(db, query, "count") == [(2,)]
    assert len(ask(db, query, "exists")) == 1
    statement, parameters = query.compiled(db, "delete")
    assert db.execute(statement.sql, parameters).count == 2
    assert ask(db, query, "exists") == []


def test_an_unknown_verb(house, db):
    """There are no other verbs, and nothing is kept for one."""
    with pytest.raises(KeyError):
        Query(house.dish).compiled(db, "drop")
    assert db.compiled == {}


def test_statements_are_kept(house, db):
    """Queries of one shape have one statement, whatever their values."""
    first, _ = Query(house.dish).filter(price__lt=9, id__in=[1]).slice(0, 5).compiled(db)
    other, parameters = (
        Query(house.dish).filter(price__lt=3, id__in=[4, 5]).slice(0, 1).compiled(db)
    )
    assert first is other
    assert parameters == [3.0, "[4,5]", 1]
    assert len(db.compiled) == 1
    assert next(iter(db.compiled.values())) is first


def test_other_shapes_have_other_statements(house, db):
    """What SQL says otherwise has a statement of its own, and so has each verb."""
    query = Query(house.dish)
    asked = [
        query,
        query.filter(id=1),
        query.filter(id=None),
        query.order_by("id"),
        query.slice(1, 2),
    ]
    statements = {query.compiled(db)[0] for query in asked}
    statements |= {query.compiled(db, verb)[0] for verb in ("count", "exists", "delete")}
    assert len(statements) == len(db.compiled) == 8


def test_no_two_questions_are_taken_for_one(house, db):
    """All of a shape counts: a statement that was kept is the one that would be written anew."""
    dishes = Query(house.dish)
    asked = [
        dishes,
        dishes.values("id"),
        dishes.values("name"),
        dishes.values("id", "name"),
        dishes.values("name", "id"),
        dishes.order_by("name", "id"),
        dishes.order_by("id", "name"),
        dishes.order_by("-id"),
        dishes.values("note").distinct(),
        dishes.values("note"),
        dishes.slice(1, None),
        dishes.slice(None, 1),
        dishes.slice(1, 1),
        dishes.annotate(n=Count("id")),
        dishes.annotate(n=Count("id", distinct=True)),
        dishes.annotate(n=Max("id")),
        dishes.annotate(m=Max("id")),
        dishes.values("note").annotate(n=Count("id")),
        dishes.annotate(n=Count("id")).values("note", "n"),
        dishes.annotate(n=F("id") * 1),
        dishes.annotate(n=F("id") * 1.0),
        dishes.filter(orders__seat=1, orders__count=1),
        dishes.filter(orders__seat=1).filter(orders__count=1),
        dishes.exclude(orders__seat=1),
        dishes.filter(note__isnull=True),
        dishes.filter(note__isnull=False),
        dishes.filter(id__in=[]),
        dishes.filter(id__in=[None, 1]),
        dishes.filter(id__in=dishes.values("id")),
        dishes.filter(id__in=dishes.values("category")),
        Query(Table("dish", Column("id", "text"))),
    ]
    for query in asked:
        statement, _ = query.compiled(db)
        anew = select("sqlite", query.shape([]))
        assert statement.sql == anew.sql
        assert [one.kind for one in statement.columns] == [one.kind for one in anew.columns]
    assert len(db.compiled) == len(asked)


def test_each_database_has_its_own(house, db):
    """A statement is kept by its database: another may speak another dialect."""
    other = connect("postgresql://nobody@localhost/none")
    mine, _ = Query(house.dish).filter(name__contains="o").compiled(db)
    its, parameters = Query(house.dish).filter(name__contains="o").compiled(other)
    assert "GLOB" in mine.sql
    assert "GLOB" not in its.sql
    assert parameters == ["%o%"]


def test_statements_are_not_kept_forever(house, db):
    """A guest who makes up shapes does not fill the memory: at a limit it begins anew."""
    from bistro.orm.query import MAX_STATEMENTS

    db.compiled = dict.fromkeys(range(MAX_STATEMENTS))
    statement, _ = Query(house.dish).compiled(db)
    assert list(db.compiled.values()) == [statement]


def test_a_query_that_cannot_be(house, db):
    """What is refused is kept nowhere, and is refused again."""
    for _ in range(2):
        with pytest.raises(FieldError):
            Query(house.dish).filter(prize=9).compiled(db)
    assert db.compiled == {}


def test_which_rows_change(house):
    """Rows that pass the conditions are changed; without any, all are."""
    assert changed(house, Query(house.dish)) == [1, 2, 3, 4]
    assert changed(house, Query(house.dish).filter(price__lt=5)) == [1, 4]
    assert changed(house, Query(house.dish).filter(Q())) == [1, 2, 3, 4]
    assert changed(house, Query(house.dish).exclude(note="50%_hot")) == [2, 3, 4]


def test_rows_that_other_tables_decide(house):
    """Conditions across relations decide which rows change, through a select of their keys."""
    assert changed(house, Query(house.dish).filter(orders__seat=1)) == [1, 2]
    assert changed(house, Query(house.order).filter(dish__name="Soup")) == [1, 3]
    assert changed(house, Query(house.dish).exclude(orders__seat=1)) == [3, 4]
    assert changed(house, Query(house.guest).filter(likes__name="Soup", id__gt=1)) == [2]


def test_some_of_the_rows(house):
    """A slice changes its rows alone, by its order; `values` chooses no other rows."""
    assert changed(house, Query(house.dish).order_by("-price").slice(0, 1)) == [3]
    assert changed(house, Query(house.dish).order_by("id").slice(2, None)) == [3, 4]
    assert changed(house, Query(house.order).filter(id__gt=1).values("seat")) == [2, 3, 4]
    assert changed(house, Query(house.dish).order_by("name").values("name").slice(0, 1)) == [4]


def test_rows_by_an_aggregate(house):
    """A condition on an aggregate decides, too."""
    query = Query(house.dish).annotate(n=Count("orders"))
    assert changed(house, query.filter(n=0)) == [4]
    assert changed(house, query.filter(n__gte=1, price__lt=9)) == [1]


def test_groups_do_not_change(house):
    """Groups are no rows of a table: to change them is refused, before anything is done."""
    query = Query(house.order).values("seat").annotate(n=Max("count"))
    with pytest.raises(FieldError) as caught:
        changed(house, query)
    assert "group" in str(caught.value)


def test_no_more_than_needed(house):
    """Where the table's own columns decide, there is no select inside."""
    values = []
    compiler = Compiler("sqlite", house.dish)
    assert of_rows(compiler, Query(house.dish).shape([])) == ""
    where = of_rows(compiler, Query(house.dish).filter(price__lt=F("id")).shape(values))
    assert where.startswith(" WHERE ")
    assert "SELECT" not in where


def test_updates(house, db):
    """An update gives new values to fields of these rows."""
    query = Query(house.dish).filter(orders__seat=1)
    statement, parameters = query.updated(db, price=F("price") + 1, note="'; --")
    assert db.execute(statement.sql, parameters).count == 2
    rows = ask(db, Query(house.dish).filter(note="'; --").values("id", "price").order_by("id"))
    assert rows == [(1, 5.5), (2, 10.9)]

"""Step 16.4: rows into objects."""

import datetime
from decimal import Decimal

import pytest

from bistro.orm.expressions import Column, Count, F, Table
from bistro.orm.fields import DateField, DecimalField, IntegerField, JSONField, TextField
from bistro.orm.models import Model
from bistro.orm.query import Query
from bistro.orm.queryset import DICTS, FLAT, TUPLES, Source, object_loader, value_loader


def make_guest():
    """A model whose columns hold all that SQLite has no type for."""

    class Guest(Model):
        name = TextField()
        tip = DecimalField(max_digits=5, decimal_places=2, null=True)
        since = DateField(null=True)
        wishes = JSONField(null=True)

        def __init__(self, **values):
            raise AssertionError("a row that is there is not made anew")

    return Guest


def loaded(db, model, query, rows, related=()):
    """The instances that are made of rows."""
    statement, _ = query.compiled(db)
    return object_loader(model.options, related, statement, "sqlite")(rows)


def values(db, query, mode, rows):
    """What a loader of values makes of rows."""
    statement, _ = query.compiled(db)
    return value_loader(mode, statement, "sqlite")(rows)


def test_a_row_is_an_object(db):
    """Each row becomes an instance of the model, with its values in the order of the columns."""
    guest_model = make_guest()
    rows = [(1, "Ada", None, None, None), (2, "Ben", None, None, None)]
    ada, ben = loaded(db, guest_model, Query(guest_model.options.table), rows)
    assert type(ada) is guest_model
    assert vars(ada) == {"id": 1, "name": "Ada", "tip": None, "since": None, "wishes": None}
    assert (ben.id, ben.name) == (2, "Ben")


def test_values_are_converted(db):
    """A value becomes what its column holds: a decimal, a date, a list."""
    guest_model = make_guest()
    row = (1, "Ada", 4.5, "2026-05-01", '["window", null]')
    (ada,) = loaded(db, guest_model, Query(guest_model.options.table), [row])
    assert str(ada.tip) == "4.50"
    assert ada.since == datetime.date(2026, 5, 1)
    assert ada.wishes == ["window", None]


def test_no_rows(db):
    """Of no rows a loader makes no instances."""
    guest_model = make_guest()
    assert loaded(db, guest_model, Query(guest_model.options.table), []) == []


def test_a_row_of_another_length(db):
    """A row that has not as many values as there are columns is an error, not half an instance."""
    guest_model = make_guest()
    for row in ((1, "Ada"), (1, "Ada", None, None, None, "more")):
        with pytest.raises(ValueError, match="unpack"):
            loaded(db, guest_model, Query(guest_model.options.table), [row])


def test_a_value_more(db):
    """What a query was annotated with is an attribute, too, and converted."""
    guest_model = make_guest()
    query = Query(guest_model.options.table).annotate(double=F("tip") * 2, tips=Count("tip"))
    (ada,) = loaded(db, guest_model, query, [(1, "Ada", 4.5, None, None, 9.0, 1)])
    assert (ada.tip, ada.double, ada.tips) == (Decimal("4.5"), Decimal(9), 1)


def test_one_column(db):
    """A row of one column is a tuple of one, and read as one."""

    class Number(Model):
        pass

    (one,) = loaded(db, Number, Query(Number.options.table), [(7,)])
    assert vars(one) == {"id": 7}


def test_the_first_columns_go():
    """Writing an instance takes the columns of its model, and leaves the rest to others."""

    class Half(Model):
        size = IntegerField()

    source = Source()
    more = ("more", Column("more", "integer"))
    columns = [*Half.options.table.columns.items(), *Half.options.table.columns.items(), more]
    source.instance("a", Half.options, columns, "sqlite")
    source.instance("b", Half.options, columns, "sqlite")
    assert columns == [more]
    source.line("a.other = b")
    (made,) = source.function("a")([(1, 10, 2, 20)])
    assert (made.id, made.size, made.other.id, made.other.size) == (1, 10, 2, 20)
    assert type(made.other) is Half


def test_a_value_is_a_variable():
    """A value that needs no converting is its variable alone; each has its own, in order."""
    source = Source()
    number = Column("n", "integer")
    assert [source.value(number, "sqlite") for _ in range(3)] == ["v0", "v1", "v2"]
    assert source.variables == ["v0", "v1", "v2"]
    assert source.function("(v2, v0)")([(1, 2, 3), (4, 5, 6)]) == [(3, 1), (6, 4)]


def test_null_is_not_converted():
    """NULL is None for every kind of column: no converter sees it."""
    source = Source()
    written = source.value(Column("day", "date", null=True), "sqlite")
    day = datetime.date(2026, 5, 1)
    assert source.function(written)([(None,), ("2026-05-01",), (None,)]) == [None, day, None]


def test_what_is_false_is_converted():
    """What is false in Python is a value all the same."""
    source = Source()
    written = source.value(Column("vegan", "boolean"), "sqlite")
    assert source.function(written)([(0,), (1,)]) == [False, True]
    assert type(source.function(written)([(0,)])[0]) is bool


def test_a_function_is_used_again():
    """One function reads the rows of many queries: each call begins with an empty list."""
    source = Source()
    read = source.function(source.value(Column("n", "integer"), "sqlite"))
    first = read([(1,), (2,)])
    assert read([(3,)]) == [3]
    assert first == [1, 2]


def test_dicts_tuples_and_values(db):
    """Of the same rows there are dicts, tuples, or the values of one column."""
    dish = Table("dish", Column("id", "integer"), Column("day", "date", null=True))
    rows = [(1, "2026-05-01"), (2, None)]
    day = datetime.date(2026, 5, 1)
    query = Query(dish)
    assert values(db, query, DICTS, rows) == [{"id": 1, "day": day}, {"id": 2, "day": None}]
    assert values(db, query, TUPLES, rows) == [(1, day), (2, None)]
    one = query.values("day")
    assert values(db, one, FLAT, [("2026-05-01",), (None,)]) == [day, None]
    assert values(db, one, TUPLES, [("2026-05-01",)]) == [(day,)]


def test_hostile_values(db):
    """Nothing of a row is ever source: whatever is in it, it is a value."""
    guest_model = make_guest()
    text = '"); raise SystemExit("'
    (guest,) = loaded(
        db, guest_model, Query(guest_model.options.table), [(1, text, None, None, None)]
    )
    assert guest.name == text


def test_a_broken_value(db):
    """A date in the table that is none is an error where it is read."""
    guest_model = make_guest()
    with pytest.raises(ValueError, match="soon"):
        loaded(db, guest_model, Query(guest_model.options.table), [(1, "Ada", None, "soon", None)])

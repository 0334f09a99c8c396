"""Step 15.3: from a path to a column, by way of joins."""

import pytest

from bistro.orm.expressions import Column, FieldError, Relation, Table
from bistro.orm.sql import Compiler


def compiler(table):
    """A compiler for a select of a table."""
    return Compiler("sqlite", table)


def walked(start, path, scope=0):
    """Where a path leads: the table, the column's name, the rest, and how many joins there are."""
    join, column, rest = start.walk(path, scope)
    return join.table.name, column.name, rest, len(start.joins)


def select(house, start, *written):
    """The rows that the compiler's tables give."""
    columns = ", ".join(written)
    return house.run(start.finish(f"SELECT {columns} FROM {start.tables()} ORDER BY {columns}"))


def test_a_column_of_the_table_itself(house):
    """A name alone is a column of the table; nothing is joined."""
    start = compiler(house.dish)
    join, column, rest = start.walk("price", 0)
    assert join is start.root
    assert column is house.dish.columns["price"]
    assert (rest, start.joins) == ([], {})


def test_pk_is_the_primary_key(house):
    """`pk` is the primary key, whatever that is called."""
    assert walked(compiler(house.dish), "pk") == ("dish", "id", [], 0)
    land = Table("land", Column("code", "text"), primary="code")
    assert walked(compiler(land), "pk__in") == ("land", "code", ["in"], 0)


def test_what_is_left(house):
    """What stands behind a column is left: a lookup, or what is wrong with it."""
    assert walked(compiler(house.dish), "price__lt") == ("dish", "price", ["lt"], 0)
    assert walked(compiler(house.dish), "name__x__y") == ("dish", "name", ["x", "y"], 0)


def test_across_a_relation(house):
    """Behind a relation the path goes on in the other table, which is joined."""
    start = compiler(house.order)
    assert walked(start, "dish__category__name__contains") == ("category", "name", ["contains"], 2)
    assert [join.table.name for join in start.joins.values()] == ["dish", "category"]
    assert start.walk("dish__name", 0)[0].parent is start.root


def test_a_relation_joined_twice_is_joined_once(house):
    """A table that was joined already is not joined again, by whichever path it is reached."""
    start = compiler(house.order)
    first, _, _ = start.walk("dish__name", 0)
    again, _, _ = start.walk("dish__price", 1)
    behind, _, _ = start.walk("dish__category__name", 2)
    assert first is again is behind.parent
    assert len(start.joins) == 2


def test_a_key_needs_no_join(house):
    """The key of a relation is in the column over here: nothing is joined for it."""
    for path, rest in [
        ("dish", []),
        ("dish__id", []),
        ("dish__pk", []),
        ("dish__in", ["in"]),
        ("dish__id__lt", ["lt"]),
        ("dish__pk__isnull", ["isnull"]),
    ]:
        assert walked(compiler(house.order), path) == ("order", "dish_id", rest, 0)
    assert walked(compiler(house.order), "dish__category__pk") == ("dish", "category_id", [], 1)


def test_a_key_of_many_needs_its_join(house):
    """A relation to many has its keys over there, so it is joined."""
    for path, rest in [("orders", []), ("orders__isnull", ["isnull"]), ("orders__pk__in", ["in"])]:
        assert walked(compiler(house.dish), path) == ("order", "id", rest, 1)


def test_a_column_that_is_called_like_a_lookup(house):
    """A column over there goes before a lookup of the same name."""
    shelf = Table("shelf", Column("id", "integer"), Column("range", "integer"))
    house.dish.relations["shelf"] = Relation(shelf, "id", "id")
    assert walked(compiler(house.dish), "shelf__range") == ("shelf", "range", [], 1)
    assert walked(compiler(house.dish), "shelf__range__lt") == ("shelf", "range", ["lt"], 1)
    assert walked(compiler(house.dish), "shelf__contains") == ("dish", "id", ["contains"], 0)


def test_a_relation_goes_before_a_column(house):
    """A name that is a relation's and a column's is the relation's."""
    bill = Table("bill", Column("id", "integer"), Column("dish", "integer"))
    bill.relations["dish"] = Relation(house.dish, "dish", "id")
    assert walked(compiler(bill), "dish__name") == ("dish", "name", [], 1)
    assert walked(compiler(bill), "dish__lt") == ("bill", "dish", ["lt"], 0)


def test_a_relation_by_what_is_no_key(house):
    """Where a relation goes by another column, that one is over here; the key is over there."""
    land = Table("land", Column("id", "integer"), Column("code", "text"))
    house.guest.relations["land"] = Relation(land, "name", "code", null=True)
    for path in ("land", "land__pk", "land__id", "land__in"):
        table, column, _, joins = walked(compiler(house.guest), path)
        assert (table, column, joins) == ("land", "id", 1)
    assert walked(compiler(house.guest), "land__code__lt") == ("guest", "name", ["lt"], 0)
    land.relations["guest"] = Relation(house.guest, "code", "name", null=True)
    assert walked(compiler(land), "guest__isnull") == ("guest", "id", ["isnull"], 1)


def test_keys_are_compared_with_instances(house):
    """Where a key is meant, the column takes what has a `pk`, too."""

    class Saved:
        pk = 7

    class New:
        pk = None

    for table, path in [(house.order, "dish"), (house.order, "dish__pk"), (house.dish, "orders")]:
        _, column, _ = compiler(table).walk(path, 0)
        assert column.prepare(Saved()) == 7
        with pytest.raises(ValueError, match="saved"):
            column.prepare(New())


@pytest.mark.parametrize(
    ("path", "wrong", "near"),
    [
        ("prize", "prize", "price"),
        ("orders__seet", "seet", "seat"),
        ("category__nmae__x", "nmae", "name"),
        ("price; --", "price; --", "price"),
        ("", "", "it has"),
        ("__price", "", "it has"),
        ("orders____count", "", "it has"),
        ("__class__", "", "it has"),
    ],
)
def test_names_that_are_not_there(house, path, wrong, near):
    """A name that its table does not have is refused, with one that it has."""
    with pytest.raises(FieldError) as caught:
        compiler(house.dish).walk(path, 0)
    assert repr(path) in str(caught.value)
    assert repr(wrong) in str(caught.value)
    assert near in str(caught.value)


def test_a_join_is_kept(house):
    """A join is kept with its table, parent and relation, under an alias of its own."""
    start = compiler(house.order)
    relation = house.order.relations["dish"]
    join = start.join(start.root, "dish", relation, 0)
    assert (join.table, join.parent, join.relation) == (house.dish, start.root, relation)
    assert list(start.joins.values()) == [join]
    other = start.join(join, "fans", house.dish.relations["fans"], 0)
    assert len({start.root.alias, join.alias, other.alias}) == 3


def test_each_condition_is_about_its_own_row(house):
    """One condition shares a join to many; another condition has another."""
    start = compiler(house.dish)
    first, _, _ = start.walk("orders__seat", 0)
    again, _, _ = start.walk("orders__count", 0)
    other, _, _ = start.walk("orders__count", 1)
    assert first is again
    assert other is not first
    assert len(start.joins) == 2


def test_what_is_no_condition_goes_by_the_last(house):
    """An order or a field goes by the join of the last condition before it that has one."""
    start = compiler(house.dish)
    joins = [start.walk("orders__seat", number)[0] for number in (0, 2, 5)]
    assert start.walk("orders__count", range(7))[0] is joins[2]
    assert start.walk("orders__count", range(5))[0] is joins[1]
    assert start.walk("orders__count", range(1))[0] is joins[0]
    assert len(start.joins) == 3


def test_what_is_no_condition_and_has_none(house):
    """Without such a condition it has a join of its own, which conditions do not share."""
    start = compiler(house.dish)
    own, _, _ = start.walk("orders__seat", range(3))
    assert start.walk("orders__count", range(0))[0] is own
    assert start.walk("orders__count", 0)[0] is not own
    assert start.walk("orders__count", range(0))[0] is own


def test_joined_tables(house):
    """The joins give each row its rows from the other side."""
    start = compiler(house.order)
    name = start.walk("dish__name", 0)[0]["name"]
    assert select(house, start, start.root["id"], name) == [
        (1, "Soup"),
        (2, "soufflé"),
        (3, "Soup"),
        (4, "Steak [rare]*?"),
    ]
    assert select(house, compiler(house.guest), "t0.name") == [("Anna",), ("Bert",), ("Cleo",)]


def test_rows_without_another_side_stay(house):
    """A row stays where nothing is at the other end of a relation, and behind that, too."""
    start = compiler(house.dish)
    name = start.walk("category__name", 0)[0]["name"]
    assert (4, None) in select(house, start, start.root["id"], name)
    start = compiler(house.category)
    seat = start.walk("dishes__orders__seat", 0)[0]["seat"]
    assert (3, None) in select(house, start, start.root["id"], seat)
    house.category.relations["town"] = Relation(house.guest, "id", "id")
    start = compiler(house.dish)
    name = start.walk("category__town__name", 0)[0]["name"]
    assert (4, None) in select(house, start, start.root["id"], name)


def test_rows_that_must_have_another_side(house):
    """A relation that is neither many nor NULL is joined by a plain JOIN."""
    start = compiler(house.order)
    start.walk("dish__name", 0)
    assert "LEFT" not in start.joined()
    start = compiler(house.guest)
    start.walk("likes__name", 0)
    assert start.joined().count("LEFT JOIN") == 2


def test_a_relation_through_a_table(house):
    """A relation from many to many goes by the table between, in both directions."""
    start = compiler(house.guest)
    name = start.walk("likes__name", 0)[0]["name"]
    assert select(house, start, start.root["id"], name) == [
        (1, "Soup"),
        (1, "soufflé"),
        (2, "Bread"),
        (2, "Soup"),
        (3, None),
    ]
    start = compiler(house.dish)
    name = start.walk("fans__name", 0)[0]["name"]
    assert select(house, start, start.root["id"], name) == [
        (1, "Anna"),
        (1, "Bert"),
        (2, "Anna"),
        (3, None),
        (4, "Bert"),
    ]


def test_a_table_joined_twice(house):
    """Two conditions on one relation to many give two joins that don't meddle with each other."""
    start = compiler(house.guest)
    first = start.walk("likes__id", 0)[0]["id"]
    other = start.walk("likes__id", 1)[0]["id"]
    found = select(house, start, start.root["id"], first, other)
    assert [row for row in found if row[0] == 1] == [(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2)]


def test_names_are_quoted(house):
    """A name may be a word of SQL, and have quotation marks in it."""
    wild = Table('wi"ld', Column('or"der', "integer"), Column("id", "integer"))
    house.driver.execute('CREATE TABLE "wi""ld" (id INTEGER, "or""der" INTEGER)')
    house.driver.execute('INSERT INTO "wi""ld" VALUES (1, 4)')
    house.order.relations["select"] = Relation(wild, "id", 'or"der', many=True)
    start = compiler(house.order)
    key = start.walk("select__id", 0)[0]["id"]
    assert select(house, start, start.root["id"], key)[-1] == (4, 1)
    house.driver.execute('CREATE TABLE "by ""us" ("the order" INTEGER, "group" INTEGER)')
    house.driver.execute('INSERT INTO "by ""us" VALUES (2, 1)')
    through = ('by "us', "the order", "group")
    house.order.relations["wild"] = Relation(wild, "id", "id", many=True, through=through)
    start = compiler(house.order)
    key = start.walk("wild__id", 0)[0]["id"]
    assert (2, 1) in select(house, start, start.root["id"], key)

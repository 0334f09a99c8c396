"""Step 17.5: one question for all of them."""

import pytest

from bistro.orm.expressions import FieldError
from bistro.orm.fields import CharField
from bistro.orm.models import Model
from bistro.orm.relations import ForeignKey


def test_back_in_two(house, asked):
    """The orders of all tables are one question more, however many tables there are."""
    for number in range(20, 60):
        house.Table.objects.create(number=number).orders.create()

    def look():
        tables = house.Table.objects.prefetch_related("orders")
        return {table.number: sorted(one.pk for one in table.orders.all()) for table in tables}

    found, statements = asked(look)
    assert statements == 2
    assert (found[4], found[7], found[9], len(found)) == ([1, 2], [3], [], 43)


def test_there_in_two(house, asked):
    """What all orders refer to is one question more, too."""

    def look():
        orders = house.Order.objects.prefetch_related("waiter").order_by("pk")
        return [one.waiter and one.waiter.name for one in orders]

    assert asked(look) == (["Ben", "Cy", None], 2)


def test_there_by_fetch(house, asked):
    """`fetch` gives each row once, and each instance what it refers to."""
    orders = list(house.Order.objects.order_by("pk"))
    found, statements = asked(lambda: house.Order.table.fetch(orders))
    assert (sorted(one.pk for one in found), statements) == ([1, 2], 1)
    assert asked(lambda: [one.table.number for one in orders]) == ([4, 4, 7], 0)
    assert orders[0].table is orders[1].table


def test_back_by_fetch(house, asked):
    """`fetch` gives the rows in their order, and each instance those that are its own."""
    tables = list(house.Table.objects.all())
    orders, statements = asked(lambda: house.Table.options.relations["orders"].fetch(tables))
    assert (sorted(one.pk for one in orders), statements) == ([1, 2, 3], 1)
    assert asked(lambda: [len(table.orders) for table in tables]) == ([2, 1, 0], 0)


def test_in_the_order_of_their_model(house, db):
    """Rows come in the order that their model has, within each instance as well."""

    class Wish(Model):
        class Meta:
            ordering = ("-text",)

        table = ForeignKey(house.Table, related_name="wishes")
        text = CharField(max_length=9)

    db.create_tables(Wish)
    for table, text in ((1, "b"), (2, "x"), (1, "c"), (1, "a"), (2, "y")):
        Wish.objects.create(table_id=table, text=text)
    tables = list(house.Table.objects.order_by("pk"))
    wishes = house.Table.options.relations["wishes"].fetch(tables)
    assert [wish.text for wish in wishes] == ["y", "x", "c", "b", "a"]
    assert [[one.text for one in table.wishes] for table in tables] == [
        ["c", "b", "a"],
        ["y", "x"],
        [],
    ]


def test_the_way_back_is_known(house, asked):
    """Each row that was brought knows the instance that it belongs to: the same object."""
    tables = list(house.Table.objects.prefetch_related("orders"))
    same, statements = asked(
        lambda: [one.table is table for table in tables for one in table.orders.all()]
    )
    assert (same, statements) == ([True, True, True], 0)


def test_further_and_further(house, asked):
    """A path is one question for each name; a name that paths share is asked for once."""

    def look():
        tables = house.Table.objects.prefetch_related("orders__items__dish", "orders__waiter")
        return [
            sorted(item.dish.name for order in table.orders.all() for item in order.items.all())
            for table in tables
        ]

    assert asked(look) == ([["Bread", "Soup", "Soup"], ["Cake"], []], 5)


def test_nothing_to_ask_for(house, asked):
    """Where there are no instances, or none that refers to anything, nothing is asked."""
    none = house.Table.objects.filter(number=999)
    assert asked(lambda: list(none.prefetch_related("orders__items"))) == ([], 1)
    house.Order.objects.update(waiter=None)
    orders = house.Order.objects.prefetch_related("waiter")
    assert asked(lambda: [one.waiter for one in orders]) == ([None] * 3, 1)


def test_several_of_the_same(house, asked):
    """The same row in several instances is served in each."""
    order = house.Order.objects.get(pk=1)
    twice = [order, house.Order.objects.get(pk=1)]
    house.Order.options.relations["items"].fetch(twice)
    assert [len(one.items.all()) for one in twice] == [2, 2]
    house.Order.table.fetch(twice)
    assert asked(lambda: twice[0].table is twice[1].table) == (True, 0)


def test_what_was_brought_is_used(house, asked):
    """Counting, testing and iterating use what was brought; a further condition asks."""
    table = house.Table.objects.prefetch_related("orders").get(pk=1)
    look = lambda: (table.orders.count(), table.orders.exists(), len(table.orders))  # noqa: E731
    assert asked(look) == ((2, True, 2), 0)
    assert asked(lambda: len(table.orders.filter(note="window"))) == (1, 1)


@pytest.mark.parametrize("change", ["add", "create", "remove", "clear", "set", "update", "delete"])
def test_what_was_brought_is_dropped(house, change):
    """After a change the database is asked again: what was brought is not so any more."""
    ada = house.Waiter.objects.prefetch_related("team").get(pk=1)
    team = ada.team
    assert sorted(one.name for one in team) == ["Ben", "Cy"]
    ben, new = house.Waiter.objects.get(pk=2), house.Waiter(name="Dot")
    names = {
        "add": (lambda: team.add(new), ["Ben", "Cy", "Dot"]),
        "create": (lambda: team.create(name="Dot"), ["Ben", "Cy", "Dot"]),
        "remove": (lambda: team.remove(ben), ["Cy"]),
        "clear": (lambda: team.clear(), []),
        "set": (lambda: team.set([ben]), ["Ben"]),
        "update": (lambda: team.update(name="Eve"), ["Eve", "Eve"]),
        "delete": (lambda: team.delete(), []),
    }
    call, expected = names[change]
    call()
    assert sorted(one.name for one in ada.team.all()) == expected
    assert sorted(one.name for one in team.all()) == expected


def test_a_change_of_some_is_one_of_all(house):
    """What is changed by a further condition is not as it was brought, either."""
    ada = house.Waiter.objects.prefetch_related("team").get(pk=1)
    ada.team.filter(name="Ben").delete()
    assert [one.name for one in ada.team.all()] == ["Cy"]
    ada = house.Waiter.objects.prefetch_related("team").get(pk=1)
    ada.team.filter(name="Cy").update(name="Dot")
    assert [one.name for one in ada.team.all()] == ["Dot"]


def test_a_row_that_is_gone_meanwhile(house, db):
    """An instance whose other row is gone has none; asked for it, its model says so."""
    orders = list(house.Order.objects.order_by("pk"))
    db.execute("DELETE FROM seat WHERE id = 2")
    found = house.Order.table.fetch(orders)
    assert [one.pk for one in found] == [1]
    with pytest.raises(house.Table.DoesNotExist):
        orders[2].table  # noqa: B018  asking is what raises


def test_a_key_that_was_changed(house, asked):
    """What was brought goes by the key that the instance has now."""
    order = house.Order.objects.get(pk=1)
    assert order.table.number == 4
    order.table_id = 2
    house.Order.table.fetch([order])
    assert asked(lambda: order.table.number) == (7, 0)


def test_what_is_no_relation(house):
    """A name that is no relation is refused, and those that are one are told."""
    orders = list(house.Order.objects.prefetch_related("items"))
    assert len(orders) == 3
    for name in ("note", "item", "items__count", "nobody", "items__dish__"):
        with pytest.raises(FieldError, match="no relation"):
            list(house.Order.objects.prefetch_related(name))


def test_what_is_0_is_asked_for(house, db, asked):
    """A key of 0 is asked for like others, there and back."""
    db.execute("INSERT INTO seat VALUES (0, 99)")
    order = house.Order.objects.create(table_id=0)
    assert asked(lambda: [one.pk for one in house.Order.table.fetch([order])]) == ([0], 1)
    assert asked(lambda: order.table.number) == (99, 0)
    tables = [house.Table.objects.get(pk=0)]
    assert house.Table.options.relations["orders"].fetch(tables) == [order]
    assert asked(lambda: len(tables[0].orders)) == (1, 0)


def test_a_thousand(house, asked):
    """A thousand orders, with their items: two questions, no more values than one each."""
    orders = [house.Order(table_id=1) for _ in range(1_000)]
    house.Order.objects.bulk_create(orders)
    house.Item.objects.bulk_create(house.Item(order=one, dish_id=1) for one in orders)

    def look():
        return sum(len(one.items.all()) for one in house.Order.objects.prefetch_related("items"))

    assert asked(look) == (1_004, 2)

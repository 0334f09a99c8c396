"""Step 17.3: the row that is referred to."""

import pytest

from bistro.orm.database import IntegrityError
from bistro.orm.fields import CharField
from bistro.orm.models import Model
from bistro.orm.relations import NO_WAY_BACK, ForeignKey


def test_the_other_one(house, asked):
    """The attribute is the instance referred to; it is asked for once, and then kept."""
    order = house.Order.objects.get(pk=1)
    table, statements = asked(lambda: order.table)
    assert (table.pk, table.number, statements) == (1, 4, 1)
    assert isinstance(table, house.Table)
    assert asked(lambda: order.table)[1] == 0
    assert order.table is table


def test_nothing_over_there(house, asked):
    """Without a key there is None, and nobody is asked."""
    order = house.Order.objects.get(pk=3)
    assert asked(lambda: order.waiter) == (None, 0)


def test_of_the_class(house):
    """Of the class, the attribute is the field."""
    assert house.Order.table is house.Order.options.fields["table"]


def test_a_row_that_is_gone(house, db):
    """When the row is gone, its model says so."""
    order = house.Order.objects.get(pk=1)
    db.execute("DELETE FROM seat")
    with pytest.raises(house.Table.DoesNotExist):
        order.table  # noqa: B018  asking is what raises


def test_another_one(house, asked):
    """Whoever assigns an instance assigns its key, and finds the same instance again."""
    order = house.Order.objects.get(pk=1)
    other = house.Table.objects.get(pk=2)
    order.table = other
    assert order.table_id == 2
    assert asked(lambda: order.table is other) == (True, 0)
    order.save()
    assert house.Order.objects.get(pk=1).table.number == 7


def test_none_is_assigned(house, asked):
    """None is assigned, too: key and instance are gone."""
    order = house.Order.objects.get(pk=1)
    assert order.waiter.name == "Ben"
    order.waiter = None
    assert order.waiter_id is None
    assert asked(lambda: order.waiter) == (None, 0)
    order.save()
    assert house.Order.objects.get(pk=1).waiter_id is None


def test_the_key_is_changed(house, asked):
    """A key that is changed by hand leads to another instance, not to the one that was kept."""
    order = house.Order.objects.get(pk=1)
    assert order.table.number == 4
    order.table_id = 2
    assert asked(lambda: order.table.number) == (7, 1)
    assert asked(lambda: order.table.number) == (7, 0)


def test_the_key_is_taken_away(house):
    """A key set to None by hand stays None, whatever was kept, also when it is saved."""
    order = house.Order.objects.get(pk=1)
    assert order.waiter.name == "Ben"
    order.waiter_id = None
    assert order.waiter is None
    order.save()
    assert house.Order.objects.get(pk=1).waiter is None
    order.waiter = house.Waiter.objects.get(pk=1)
    order.waiter_id = None
    order.save()
    assert house.Order.objects.get(pk=1).waiter is None


@pytest.mark.parametrize("wrong", [1, "1", object(), 0, False])
def test_what_is_no_instance(house, wrong):
    """What is no instance of the other model is refused, and nothing is changed."""
    order = house.Order.objects.get(pk=1)
    with pytest.raises(ValueError, match=r"Order\.table.*Table"):
        order.table = wrong
    assert order.table_id == 1


def test_an_instance_of_another_model(house):
    """An instance of another model is refused: its key would be taken for one."""
    with pytest.raises(ValueError, match=r"Order\.table.*Table"):
        house.Order(table=house.Dish.objects.get(pk=1))


def test_by_name_or_by_key(house):
    """A new instance takes the other one by the field's name, or its key by the column's."""
    table = house.Table.objects.get(pk=2)
    assert house.Order(table=table).table_id == 2
    assert house.Order(table=table).table is table
    assert house.Order(table_id=2).table == table
    assert house.Order.objects.create(table=table, waiter=None).pk == 4


def test_one_that_was_not_saved(house):
    """Until the other one is saved it waits, and is not saved along: that is an error."""
    order = house.Order()
    order.table = table = house.Table(number=11)
    assert order.table is table
    assert order.table_id is None
    with pytest.raises(ValueError, match=r"Order\.table.*save it first"):
        order.save()
    assert house.Order.objects.count() == 3
    table.save()
    assert order.table is table


def test_a_key_that_came_later(house):
    """An instance that was saved after it was assigned gives its key when this one is saved."""
    table = house.Table(number=11)
    order = house.Order(table=table)
    table.save()
    order.save()
    assert order.table_id == table.pk
    assert order.table is table
    assert house.Order.objects.get(pk=order.pk).table.number == 11
    order.waiter = ben = house.Waiter(name="Dot")
    ben.save()
    order.save()
    assert house.Order.objects.get(pk=order.pk).waiter.name == "Dot"
    order.waiter_id = None
    assert order.waiter is None
    order.save()
    assert house.Order.objects.get(pk=order.pk).waiter is None


def test_waiting_is_over(house):
    """What was assigned last counts: a key, another instance, or None in the place of who waits."""
    order = house.Order(table=house.Table(number=11))
    order.table_id = 2
    assert order.table.number == 7
    order.save()
    order = house.Order(table_id=1, waiter=house.Waiter(name="Eve"))
    order.waiter = None
    order.save()
    assert order.waiter is None
    order.waiter = eve = house.Waiter(name="Eve")
    order.waiter_id = 1
    order.save()
    eve.save()
    order.waiter_id = None
    order.save()
    assert order.waiter is None
    order.waiter = house.Waiter(name="Dot")
    order.waiter = house.Waiter.objects.get(pk=1)
    order.waiter_id = None
    assert order.waiter is None


def test_many_at_once(house):
    """`bulk_create` takes keys that came later, as `save` does."""
    table = house.Table(number=11)
    orders = [house.Order(table=table), house.Order(table=table)]
    table.save()
    house.Order.objects.bulk_create(orders)
    assert house.Order.objects.filter(table__number=11).count() == 2


def test_a_row_without_what_it_needs(house):
    """An order without its table is refused by the database."""
    with pytest.raises(IntegrityError):
        house.Order().save()
    assert house.Order.objects.first().table is not None


def test_in_the_same_query(house, asked):
    """`select_related` brings the others along: no question is left."""

    def look():
        orders = house.Order.objects.select_related("table", "waiter__chief").order_by("pk")
        return [
            (one.table.number, one.waiter and (one.waiter.name, one.waiter.chief.name))
            for one in orders
        ]

    assert asked(look) == ([(4, ("Ben", "Ada")), (4, ("Cy", "Ada")), (7, None)], 1)


def test_keys_that_are_false(house, db, asked):
    """0 and "" are keys like others: only None is none."""

    class Word(Model):
        text = CharField(max_length=9, primary_key=True)

    class Note(Model):
        word = ForeignKey(Word, null=True, related_name=NO_WAY_BACK)
        table = ForeignKey(house.Table, null=True, related_name=NO_WAY_BACK)

    db.create_tables(Word, Note)
    db.execute("INSERT INTO seat VALUES (0, 99)")
    word, table = Word.objects.create(text=""), house.Table.objects.get(pk=0)
    note = Note.objects.create(word=word, table=table)
    note = Note.objects.get(pk=note.pk)
    assert (note.word, note.table) == (word, table)
    note.word_id = note.table_id = None
    assert (note.word, note.table) == (None, None)
    note.word, note.table = word, table
    note.word_id = note.table_id = None
    assert (note.word, note.table) == (None, None)
    note.word = new = Word()
    new.text = ""
    note.save()
    assert note.word_id == ""
    note.word, note.word_id = Word(), ""
    note.save()
    assert note.word == word

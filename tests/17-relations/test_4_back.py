"""Step 17.4: the rows that refer here."""

import pytest

from bistro.orm.database import IntegrityError
from bistro.orm.expressions import F, FieldError
from bistro.orm.fields import CharField
from bistro.orm.models import Model
from bistro.orm.queryset import QuerySet
from bistro.orm.relations import CASCADE, ForeignKey


def keys(rows):
    """The keys of some rows, in order."""
    return sorted(row.pk for row in rows)


def test_the_rows_that_refer(house, asked):
    """The attribute is a queryset of the rows that refer to the instance, and to no other."""
    table = house.Table.objects.get(pk=1)
    assert isinstance(table.orders, QuerySet)
    assert asked(lambda: keys(table.orders)) == ([1, 2], 1)
    assert keys(house.Table.objects.get(pk=3).orders) == []
    assert keys(house.Dish.objects.get(pk=1).item_set.all()) == [1, 3]


def test_lazy_and_never_kept(house, asked):
    """To take the attribute asks nothing, and it is asked anew each time."""
    table = house.Table.objects.get(pk=1)
    rows, statements = asked(lambda: table.orders)
    assert statements == 0
    assert table.orders is not rows
    house.Order.objects.create(table=table)
    assert len(rows.all()) == 3
    assert asked(lambda: (len(table.orders), len(table.orders))) == ((3, 3), 2)


def test_asking_further(house):
    """It takes all that a queryset takes, and stays with the instance's rows."""
    table = house.Table.objects.get(pk=1)
    assert keys(table.orders.filter(note="window")) == [1]
    assert keys(table.orders.exclude(note="window")) == [2]
    assert table.orders.count() == 2
    assert table.orders.filter(waiter__name="Cy").exists()
    assert table.orders.order_by("-pk").first().pk == 2
    assert list(table.orders.order_by("pk").values_list("note", flat=True)) == [
        "window",
        "birthday",
    ]
    with pytest.raises(house.Order.DoesNotExist):
        table.orders.get(pk=3)
    table.orders.update(note=F("note"))
    assert table.orders.filter(note="birthday").delete() == 1
    assert keys(house.Order.objects.all()) == [1, 3]


def test_of_the_class_of_a_back(house):
    """Of the class, the attribute is the relation itself."""
    assert house.Table.orders is house.Table.options.relations["orders"]


def test_of_what_was_not_saved(house):
    """Nothing belongs to an instance that was not saved, not even rows without a key."""
    with pytest.raises(ValueError, match="saved"):
        house.Table(number=3).orders  # noqa: B018  asking is what raises
    with pytest.raises(ValueError, match="saved"):
        house.Waiter(name="Eve").team  # noqa: B018


def test_a_key_of_0(house, db):
    """0 is a key like others: rows belong to it."""
    db.execute("INSERT INTO seat VALUES (0, 99)")
    table = house.Table.objects.get(pk=0)
    assert keys(table.orders) == []
    table.orders.add(house.Order.objects.get(pk=1))
    assert keys(table.orders) == [1]


def test_a_row_is_created(house):
    """`create` inserts a row that belongs to the instance, and knows it."""
    table = house.Table.objects.get(pk=3)
    order = table.orders.create(note="late")
    assert (order.table_id, order.note) == (3, "late")
    assert order.table is table
    assert keys(table.orders) == [order.pk]
    same, new = table.orders.get_or_create(note="late")
    assert (same, new) == (order, False)


def test_rows_are_added(house):
    """`add` has rows belong to the instance, and saves them: new ones, and those of another."""
    table = house.Table.objects.get(pk=3)
    order, new = house.Order.objects.get(pk=1), house.Order(note="new")
    order.note = "changed"
    table.orders.add(order, new)
    assert house.Order.objects.get(pk=1).note == "changed"
    assert order.table is table
    assert new.pk is not None
    assert keys(table.orders) == [1, new.pk]
    assert keys(house.Table.objects.get(pk=1).orders) == [2]


def test_all_are_added_or_none(house):
    """When one of the rows can't be saved, none is added."""
    table = house.Table.objects.get(pk=3)
    wrong = house.Order(note="x" * 99)
    with pytest.raises(ValueError, match="20"):
        table.orders.add(house.Order.objects.get(pk=1), wrong)
    assert keys(table.orders) == []
    ada = house.Waiter.objects.get(pk=1)
    with pytest.raises(IntegrityError):
        ada.orders.add(house.Order.objects.get(pk=3), house.Order(note="without a table"))
    assert keys(ada.orders) == []


@pytest.mark.parametrize("wrong", [1, "1", None])
def test_what_cannot_be_added(house, wrong):
    """What is no instance of the other model is refused before anything is saved."""
    table = house.Table.objects.get(pk=3)
    with pytest.raises(TypeError, match="Order"):
        table.orders.add(house.Order.objects.get(pk=1), wrong)
    assert keys(table.orders) == []
    with pytest.raises(TypeError, match="Order"):
        table.orders.add(house.Dish.objects.get(pk=1))


def test_rows_are_removed(house, asked):
    """`remove` has rows refer to nothing, by one statement; only those that belong here."""
    ben, cy = house.Waiter.objects.get(pk=2), house.Waiter.objects.get(pk=3)
    others, mine = house.Order.objects.get(pk=2), house.Order.objects.get(pk=1)
    _, statements = asked(lambda: ben.orders.remove(mine, others))
    assert statements == 1
    assert keys(ben.orders) == []
    assert keys(cy.orders) == [2]
    assert house.Order.objects.get(pk=1).waiter is None
    cy.orders.remove(2)
    assert keys(cy.orders) == []


def test_all_are_removed(house):
    """`clear` does that for all rows of the instance; they stay, and the others' do."""
    ada = house.Waiter.objects.get(pk=1)
    ada.team.clear()
    assert house.Waiter.objects.filter(chief=ada).count() == 0
    assert house.Waiter.objects.count() == 3
    assert house.Order.objects.filter(waiter=None).count() == 1


def test_what_must_refer_to_something(house):
    """A row whose foreign key can't be None is not removed: that is an error, and it stays."""
    table = house.Table.objects.get(pk=1)
    for wrong in (
        lambda: table.orders.remove(house.Order.objects.get(pk=1)),
        lambda: table.orders.clear(),
        lambda: table.orders.set([]),
    ):
        with pytest.raises(TypeError, match=r"Order\.table cannot be None"):
            wrong()
    assert keys(table.orders) == [1, 2]


def test_these_and_no_others(house):
    """`set` adds what is missing and removes the rest; rows themselves can't be assigned."""
    ada, ben = house.Waiter.objects.get(pk=1), house.Waiter.objects.get(pk=2)
    new = house.Waiter(name="Dot")
    ada.team.set([ben, new])
    assert keys(ada.team) == [2, new.pk]
    assert house.Waiter.objects.get(pk=3).chief is None
    with pytest.raises(TypeError, match="set"):
        ada.team = [ben]
    assert keys(ada.team) == [2, new.pk]


def test_methods_of_its_own(db):
    """It has the methods that the other model's `objects` have."""

    class Notes(QuerySet):
        def loud(self):
            return self.filter(text__contains="!")

    class Guest(Model):
        pass

    class Note(Model):
        guest = ForeignKey(Guest, on_delete=CASCADE, related_name="notes")
        text = CharField(max_length=20)
        objects = Notes.as_manager()

    db.create_tables(Guest, Note)
    guest = Guest.objects.create()
    for text in ("Ah!", "so"):
        guest.notes.create(text=text)
    Note.objects.create(guest=Guest.objects.create(), text="Oh!")
    assert [note.text for note in guest.notes.loud()] == ["Ah!"]
    assert isinstance(guest.notes, Notes)


def test_hidden_fields_are_no_way_in(house):
    """A lookup across a relation is a lookup like others: what is no name is refused."""
    table = house.Table.objects.get(pk=1)
    with pytest.raises(FieldError):
        list(table.orders.filter(**{"waiter__name) OR 1=1 --": "x"}))
    assert keys(table.orders.filter(waiter__name="' OR 1=1 --")) == []

"""Step 16.5: when it is needed."""

import pytest

from bistro.orm import queryset
from bistro.orm.expressions import F, FieldError, Q
from bistro.orm.queryset import DoesNotExist, MultipleObjectsReturned


def called(dishes):
    """What dishes are called."""
    return [dish.name for dish in dishes]


def test_nothing_is_asked_before(db, card):
    """A query is asked when it is iterated, and not before."""
    with db.queries() as log:
        dishes = card.objects.filter(price__gt=4).order_by("-price")[:2]
        assert log == []
        assert called(dishes) == ["Rice", "Fish"]
        assert len(log) == 1


def test_it_is_asked_once(db, card):
    """What was given is kept: however often it is looked at, it is asked once."""
    dishes = card.objects.all()
    with db.queries() as log:
        first = dishes.fetch()
        assert len(dishes) == 5
        assert bool(dishes) is True
        assert list(dishes) == first
        assert dishes.fetch() is first
        assert dishes[1] is first[1]
        assert dishes[1:3] == first[1:3]
    assert len(log) == 1


def test_nothing_is_a_result_too(db, card):
    """No rows at all are a result as any other: it is not asked again."""
    dishes = card.objects.filter(price=0)
    with db.queries() as log:
        assert list(dishes) == []
        assert not dishes
        assert len(dishes) == 0
    assert len(log) == 1


def test_objects_keeps_nothing(db, card):
    """`Dish.objects` is there for good: it asks anew each time, and so sees what is new."""
    assert len(card.objects) == 5
    assert card.objects.result is None
    db.execute("DELETE FROM dish WHERE name = 'Tart'")
    assert len(card.objects) == 4


def test_a_copy_asks_anew(db, card):
    """`all` of a queryset that was asked is another one, which is not."""
    old = card.objects.all()
    old.fetch()
    db.execute("DELETE FROM dish")
    assert len(old) == 5
    assert len(old.all()) == 0


def test_a_loader_is_made_once(db, card, monkeypatch):
    """For queries of one shape there is one loader, for each way to give a row."""
    made = []
    original = queryset.QuerySet.loader

    def loader(self, *arguments):
        made.append(self.mode)
        return original(self, *arguments)

    monkeypatch.setattr(queryset.QuerySet, "loader", loader)
    for price in (4, 5, 6):
        called(card.objects.filter(price=price))
    assert made == ["objects"]
    for _ in range(2):
        assert card.objects.filter(price=5).values()[0]["name"] == "Tart"
        assert card.objects.filter(price=5).values_list("name")[0] == ("Tart",)
    assert made == ["objects", "dicts", "tuples"]


def test_related_instances_are_asked_for(db, card, monkeypatch):
    """Instances go to `prefetch`, with the names that were given; other rows do not."""
    asked = []
    monkeypatch.setattr(queryset, "prefetch", lambda *arguments: asked.append(arguments))
    dishes = card.objects.prefetch_related("orders", "guests")
    found = dishes.fetch()
    dishes.fetch()
    assert asked == [(card.options, found, ("orders", "guests"))]
    dishes.values("name").fetch()
    card.objects.fetch()
    assert len(asked) == 1


def test_one_of_many(db, card):
    """An index asks for that row alone."""
    with db.queries() as log:
        assert card.objects.order_by("price")[1].name == "Tart"
    assert len(log) == 1
    assert "LIMIT" in log[0].sql
    assert list(log[0].parameters) == [1, 1]
    with pytest.raises(IndexError, match="no Dish at 5"):
        card.objects.order_by("price")[5]


def test_an_index_of_what_is_there(card):
    """Once it was asked, an index is one into the result, with the same errors."""
    dishes = card.objects.order_by("price")
    dishes.fetch()
    assert [dishes[index].name for index in (4, 1, 0)] == ["Rice", "Tart", "Soup"]
    with pytest.raises(IndexError, match="no Dish at 5"):
        dishes[5]


def test_slices(card):
    """A slice is a queryset of these rows, and a slice of that counts within it."""
    dishes = card.objects.order_by("price")
    assert called(dishes[1:3]) == ["Tart", "Cake"]
    assert called(dishes[3:]) == ["Fish", "Rice"]
    assert called(dishes[1:][1:2]) == ["Cake"]
    assert dishes[1:3].result is None
    assert called(dishes[::2]) == ["Soup", "Cake", "Rice"]
    assert called(dishes[1:4:2]) == ["Tart", "Fish"]
    assert called(dishes[::1]) == ["Soup", "Tart", "Cake", "Fish", "Rice"]
    assert isinstance(dishes[::2], list)


@pytest.mark.parametrize("was_asked", [False, True])
def test_from_the_end(card, was_asked):
    """A database knows no end to count from: that is an error, whether or not rows are there."""
    dishes = card.objects.order_by("price")
    if was_asked:
        dishes.fetch()
    for index in (-1, slice(-2, None), slice(None, -1)):
        with pytest.raises(ValueError, match="order"):
            dishes[index]


@pytest.mark.parametrize("was_asked", [False, True])
def test_steps_below_one(card, was_asked):
    """A slice with a step of 0 or below is an error, whether or not rows are there."""
    dishes = card.objects.order_by("price")
    if was_asked:
        dishes.fetch()
    for step in (-1, 0):
        with pytest.raises(ValueError):  # noqa: PT011  its words are free
            dishes[::step]


def test_get(db, card):
    """`get` returns the one row, in one query, for two rows at the most, in no order."""
    with db.queries() as log:
        assert card.objects.order_by("price").get(name="Cake").price == 6
    assert len(log) == 1
    assert "ORDER BY" not in log[0].sql
    assert list(log[0].parameters) == ["Cake", 2]


def test_get_by_conditions(card):
    """What a `Q` says counts, alone, and together with lookups."""
    assert card.objects.get(Q(name="Cake") | Q(name="Stew")).price == 6
    assert card.objects.get(Q(price__gt=4), Q(price__lt=7), ~Q(name="Tart")).name == "Cake"
    assert card.objects.get(Q(price__gt=6), name__startswith="F").name == "Fish"
    with pytest.raises(card.DoesNotExist, match="Dish"):
        card.objects.get(Q(name="Stew"))
    with pytest.raises(card.MultipleObjectsReturned, match="Dish"):
        card.objects.get(Q(price__gt=6))


def test_get_changes_nothing(card):
    """The queryset on which `get` is called stays as it is, with its order and all its rows."""
    dishes = card.objects.order_by("-price")
    assert dishes.get(name="Cake").price == 6
    assert called(dishes) == ["Rice", "Fish", "Cake", "Tart", "Soup"]


def test_get_none(card):
    """Without such a row there is the model's own error, which says what was looked up."""
    with pytest.raises(card.DoesNotExist, match=r"Dish.*name.*price__lt") as caught:
        card.objects.get(name="secret", price__lt=99)
    assert isinstance(caught.value, DoesNotExist)
    assert "secret" not in str(caught.value)


def test_get_several(card):
    """With more than one such row there is an error, not one of them."""
    with pytest.raises(card.MultipleObjectsReturned, match=r"Dish.*price__gt") as caught:
        card.objects.get(price__gt=6)
    assert isinstance(caught.value, MultipleObjectsReturned)


def test_get_among_those(card):
    """`get` looks among the rows of its queryset, and without lookups it has to be one."""
    cheap = card.objects.filter(price__lt=5)
    assert cheap.get().name == "Soup"
    with pytest.raises(card.DoesNotExist):
        cheap.get(name="Cake")
    with pytest.raises(card.MultipleObjectsReturned):
        card.objects.get()


def test_get_of_a_slice(card):
    """What was sliced stays as it is: its order says which row that is."""
    assert card.objects.order_by("-price")[1:2].get().name == "Fish"
    with pytest.raises(TypeError, match="before a slice"):
        card.objects.all()[:3].get(name="Soup")


def test_get_asks_anew(db, card):
    """`get` does not look at what was kept."""
    dishes = card.objects.filter(name="Soup")
    dishes.fetch()
    db.execute("DELETE FROM dish")
    with pytest.raises(card.DoesNotExist):
        dishes.get()


def test_an_annotation_is_no_method(card):
    """A value more has a name of its own, also as Python reads it: none of the model's is lost."""
    assert card.objects.annotate(double=F("price") * 2).get(name="Soup").double == 8
    for name in ("save", "\u017fave", "class", "a b"):
        with pytest.raises(FieldError, match="annotation"):
            card.objects.annotate(**{name: F("price")})


def test_an_update_of_nothing(card):
    """An update that names no field is an error that says so, not one about SQL."""
    with pytest.raises(TypeError, match="update takes fields"):
        card.objects.filter(price=4).update()
    assert card.objects.get(name="Soup").price == 4


def test_get_by_what_a_guest_typed(card):
    """Whatever a guest typed: it is compared, and found or not, or refused as no value."""
    for name in ("' OR 1=1 --", "x" * 1_000_000, "\0"):
        with pytest.raises(card.DoesNotExist):
            card.objects.get(name=name)
    with pytest.raises(card.DoesNotExist):
        card.objects.get(id=10**40)
    with pytest.raises(ValueError, match=r"Dish.id takes a whole number"):
        card.objects.get(id="1 OR 1=1")

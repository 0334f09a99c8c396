"""Step 17.7: pairs."""

import pytest

from bistro.orm.database import IntegrityError
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, ForeignKey, ManyToManyField


def words(rows):
    """The words of some labels, in order."""
    return sorted(row.word for row in rows)


@pytest.fixture
def soup(card):
    """The soup: it is hot and vegan."""
    return card.Dish.objects.get(name="Soup")


def test_paired(card, soup):
    """`add` pairs rows with the instance; both sides see it."""
    new = card.Label.objects.get(pk="new")
    soup.labels.add(new)
    assert words(soup.labels) == ["hot", "new", "vegan"]
    assert [dish.name for dish in new.dishes] == ["Soup"]
    cake = card.Dish.objects.get(name="Cake")
    new.dishes.add(cake, soup)
    assert words(cake.labels) == ["new"]


def test_paired_once(card, db, soup):
    """A pair that is there is not made again, be it given twice, or there before."""
    hot, new = card.Label.objects.get(pk="hot"), card.Label.objects.get(pk="new")
    soup.labels.add(hot, new, new, "new")
    assert db.execute("SELECT COUNT(*) FROM dish_labels WHERE dish_id = 1").rows == [(3,)]
    card.Label.objects.get(pk="vegan").dishes.add("1", 3, "3", 3)
    assert db.execute("SELECT COUNT(*) FROM dish_labels WHERE label_id = 'vegan'").rows == [(3,)]


def test_paired_by_key(card, soup):
    """A row may be given by its key."""
    soup.labels.add("new")
    assert words(soup.labels) == ["hot", "new", "vegan"]
    with pytest.raises(ValueError, match="whole number"):
        card.Label.objects.get(pk="new").dishes.add("soup")


def test_few_questions(card, soup, asked):
    """However many are added, it takes no more statements; to remove them takes one."""
    words = [f"w{number}" for number in range(20)]
    card.Label.objects.bulk_create([card.Label(word=word) for word in words])
    _, statements = asked(lambda: soup.labels.add("new", "hot", *words))
    assert statements <= 8
    assert asked(lambda: soup.labels.remove(*words))[1] == 1
    assert asked(lambda: soup.labels.clear())[1] == 1


def test_what_cannot_be_paired(card, db, soup):
    """An instance of another model is refused, whose key would be taken for one; so is None."""
    order = card.Order.objects.get(pk=1)
    for wrong, error in [
        (card.Guest.objects.get(pk=3), TypeError),
        (order, TypeError),
        (None, ValueError),
        (card.Dish(name="Tea"), ValueError),
        (card.Dish, ValueError),
    ]:
        with pytest.raises(error):
            order.dishes.add(3, wrong)
    assert db.execute("SELECT dish_id FROM item WHERE order_id = 1 ORDER BY 1").rows == [(1,), (2,)]


def test_all_or_none_are_paired(db, soup):
    """When one of the rows is not there, none is paired."""
    with pytest.raises(IntegrityError):
        soup.labels.add("new", "nothing")
    assert words(soup.labels) == ["hot", "vegan"]


def test_no_longer_paired(card, soup):
    """`remove` takes pairs apart, of this instance alone; the rows stay."""
    vegan = card.Label.objects.get(pk="vegan")
    soup.labels.remove(vegan, "new")
    assert words(soup.labels) == ["hot"]
    assert [dish.name for dish in vegan.dishes] == ["Bread"]
    assert card.Label.objects.count() == 3
    vegan.dishes.remove(card.Dish.objects.get(name="Bread"))
    assert list(vegan.dishes) == []


def test_what_was_never_paired(card, db, soup):
    """To remove what is not paired, or nothing, changes nothing."""
    soup.labels.remove("new")
    soup.labels.remove()
    with pytest.raises(TypeError):
        soup.labels.remove(card.Dish.objects.get(pk=2))
    assert db.execute("SELECT COUNT(*) FROM dish_labels").rows == [(3,)]


def test_none_are_paired(card, db, soup):
    """`clear` takes all pairs of the instance apart; of a part of the rows, those of that part."""
    soup.labels.filter(word__startswith="v").clear()
    assert words(soup.labels) == ["hot"]
    soup.labels.clear()
    assert words(soup.labels) == []
    assert db.execute("SELECT dish_id, label_id FROM dish_labels").rows == [(2, "vegan")]


def test_these_pairs_and_no_others(card):
    """`set` adds and removes; a pair that stays keeps what else its row holds."""
    order = card.Order.objects.get(pk=1)
    order.dishes.set([card.Dish.objects.get(pk=1), 3])
    assert sorted(order.items.values_list("pk", "dish_id", "count")) == [(1, 1, 2), (4, 3, 1)]
    order.dishes.set([])
    assert not order.dishes.exists()
    assert card.Item.objects.count() == 1


def test_a_row_is_created_and_paired(card, db, soup):
    """`create` inserts a row and its pair: both, or neither."""
    label = soup.labels.create(word="cheap")
    assert words(soup.labels) == ["cheap", "hot", "vegan"]
    assert [dish.name for dish in label.dishes] == ["Soup"]
    db.execute("DELETE FROM dish WHERE id = 1")
    with pytest.raises(IntegrityError):
        soup.labels.create(word="lost")
    assert not card.Label.objects.filter(word="lost").exists()


def test_all_at_once(card, asked):
    """The labels of all dishes are one question more; dishes that share one share the object."""

    def look():
        dishes = card.Dish.objects.prefetch_related("labels")
        return {dish.name: list(dish.labels.all()) for dish in dishes}

    found, statements = asked(look)
    assert statements == 2
    assert {name: words(labels) for name, labels in found.items()} == {
        "Bread": ["vegan"],
        "Cake": [],
        "Soup": ["hot", "vegan"],
    }
    assert found["Bread"][0] is found["Soup"][0]


def test_the_order_of_their_model(card):
    """What is brought comes in the order of its model: here from z to a, there from a to z."""
    soup = card.Dish.objects.prefetch_related("labels").get(name="Soup")
    assert [label.word for label in soup.labels.all()] == ["vegan", "hot"]
    vegan = card.Label.objects.prefetch_related("dishes").get(pk="vegan")
    assert [dish.name for dish in vegan.dishes.all()] == ["Bread", "Soup"]


def test_in_two_pairs(card):
    """A row in two pairs is there twice, whether it was brought or is asked for."""
    card.Item.objects.create(order_id=1, dish_id=1)
    (order,) = card.Order.objects.filter(pk=1)
    (brought,) = card.Order.objects.filter(pk=1).prefetch_related("dishes")
    names = [dish.name for dish in order.dishes]
    assert names == ["Bread", "Soup", "Soup"]
    assert [dish.name for dish in brought.dishes] == names


def test_by_fetch(card, asked):
    """`fetch` gives each row once, and nothing is asked for no instances."""
    relation = card.Dish.options.relations["labels"]
    found, statements = asked(lambda: relation.fetch(list(card.Dish.objects.all())))
    assert ([label.word for label in found], statements) == (["vegan", "hot"], 2)
    assert asked(lambda: relation.fetch([])) == ([], 0)


def test_on_from_there(card, asked):
    """A path goes on through pairs, both ways."""

    def look():
        orders = card.Order.objects.prefetch_related("dishes__labels").order_by("pk")
        return [
            sorted({label.word for one in order.dishes for label in one.labels}) for order in orders
        ]

    assert asked(look) == ([["hot", "vegan"], ["hot", "vegan"], []], 3)

    def back():
        labels = card.Label.objects.prefetch_related("dishes__order_set")
        return {
            label.word: sorted({o.pk for d in label.dishes for o in d.order_set})
            for label in labels
        }

    assert asked(back) == ({"hot": [1, 2], "new": [], "vegan": [1, 2]}, 3)


def test_what_was_brought_of_pairs(card):
    """After a change the pairs are asked for again."""
    soup = card.Dish.objects.prefetch_related("labels").get(name="Soup")
    soup.labels.add("new")
    assert words(soup.labels.all()) == ["hot", "new", "vegan"]
    soup = card.Dish.objects.prefetch_related("labels").get(name="Soup")
    soup.labels.remove("hot")
    assert words(soup.labels.all()) == ["new", "vegan"]


def test_half_a_pair(db):
    """A pair whose other side is NULL is no pair: it is left out, as in a query."""

    class Guest(Model):
        seats = ManyToManyField("Chair", through="Seating")

    class Chair(Model):
        pass

    class Seating(Model):
        guest = ForeignKey("Guest", null=True, on_delete=CASCADE)
        chair = ForeignKey("Chair", null=True)

    db.create_tables(Guest, Chair, Seating)
    guest, chair = Guest.objects.create(), Chair.objects.create()
    Seating.objects.create(guest=guest)
    Seating.objects.create(chair=chair)
    assert [list(one.seats.all()) for one in Guest.objects.prefetch_related("seats")] == [[]]
    guest.seats.add(chair)
    assert [list(one.seats.all()) for one in Guest.objects.prefetch_related("seats")] == [[chair]]

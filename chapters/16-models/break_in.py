"""Five accidents with rows, in lines that many write first and in yours; prints what is left."""

import contextlib
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bistro.orm.database import DatabaseError, connect
from bistro.orm.expressions import F
from bistro.orm.fields import CharField, DecimalField, IntegerField
from bistro.orm.models import Model


class Dish(Model):
    """A dish, and how often it was sold."""

    name = CharField(max_length=20, unique=True)
    price = DecimalField(max_digits=6, decimal_places=2)
    sold = IntegerField(default=0)

    def __str__(self):
        return f"{self.name} {self.price:.2f}"


def new_card(folder, name):
    """A database with a soup on the card."""
    db = connect(f"sqlite:///{Path(folder) / name}.db")
    db.create_tables(Dish)
    Dish.objects.create(name="Soup", price="4.50")
    return db


FORM = {"id": "1", "name": "Lobster", "price": "0.01"}
"""What was sent for a new dish: one field more than the page has."""


def careless_form(db):
    """All that was sent becomes an instance."""
    Dish(**FORM).save()
    return ", ".join(map(str, Dish.objects.order_by("id")))


def our_form(db):
    """What the page has declared becomes an instance, and it is inserted."""
    declared = {name: FORM[name] for name in ("name", "price")}
    Dish.objects.create(**declared)
    return ", ".join(map(str, Dish.objects.order_by("id")))


def careless_length(db):
    """A name of a thousand characters goes to the table, which says VARCHAR(20)."""
    db.execute("INSERT INTO dish (name, price, sold) VALUES (?, 5, 0)", ("x" * 1000,))
    return f"{len(Dish.objects.last().name)} characters"


def our_length(db):
    """The same by the model."""
    Dish(name="x" * 1000, price=5).save()
    return f"{len(Dish.objects.last().name)} characters"


def at_the_same_time(act):
    """Call `act` in two threads; each may wait for the other in the middle."""
    barrier = threading.Barrier(2)

    def meet():
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(1)

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(act, meet) for _ in range(2)]:
            done.result()


def careless_sale(db):
    """Two tills read how many were sold, and write one more."""

    def sell(meet):
        dish = Dish.objects.get(name="Soup")
        meet()
        dish.sold += 1
        dish.save()

    at_the_same_time(sell)
    return f"{Dish.objects.get(name='Soup').sold} sold"


def our_sale(db):
    """Two tills have the database add one."""

    def sell(meet):
        dish = Dish.objects.get(name="Soup")
        meet()
        dish.sold = F("sold") + 1
        dish.save(update_fields=["sold"])

    at_the_same_time(sell)
    return f"{Dish.objects.get(name='Soup').sold} sold"


def careless_find(db):
    """Two look for the same dish, and make it."""

    def find(meet):
        found = Dish.objects.filter(name="Tart").first()
        meet()
        return found or Dish.objects.create(name="Tart", price=6)

    at_the_same_time(find)
    return f"{Dish.objects.filter(name='Tart').count()} tart"


def our_find(db):
    """The same by `get_or_create`."""

    def find(meet):
        meet()
        return Dish.objects.get_or_create(name="Tart", defaults={"price": 6})

    at_the_same_time(find)
    return f"{Dish.objects.filter(name='Tart').count()} tart"


def careless_key(db):
    """A dish goes, another comes; a guest's bill still speaks of number 1."""
    db.execute("CREATE TABLE card (id INTEGER PRIMARY KEY, name TEXT)")
    for name in ("Soup", "Lobster"):
        db.execute("DELETE FROM card")
        db.execute("INSERT INTO card (name) VALUES (?)", (name,))
    return db.execute("SELECT 'number 1 is ' || name FROM card WHERE id = 1").rows[0][0]


def our_key(db):
    """The same with models."""
    Dish.objects.get(name="Soup").delete()
    Dish.objects.create(name="Lobster", price=60)
    return f"number 1 is {Dish.objects.filter(id=1).first()}"


def left(act, folder, name):
    """What an accident has left, or its error."""
    db = new_card(folder, name)
    try:
        return act(db)
    except (ValueError, DatabaseError) as error:
        return type(error).__name__
    finally:
        db.close()


def main():
    """Print a line for each accident."""
    rows = [
        ("id=1 in a form", careless_form, our_form),
        ("a name too long", careless_length, our_length),
        ("two tills sell", careless_sale, our_sale),
        ("two make a tart", careless_find, our_find),
        ("a dish was deleted", careless_key, our_key),
    ]
    print(f"{'':20} {'careless':20} yours")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, (name, careless, our) in enumerate(rows):
            said = [left(act, folder, f"{number}{act.__name__}") for act in (careless, our)]
            print(f"{name:20} {said[0]:20} {said[1]}")


if __name__ == "__main__":
    main()

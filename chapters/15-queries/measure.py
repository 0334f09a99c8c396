"""How long it takes to make SQL of a question: ours written anew, ours kept, and Django's.

The same page of orders, of another seat and price each time. Nothing is run. The best of five
rounds is printed, in microseconds for a question.
"""

from __future__ import annotations

from itertools import count
from timeit import repeat

from bistro.orm.database import connect
from bistro.orm.expressions import Column, Relation, Table
from bistro.orm.query import Query

ROUND = 1_000
DISH = Table("dish", Column("id", "integer"), Column("name", "text"), Column("price", "float"))
ORDER = Table(
    "order", Column("id", "integer"), Column("dish_id", "integer"), Column("seat", "integer")
)
ORDER.relations["dish"] = Relation(DISH, "dish_id", "id")


def django_orders():
    """Return the manager of the same orders in Django."""
    import django
    from django.conf import settings
    from django.db import models

    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(DATABASES={"default": sqlite})
    django.setup()

    class Dish(models.Model):
        """The dish with Django's fields."""

        name = models.TextField()
        price = models.FloatField()

        class Meta:
            app_label = "measure"

    class Order(models.Model):
        """The order with Django's fields."""

        dish = models.ForeignKey(Dish, models.CASCADE)
        seat = models.IntegerField()

        class Meta:
            app_label = "measure"

    return Order.objects


def time_of(ask) -> float:
    """Return the microseconds that one question takes; `ask` is called with another number each."""
    numbers = count()
    return min(repeat(lambda: ask(next(numbers)), number=ROUND)) / ROUND * 1e6


def main() -> None:
    """Print the times."""
    db = connect("sqlite://")

    def ours(number):
        query = Query(ORDER).filter(seat=number, dish__price__lt=number / 2)
        return query.order_by("-id").slice(0, 20).compiled(db)

    def anew(number):
        db.compiled.clear()
        return ours(number)

    print(f"Bistro  written anew {time_of(anew):4.0f} µs, kept {time_of(ours):4.0f} µs")
    try:
        orders = django_orders()
    except ImportError:
        print("Django is not installed.")
        return

    def theirs(number):
        found = orders.filter(seat=number, dish__price__lt=number / 2).order_by("-id")[:20]
        return found.query.sql_with_params()

    print(f"Django  written anew {time_of(theirs):4.0f} µs")


if __name__ == "__main__":
    main()

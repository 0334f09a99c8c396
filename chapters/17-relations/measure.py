"""What a list of orders costs, asked one by one, joined, and prefetched.

Each table has ten orders; the best of seven rounds is printed for two numbers of orders.
"""

from __future__ import annotations

from timeit import repeat

from bistro.orm.database import connect
from bistro.orm.fields import IntegerField
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, ForeignKey


class Table(Model):
    """A table of the house."""

    number = IntegerField()


class Order(Model):
    """An order of a table."""

    table = ForeignKey(Table, on_delete=CASCADE, related_name="orders")
    count = IntegerField(default=1)


def there(orders):
    """Go from each order to its table."""
    return lambda: [order.table.number for order in orders.all()]


def back(tables):
    """Go from each table to its orders."""
    return lambda: [order.count for table in tables.all() for order in table.orders.all()]


WAYS = {
    "there, one by one": there(Order.objects),
    "there, select_related": there(Order.objects.select_related("table")),
    "there, prefetch_related": there(Order.objects.prefetch_related("table")),
    "back, one by one": back(Table.objects),
    "back, prefetch_related": back(Table.objects.prefetch_related("orders")),
}

for size in (100, 1_000):
    db = connect("sqlite://")
    db.create_tables(Table, Order)
    tables = Table.objects.bulk_create(Table(number=n) for n in range(size // 10))
    Order.objects.bulk_create(Order(table=tables[n // 10]) for n in range(size))
    print(f"{size} orders")
    for name, way in WAYS.items():
        with db.queries() as log:
            way()
        took = min(repeat(way, number=1, repeat=7)) * 1e3
        print(f"  {name:24} {len(log):4} queries {took:7.2f} ms")
    db.close()

"""Four accidents with orders and dishes, and what stops them; prints what is left."""

import sqlite3

from bistro.orm.database import IntegrityError, connect
from bistro.orm.expressions import Count, FieldError, Sum
from bistro.orm.fields import CharField, IntegerField
from bistro.orm.models import Model
from bistro.orm.relations import CASCADE, PROTECT, ForeignKey


class Waiter(Model):
    """Who brings an order, and the PIN of the till."""

    name = CharField(max_length=20)
    pin = CharField(max_length=4)


class Dish(Model):
    """A dish on the card."""

    name = CharField(max_length=20)


class Order(Model):
    """An order, which a waiter has taken."""

    waiter = ForeignKey(Waiter, on_delete=PROTECT, related_name="orders")
    dish = ForeignKey(Dish, on_delete=PROTECT, related_name="orders")
    count = IntegerField(default=1)


class Wish(Model):
    """What guests would like to see on the card again."""

    dish = ForeignKey(Dish, on_delete=CASCADE, related_name="wishes")


db = connect("sqlite://")
db.create_tables(Waiter, Dish, Order, Wish)
ada = Waiter.objects.create(name="Ada", pin="4711")
soup = Dish.objects.create(name="Soup")
for count in (1, 2):
    soup.orders.create(waiter=ada, count=count)
for _ in range(3):
    soup.wishes.create()

print("A dish goes, its orders stay")
plain = sqlite3.connect(":memory:")
plain.execute("CREATE TABLE dish (id INTEGER PRIMARY KEY)")
plain.execute("CREATE TABLE orders (dish_id INTEGER NOT NULL REFERENCES dish (id))")
plain.execute("INSERT INTO dish VALUES (1)")
plain.execute("INSERT INTO orders VALUES (1)")
plain.execute("DELETE FROM dish")
orphans = plain.execute("SELECT COUNT(*) FROM orders").fetchone()[0]
print(f"  SQLite as it comes: {orphans} order of a dish that is not there")
try:
    soup.delete()
except IntegrityError as error:
    print(f"  ours: {str(error).partition(':')[0]}")

print("A search that takes lookups from the guest")
pin = ""
while len(pin) < 4:
    pin += next(
        digit
        for digit in "0123456789"
        if Order.objects.filter(waiter__pin__startswith=pin + digit).exists()
    )
print(f"  filter(**request.query): Ada's PIN is {pin}, after at most 40 searches")
allowed = {"count", "dish__name"}
asked = {"waiter__pin__startswith": "4"}
print(f"  names from a list: {[name for name in asked if name not in allowed]} refused")

print("A sum across two relations")
sql = """SELECT SUM(o."count") FROM dish d JOIN "order" o ON o.dish_id = d.id
         JOIN wish w ON w.dish_id = d.id"""
print(f"  by a join: {db.execute(sql).rows[0][0]} soups ordered")
try:
    list(Dish.objects.annotate(ordered=Sum("orders__count"), wished=Count("wishes")))
except FieldError as error:
    print(f"  ours: {error}")
print(f"  in a query of its own: {soup.orders.aggregate(total=Sum('count'))['total']}")

print("A key of another model")
order = Order.objects.get(pk=1)
try:
    order.waiter = soup
except ValueError as error:
    print(f"  {error}")
db.close()

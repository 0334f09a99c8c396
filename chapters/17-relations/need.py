"""What is missing in chapter 16: orders that know their tables and dishes by numbers alone."""

from bistro.orm.database import connect
from bistro.orm.fields import CharField, IntegerField
from bistro.orm.models import Model


class Table(Model):
    """A table of the house."""

    number = IntegerField()


class Dish(Model):
    """A dish on the card."""

    name = CharField(max_length=20)


class Order(Model):
    """A dish for a table; both by their keys."""

    table_id = IntegerField()
    dish_id = IntegerField()


db = connect("sqlite://")
db.create_tables(Table, Dish, Order)
Table.objects.bulk_create(Table(number=number) for number in range(1, 11))
Dish.objects.bulk_create(Dish(name=name) for name in ("Soup", "Bread", "Steak", "Cake"))
Order.objects.bulk_create(Order(table_id=n % 10 + 1, dish_id=n % 4 + 1) for n in range(100))

with db.queries() as log:
    for order in Order.objects:
        dish = Dish.objects.get(pk=order.dish_id)
        table = Table.objects.get(pk=order.table_id)
print(f"The kitchen's list of 100 orders took {len(log)} queries.")

Dish.objects.filter(name="Cake").delete()
lost = Order.objects.filter(dish_id=4).count()
print(f"Cake is off the card, and {lost} orders still ask for dish 4.")

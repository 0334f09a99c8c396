"""What is missing in chapter 17: a table stays as it was created, whatever its class says later."""

from bistro.orm.database import DatabaseError, connect
from bistro.orm.fields import BooleanField, CharField
from bistro.orm.models import Model

db = connect("sqlite://")


class Dish(Model):
    """A dish, as it was declared on the first day."""

    name = CharField(max_length=20)


db.create_tables(Dish)
Dish.objects.create(name="Soup")


class Dish(Model):
    """A dish, a week later."""

    name = CharField(max_length=20)
    vegan = BooleanField(default=False)


db.create_tables(Dish)
try:
    print(Dish.objects.first().vegan)
except DatabaseError as error:
    print(str(error).partition(": SELECT")[0])

"""Runs the scenarios of relations on Django's ORM, and prints what each returns, as JSON."""

import json

from django.conf import settings

APP = "staticfiles"
"""An app without models: only in an app they know what refers to them."""

settings.configure(
    INSTALLED_APPS=[f"django.contrib.{APP}"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=False,
)

import django  # noqa: E402  the settings come first

django.setup()

from django.core.exceptions import FieldError, ObjectDoesNotExist  # noqa: E402
from django.db import IntegrityError, connection, models, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from relation_scenarios import SCENARIOS, fill  # noqa: E402


class Table(models.Model):
    number = models.IntegerField(unique=True)

    class Meta:
        app_label = APP


class Waiter(models.Model):
    name = models.TextField()
    chief = models.ForeignKey("self", models.SET_NULL, null=True, related_name="team")

    class Meta:
        app_label = APP


class Label(models.Model):
    word = models.CharField(max_length=10, primary_key=True)

    class Meta:
        app_label = APP


class Dish(models.Model):
    name = models.TextField()
    labels = models.ManyToManyField(Label, related_name="dishes")

    class Meta:
        app_label = APP


class Order(models.Model):
    note = models.TextField()
    table = models.ForeignKey(Table, models.CASCADE, related_name="orders")
    waiter = models.ForeignKey(Waiter, models.SET_NULL, null=True, related_name="orders")
    dishes = models.ManyToManyField(Dish, through="Item")

    class Meta:
        app_label = APP


class Item(models.Model):
    order = models.ForeignKey(Order, models.CASCADE, related_name="items")
    dish = models.ForeignKey(Dish, models.PROTECT)
    count = models.IntegerField(default=1)

    class Meta:
        app_label = APP


class Guest(models.Model):
    name = models.TextField()
    follows = models.ManyToManyField("self", symmetrical=False, related_name="followers")

    class Meta:
        app_label = APP


class House:
    """The models, and how to look at them."""

    Table, Waiter, Label, Dish, Order, Item, Guest = Table, Waiter, Label, Dish, Order, Item, Guest
    Count, Sum = models.Count, models.Sum

    def counted(self, call):
        with CaptureQueriesContext(connection) as log:
            result = call()
        return result, len(log)

    def check(self, _):
        connection.check_constraints()

    def refused(self, call):
        try:
            with transaction.atomic():
                call()
        except IntegrityError:
            return "integrity"
        except ObjectDoesNotExist:
            return "gone"
        except (ValueError, TypeError, AttributeError, FieldError):
            return "wrong"
        return None


def answer(scenario):
    """What a scenario returns; what it did is undone."""
    with transaction.atomic():
        house = House()
        fill(house)
        found = scenario(house)
        transaction.set_rollback(True)
    return found


with connection.schema_editor() as editor:
    for model in (Table, Waiter, Label, Dish, Order, Item, Guest):
        editor.create_model(model)
print(json.dumps({name: answer(scenario) for name, scenario in SCENARIOS.items()}))

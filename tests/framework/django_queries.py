"""Asks Django's ORM: `python django_queries.py FILE` reads questions as JSON and answers them.

FILE is an SQLite database with the tables of `query_house`. A question is a table, a chain of
calls, and either the fields of the rows or aggregates by name.
"""

import json
import sys

from django.conf import settings

APP = "staticfiles"
"""An app without models: only in an app they know what refers to them."""

settings.configure(
    INSTALLED_APPS=[f"django.contrib.{APP}"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": sys.argv[1]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=False,
)

import django  # noqa: E402  the settings come first

django.setup()

from django.db import models  # noqa: E402
from django.db.models import Avg, Count, F, Max, Min, Q, Sum  # noqa: E402


class Category(models.Model):
    name = models.TextField()
    size = models.IntegerField(null=True)

    class Meta:
        app_label = APP
        db_table = "category"


class Dish(models.Model):
    name = models.TextField()
    price = models.IntegerField()
    note = models.TextField(null=True)
    category = models.ForeignKey(Category, models.CASCADE, null=True, related_name="dishes")

    class Meta:
        app_label = APP
        db_table = "dish"


class Order(models.Model):
    dish = models.ForeignKey(Dish, models.CASCADE, related_name="orders")
    seat = models.IntegerField(null=True)
    count = models.IntegerField()

    class Meta:
        app_label = APP
        db_table = "order"


class Guest(models.Model):
    name = models.TextField()
    likes = models.ManyToManyField(Dish, related_name="fans", db_table="favourite")

    class Meta:
        app_label = APP
        db_table = "guest"


START = {model._meta.db_table: model.objects.all() for model in (Category, Dish, Order, Guest)}
NAMES = {
    **{one.__name__: one for one in (Avg, Count, F, Max, Min, Q, Sum)},
    **{name.upper(): start for name, start in START.items()},
}


def answer(table, chain, fields, aggregates):
    """The rows, or the one row of aggregates."""
    query = eval(f"start.{chain}" if chain else "start", {**NAMES, "start": START[table]})
    if aggregates:
        found = query.aggregate(**{name: eval(one, NAMES) for name, one in aggregates.items()})
        return [found[name] for name in aggregates]
    return [list(row) for row in query.values_list(*fields)]


print(json.dumps([answer(*question) for question in json.load(sys.stdin)]))

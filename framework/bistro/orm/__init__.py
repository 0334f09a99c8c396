"""Data: databases, and models whose instances are rows.

`connect` opens a database; each name is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bistro.orm.database import Database as Database
    from bistro.orm.database import DatabaseError as DatabaseError
    from bistro.orm.database import IntegrityError as IntegrityError
    from bistro.orm.database import TransactionError as TransactionError
    from bistro.orm.database import connect as connect
    from bistro.orm.database import default_database as default_database
    from bistro.orm.expressions import Avg as Avg
    from bistro.orm.expressions import Count as Count
    from bistro.orm.expressions import F as F
    from bistro.orm.expressions import FieldError as FieldError
    from bistro.orm.expressions import Max as Max
    from bistro.orm.expressions import Min as Min
    from bistro.orm.expressions import Q as Q
    from bistro.orm.expressions import Sum as Sum
    from bistro.orm.fields import BooleanField as BooleanField
    from bistro.orm.fields import CharField as CharField
    from bistro.orm.fields import DateField as DateField
    from bistro.orm.fields import DateTimeField as DateTimeField
    from bistro.orm.fields import DecimalField as DecimalField
    from bistro.orm.fields import Field as Field
    from bistro.orm.fields import FloatField as FloatField
    from bistro.orm.fields import IntegerField as IntegerField
    from bistro.orm.fields import JSONField as JSONField
    from bistro.orm.fields import TextField as TextField
    from bistro.orm.models import Model as Model
    from bistro.orm.queryset import DoesNotExist as DoesNotExist
    from bistro.orm.queryset import MultipleObjectsReturned as MultipleObjectsReturned
    from bistro.orm.queryset import QuerySet as QuerySet
    from bistro.orm.relations import CASCADE as CASCADE
    from bistro.orm.relations import DO_NOTHING as DO_NOTHING
    from bistro.orm.relations import PROTECT as PROTECT
    from bistro.orm.relations import RESTRICT as RESTRICT
    from bistro.orm.relations import SET_NULL as SET_NULL
    from bistro.orm.relations import ForeignKey as ForeignKey
    from bistro.orm.relations import ManyToManyField as ManyToManyField

MODULES = {
    "database": "Database DatabaseError IntegrityError TransactionError connect default_database",
    "expressions": "Avg Count F FieldError Max Min Q Sum",
    "fields": (
        "BooleanField CharField DateField DateTimeField DecimalField Field "
        "FloatField IntegerField JSONField TextField"
    ),
    "models": "Model",
    "queryset": "DoesNotExist MultipleObjectsReturned QuerySet",
    "relations": "CASCADE DO_NOTHING ForeignKey ManyToManyField PROTECT RESTRICT SET_NULL",
}
"""The public names of each module."""
HOMES = {name: module for module, names in MODULES.items() for name in names.split()}
__all__ = sorted(HOMES)


def __getattr__(name: str) -> object:
    """Import a public name from its module at the first use. Source: PEP 562."""
    if name not in HOMES:
        raise AttributeError(f"module 'bistro.orm' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"bistro.orm.{HOMES[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

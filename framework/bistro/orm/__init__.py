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

MODULES = {
    "database": "Database DatabaseError IntegrityError TransactionError connect default_database",
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

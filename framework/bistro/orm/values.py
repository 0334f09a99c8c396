"""Values on their way into a database and out of it, by what kind of value a column holds.

PostgreSQL's driver takes and gives Python's own types; SQLite has integers, floats and texts alone,
so that decimals, dates and JSON become one of these. Builds on `expressions`.
"""

from __future__ import annotations

from bistro.orm.expressions import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Bind = Callable[[Any], Any]

INTEGERS = 2**63
"""From here on, and below its negative, integers are more than a database can hold."""
LARGEST = 1.7976931348623157e308
"""The largest float; an integer may be larger."""


def key_of(value: Any) -> Any:
    """Return the key of what may be an instance of a model, which has it as `pk`."""
    return getattr(value, "pk", value)


def keyed(column: Column) -> Column:
    """Return a column of keys as one that is compared with instances, too."""

    def of_key(bind: Bind | None) -> Bind:
        def made(value: Any) -> Any:
            value = key_of(value)
            if value is None:
                raise ValueError("an instance that was not saved has no key to be found by")
            return value if bind is None else bind(value)

        return made

    return Column(
        column.name,
        column.kind,
        null=column.null,
        places=column.places,
        prepare=of_key(column.prepare),
        store=of_key(column.store),
    )


def like(value: Any, before: str, behind: str) -> str | None:
    r"""Return a pattern for LIKE in which the value, as a text, stands for itself.

    `before` and `behind` are put around it as they are; `\` comes before each `%`, `_` and `\` of
    the text. None, which nothing is like, for a text with a NUL, where a database would stop
    reading.
    """
    text = str(value)
    if "\0" in text:
        return None
    text = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{before}{text}{behind}"


def glob(value: Any, before: str, behind: str) -> str | None:
    """Return the same for SQLite's GLOB, which has `*` for LIKE's `%`.

    A `*`, `?` or `[` of the text stands for itself in brackets: `[*]`. `before` and `behind` are
    LIKE's: a `*` is written where one is not empty. None for a text with a NUL.
    """
    text = str(value)
    if "\0" in text:
        return None
    text = text.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")
    return f"{before and '*'}{text}{behind and '*'}"


def storer(dialect: str, column: Column) -> Bind | None:
    """Return what makes a parameter of a value that is stored; None where it needs nothing."""
    return chained(column.store, STORE[dialect].get(column.kind))


def comparer(dialect: str, column: Column | None) -> Bind | None:
    """Return what makes a parameter of what a column is compared with; None for nothing known."""
    if column is None:
        return guess if dialect == "sqlite" else None
    if dialect == "sqlite" and column.kind in ("integer", "float"):
        return chained(column.prepare, compared_integer)
    return chained(column.prepare, STORE[dialect].get(column.kind))


def list_binder(dialect: str, column: Column) -> Bind:
    """Return what makes one parameter of a list of values.

    A text with a NUL is left out on SQLite, which reads texts in JSON as far as that only.
    """
    bind = comparer(dialect, column)

    def listed(values: list[Any]) -> Any:
        bound = values if bind is None else [bind(value) for value in values]
        if dialect != "sqlite":
            return bound
        return json_text([one for one in bound if not (isinstance(one, str) and "\0" in one)])

    return listed


def chained(first: Bind | None, second: Bind | None) -> Bind | None:
    """Return what does one after the other."""
    if first is None or second is None:
        return first or second
    return lambda value: second(first(value))


def compared_integer(value: Any) -> Any:
    """Return a number as SQLite can compare it with integers, which have 64 bits there.

    One from `-INTEGERS` to below `INTEGERS` as it is; any other as a float, which is more or less
    than all integers that SQLite has (but within 1,024 of `-INTEGERS`, where it is that). What is
    more than `LARGEST`, infinity included, as that, and less as its negative: JSON has no infinity.
    """
    if -INTEGERS <= value < INTEGERS:
        return value
    return float(max(min(value, LARGEST), -LARGEST))


def row_number(value: int) -> int:
    """Return how many rows to take or to leave out, which is less than any database counts to."""
    return min(value, INTEGERS - 1)


def json_text(value: Any) -> str:
    """Return a value as JSON. Raises `ValueError` for what JSON has no words for."""
    import json

    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except TypeError as error:
        raise ValueError(str(error)) from None


def date_text(value: Any) -> str:
    """Return a date, or a time of a day with a blank before it, so that texts sort as times do."""
    text: str = value.isoformat(" ") if hasattr(value, "hour") else value.isoformat()
    return text


def guess(value: Any) -> Any:
    """Return a parameter for SQLite of a value that belongs to no column, by its class."""
    if isinstance(value, int):
        return compared_integer(value)
    if isinstance(value, str | float):
        return value
    return date_text(value) if hasattr(value, "isoformat") else float(value)


STORE: dict[str, dict[str, Bind]] = {
    "sqlite": {"decimal": float, "date": date_text, "datetime": date_text, "json": json_text},
    "postgresql": {"json": json_text},
}
"""What the driver does not take as it is, by dialect and kind."""


def loader(dialect: str, column: Column) -> Bind | None:
    """Return what makes a value of what a database gives, which is not NULL; None for nothing.

    A column without a name is a result: PostgreSQL's sums and means of integers are decimals.
    """
    if dialect == "postgresql":
        return None if column.name else RESULTS.get(column.kind)
    if column.kind == "decimal":
        return decimals(column.places)
    return LOAD.get(column.kind)


def decimals(places: int | None) -> Bind:
    """Return what makes a decimal of SQLite's float, in which 15 digits are right."""
    from decimal import Decimal

    if places is None:
        return lambda value: Decimal(f"{value:.15g}")
    return lambda value: Decimal(f"{value:.{places}f}")


def load_date(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


def load_datetime(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def load_json(text: str) -> Any:
    import json

    return json.loads(text)


LOAD: dict[str, Bind] = {
    "boolean": bool,
    "date": load_date,
    "datetime": load_datetime,
    "json": load_json,
}
"""What SQLite gives otherwise than it was stored, by kind."""
RESULTS: dict[str, Bind] = {"float": float, "integer": int}
"""What PostgreSQL gives otherwise than SQLite, by kind of a result."""

"""Queries: what is asked of a table, one method call after the other.

A `Query` is only a description: each call returns a new one. Its shape is everything but its
values; a database keeps the statement of each shape. Builds on `sql`; knows nothing of models.
"""

from __future__ import annotations

from bistro.orm.expressions import FieldError, Q, operand_shape
from bistro.orm.sql import VERBS, Shape, aggregate, has_aggregate, update

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    from bistro.orm.database import Database
    from bistro.orm.expressions import Aggregate, Expression, Table
    from bistro.orm.sql import Statement

    Values = list[Any]

MAX_STATEMENTS = 1_000
"""Shapes that a database keeps compiled; with more, it begins anew."""


class Query:
    """What is asked of a table. Each method returns a new query, and leaves its own as it was."""

    table: Table

    def __init__(self, table: Table) -> None:
        self.table = table
        self.where: tuple[Q, ...] = ()
        self.annotations: tuple[tuple[str, Expression, int], ...] = ()
        self.fields: tuple[str, ...] | None = None
        self.group: tuple[str, ...] | None = None
        self.order: tuple[str, ...] = ()
        self.is_distinct = False
        self.start = 0
        self.stop: int | None = None
        self.related: tuple[str, ...] = ()

    def copy(self) -> Self:
        """Return a query that asks the same."""
        new = object.__new__(type(self))
        new.__dict__ = self.__dict__.copy()
        return new

    def filter(self, *conditions: Q, **lookups: Any) -> Self:
        """Only the rows for which all of this holds. One call is about one row of a relation."""
        self.refuse_slice("filter")
        new = self.copy()
        new.where = (*self.where, Q(*conditions, **lookups))
        return new

    def exclude(self, *conditions: Q, **lookups: Any) -> Self:
        """Only the rows for which not all of this holds."""
        self.refuse_slice("exclude")
        new = self.copy()
        new.where = (*self.where, ~Q(*conditions, **lookups))
        return new

    def annotate(self, **expressions: Expression) -> Self:
        """With each row a value more, under the name given.

        An aggregate is made of the rows that belong to a row; after `fields` were chosen, of the
        rows that are alike in these.
        """
        new = self.copy()
        for name, expression in expressions.items():
            if not name.isidentifier() or name == "pk":
                raise FieldError(f"{name!r} cannot be the name of an annotation")
            if name in self.table.columns or name in self.table.relations:
                raise FieldError(f"{self.table.name} has a field {name!r}: name it otherwise")
            new.annotations = (*new.annotations, (name, expression, len(self.where)))
            if self.fields is None:
                continue
            if new.group is None and has_aggregate(expression.shape([])):
                new.group = new.fields
            new.fields = (*(new.fields or ()), name)
        return new

    def order_by(self, *names: str) -> Self:
        """In the order of these fields, the first above all; with `-` before it from the greatest.

        `?` is an order by chance. NULL is less than anything. Takes the place of an earlier order.
        """
        self.refuse_slice("order_by")
        new = self.copy()
        new.order = names
        return new

    def distinct(self) -> Self:
        """Each row once."""
        self.refuse_slice("distinct")
        new = self.copy()
        new.is_distinct = True
        return new

    def values(self, *fields: str) -> Self:
        """Of each row these fields alone, in this order."""
        if not fields:
            raise FieldError("values takes the names of fields")
        new = self.copy()
        new.fields = fields
        return new

    def slice(self, start: int | None, stop: int | None) -> Self:
        """Of these rows those from `start` to before `stop`, as Python slices a list; None: no end.

        A slice of a slice counts within it, and never reaches past its end. The new query has the
        `start` and `stop` among all rows, with `stop` None as long as none was given, and never
        less than `start`. Raises `ValueError` for a negative one, since a database counts from no
        end.
        """
        if (start or 0) < 0 or (stop or 0) < 0:
            raise ValueError("a query cannot be sliced from its end: reverse its order instead")
        new = self.copy()
        new.start = self.start + (start or 0)
        if stop is not None:
            new.stop = max(self.start + stop, new.start)
        if self.stop is not None:
            new.start = min(new.start, self.stop)
            new.stop = self.stop if new.stop is None else min(new.stop, self.stop)
        return new

    def refuse_slice(self, method: str) -> None:
        """Refuse to change which rows there are once some of them were taken."""
        if self.is_sliced:
            raise TypeError(f"{method} comes before a slice: rows were taken already")

    @property
    def is_sliced(self) -> bool:
        return self.stop is not None or self.start > 0

    def as_operand(self, values: Values) -> Any:
        """Return the shape of this as what `__in` looks through."""
        return ("query", self.shape(values))

    def shape(self, values: Values) -> Shape:
        """Return all of this but its values, which are appended to `values`."""
        where = [condition.shape(values) for condition in self.where]
        annotations = [
            (name, expression.shape(values), at) for name, expression, at in self.annotations
        ]
        limit = offset = None
        if self.stop is not None:
            values.append(self.stop - self.start)
            limit = len(values) - 1
        if self.start:
            values.append(self.start)
            offset = len(values) - 1
        return Shape(
            self.table,
            tuple(where),
            tuple(annotations),
            self.fields,
            self.group,
            self.order,
            self.is_distinct,
            limit,
            offset,
            self.related,
        )

    def compiled(self, db: Database, verb: str = "select") -> tuple[Statement, Values]:
        """Return the statement for this, and its parameters, which `Statement.fill` makes.

        `VERBS` has the function for a verb: select, count, exists, delete. It is called with the
        name of the dialect and the shape, once for each verb and shape: the statement stays in
        `db.compiled`, by a pair of these, where `remember` puts it. Raises `KeyError` for a verb
        that there is not.
        """
        values: Values = []
        key = (verb, self.shape(values))
        statement = db.compiled.get(key)
        if statement is None:
            statement = remember(db, key, VERBS[verb](db.dialect.name, key[1]))
        return statement, statement.fill(values)

    def aggregated(self, db: Database, **aggregates: Aggregate) -> tuple[Statement, Values]:
        """Return the statement for one row of values, each made of all rows of this query."""
        values: Values = []
        shape = self.shape(values)
        wanted = tuple([(name, one.shape(values)) for name, one in aggregates.items()])
        key = ("aggregate", shape, wanted)
        statement = db.compiled.get(key)
        if statement is None:
            statement = remember(db, key, aggregate(db.dialect.name, shape, wanted))
        return statement, statement.fill(values)

    def updated(self, db: Database, **assigned: Any) -> tuple[Statement, Values]:
        """Return the statement that gives fields of these rows new values, or expressions."""
        self.refuse_slice("update")
        values: Values = []
        shape = self.shape(values)
        changes = tuple([(name, operand_shape(to, values)) for name, to in assigned.items()])
        key = ("update", shape, changes)
        statement = db.compiled.get(key)
        if statement is None:
            statement = remember(db, key, update(db.dialect.name, shape, changes))
        return statement, statement.fill(values)


def remember(db: Database, key: Any, statement: Statement) -> Statement:
    """Keep a statement by its shape. Queries that a program writes have few shapes."""
    if len(db.compiled) >= MAX_STATEMENTS:
        db.compiled.clear()
    db.compiled[key] = statement
    return statement

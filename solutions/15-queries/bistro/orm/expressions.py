"""Expressions: tables as data, and what is asked of them, as Python values.

`F`, `Q` and the aggregates say what a query is about; each gives its shape, which is all of it but
its values. What SQL makes of a shape is in `sql`. Builds on nothing but `quote`.
"""

from __future__ import annotations

from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Bind = Callable[[Any], Any]
    Values = list[Any]

SEPARATOR = "__"
"""Stands between the names of a path, as in `order__table__number__gte`."""
COMPARISONS = {"exact": "=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
PATTERNS = {
    "iexact": ("", ""),
    "contains": ("%", "%"),
    "icontains": ("%", "%"),
    "startswith": ("", "%"),
    "istartswith": ("", "%"),
    "endswith": ("%", ""),
    "iendswith": ("%", ""),
}
"""What stands before and behind the text in a pattern, for the lookups that have one."""
WITH_SHAPE = ("__isnull", "__in", "__range")
"""The ends of lookups whose operand is more than a value."""
LOOKUPS = frozenset([*COMPARISONS, *PATTERNS, "in", "isnull", "range"])


class FieldError(BistroError):
    """A query names what its table does not have, or asks for what cannot be."""


class Column:
    """A column: its `name`, what `kind` of value it holds, and whether that can be NULL.

    Kinds: integer, float, boolean, text, decimal (with `places` behind the point), date, datetime,
    json. `prepare` makes a column's value of what a query is given, to compare with; `store` the
    same to be stored, where that is more. Both raise `ValueError`.
    """

    __slots__ = ("kind", "name", "null", "places", "prepare", "store")

    def __init__(
        self,
        name: str,
        kind: str,
        *,
        null: bool = False,
        places: int | None = None,
        prepare: Bind | None = None,
        store: Bind | None = None,
    ) -> None:
        self.name = name
        self.kind = kind
        self.null = null
        self.places = places
        self.prepare = prepare
        self.store = store or prepare


class Relation:
    """A way from a table to another: where its `column` has what the other's `remote` has.

    `many`: several rows over there belong to one here. `through` is the table between the two of a
    relation from many to many: its name, its column for this side, and its column for the other.
    """

    __slots__ = ("column", "many", "null", "remote", "table", "through")

    def __init__(
        self,
        table: Table,
        column: str,
        remote: str,
        *,
        many: bool = False,
        null: bool = False,
        through: tuple[str, str, str] | None = None,
    ) -> None:
        self.table = table
        self.column = column
        self.remote = remote
        self.many = many
        self.null = null
        self.through = through


class Table:
    """A table: its `name`, its `columns` by name, the `primary` one's name, and its `relations`."""

    __slots__ = ("columns", "name", "primary", "relations")

    def __init__(self, name: str, *columns: Column, primary: str = "id") -> None:
        self.name = name
        self.columns = {column.name: column for column in columns}
        self.primary = primary
        self.relations: dict[str, Relation] = {}

    @property
    def key(self) -> Column:
        """The column of the primary key."""
        return self.columns[self.primary]


class Expression:
    """What stands for a value in SQL. With + - * / and % it makes further ones."""

    __slots__ = ()

    def shape(self, values: Values) -> Any:
        """Return what this is but for its values, which are appended to `values`."""
        raise TypeError(f"{type(self).__name__} has no shape")

    def as_operand(self, values: Values) -> Any:
        """Return the shape of what a field is compared with."""
        return self.shape(values)

    def __add__(self, other: Any) -> Combined:
        return Combined(self, "+", other)

    def __sub__(self, other: Any) -> Combined:
        return Combined(self, "-", other)

    def __mul__(self, other: Any) -> Combined:
        return Combined(self, "*", other)

    def __truediv__(self, other: Any) -> Combined:
        return Combined(self, "/", other)

    def __mod__(self, other: Any) -> Combined:
        return Combined(self, "%", other)

    def __radd__(self, other: Any) -> Combined:
        return Combined(other, "+", self)

    def __rsub__(self, other: Any) -> Combined:
        return Combined(other, "-", self)

    def __rmul__(self, other: Any) -> Combined:
        return Combined(other, "*", self)

    def __rtruediv__(self, other: Any) -> Combined:
        return Combined(other, "/", self)

    def __rmod__(self, other: Any) -> Combined:
        return Combined(other, "%", self)


class F(Expression):
    """The value of a field in the row itself, across relations by `__`: `F("price") * 2`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def shape(self, values: Values) -> Any:
        return ("field", self.name)


class Combined(Expression):
    """Two values and an operator between them."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, left: Any, operator: str, right: Any) -> None:
        self.left = left
        self.operator = operator
        self.right = right

    def shape(self, values: Values) -> Any:
        left = part_shape(self.left, values)
        return ("combined", self.operator, left, part_shape(self.right, values))


class Aggregate(Expression):
    """One value made of many rows: of a field, a path, an expression; of each value once."""

    __slots__ = ("distinct", "expression")
    function = ""

    def __init__(self, expression: str | Expression, *, distinct: bool = False) -> None:
        self.expression = F(expression) if isinstance(expression, str) else expression
        self.distinct = distinct

    def shape(self, values: Values) -> Any:
        return ("aggregate", self.function, self.distinct, self.expression.shape(values))


class Count(Aggregate):
    """How many rows have a value there; `Count("*")` counts rows."""

    __slots__ = ()
    function = "COUNT"


class Sum(Aggregate):
    """The sum; None of no value."""

    __slots__ = ()
    function = "SUM"


class Avg(Aggregate):
    """The arithmetic mean; None of no value."""

    __slots__ = ()
    function = "AVG"


class Min(Aggregate):
    """The least; None of no value."""

    __slots__ = ()
    function = "MIN"


class Max(Aggregate):
    """The greatest; None of no value."""

    __slots__ = ()
    function = "MAX"


def operand_shape(value: Any, values: Values) -> Any:
    """Return the shape of what a field is compared with, and append its values to `values`.

    None for None, since SQL asks for that in other words. Of what has a method `as_operand` (an
    expression, a query), what that returns. Any other value is appended; its shape is its index.
    """
    if value is None:
        return None
    as_operand = getattr(value, "as_operand", None)
    if as_operand is not None:
        return as_operand(values)
    values.append(value)
    return len(values) - 1


def part_shape(value: Any, values: Values) -> Any:
    """Return the shape of one side of an operator: a bare value's has its class, too.

    What 3 * 1.5 gives is another kind of value than what 3 * 2 gives.
    """
    shape = operand_shape(value, values)
    if isinstance(shape, int):
        return ("value", shape, type(value).__name__)
    return shape


class Q:
    """A condition: lookups that all hold, `Q(price__lt=9, name="Soup")`; with & | ~ further ones.

    ~ holds where the condition does not hold, NULL included, as `not` in Python.
    """

    __slots__ = ("children", "connector", "negated")

    def __init__(self, *conditions: Q, **lookups: Any) -> None:
        self.connector = "AND"
        self.negated = False
        self.children: tuple[Q | tuple[str, Any], ...] = (*conditions, *lookups.items())

    def __and__(self, other: Q) -> Q:
        both = Q(self, other)
        if self.connector == "AND" and not self.negated:  # a & b & c is one row of three
            both.children = (*self.children, other)
        return both

    def __or__(self, other: Q) -> Q:
        either = Q(self, other)
        either.connector = "OR"
        if self.connector == "OR" and not self.negated:  # likewise
            either.children = (*self.children, other)
        return either

    def __invert__(self) -> Q:
        negated = Q(self)
        negated.negated = True
        return negated

    def shape(self, values: Values) -> Any:
        """Return what this asks but for its values, which are appended to `values`.

        That is a tuple of three: the connector, whether it is negated, and a tuple of the shapes of
        the children in their order. A child is a `Q`, or a path and a value for `lookup_shape`.
        """
        children = [
            child.shape(values) if isinstance(child, Q) else lookup_shape(*child, values)
            for child in self.children
        ]
        return (self.connector, self.negated, tuple(children))


def lookup_shape(path: str, value: Any, values: Values) -> Any:
    """Return the shape of one lookup: a pair of its path, lookup included, and its operand's shape.

    The operand's is that of `operand_shape`, except where a path ends with one of these three:

    - `__isnull` takes True or False: `("is null",)` or `("is not null",)`.
    - `__in` takes a list of values, or anything else that can be iterated and is no str or bytes.
      Its values but None, to which nothing is equal, are appended as one list: the index of that.
      `("nothing",)` when there are none. What has `as_operand` is an operand like others.
    - `__range` takes a list or tuple of two values, neither None nor with `as_operand`. Both are
      appended: the index of the first.

    Raises `FieldError` for anything else behind these.
    """
    if not path.endswith(WITH_SHAPE):
        return (path, operand_shape(value, values))
    if path.endswith("__isnull"):
        if value is not True and value is not False:
            raise FieldError(f"{path} takes True or False, not {value!r}")
        return (path, ("is null" if value else "is not null",))
    if path.endswith("__in") and not hasattr(value, "as_operand"):
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            raise FieldError(f"{path} takes a list of values or a query, not {value!r}")
        present = [one for one in value if one is not None]  # to which nothing is ever equal
        if not present:
            return (path, ("nothing",))
        values.append(present)
        return (path, len(values) - 1)
    if path.endswith("__range"):
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise FieldError(f"{path} takes two values, the first and the last, not {value!r}")
        if any(end is None or hasattr(end, "as_operand") for end in value):
            raise FieldError(f"{path} takes two plain values: ask with __gte and __lte instead")
        values.extend(value)
        return (path, len(values) - 2)
    return (path, operand_shape(value, values))

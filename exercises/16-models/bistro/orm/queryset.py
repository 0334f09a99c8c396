"""Querysets: queries whose rows are instances of a model, asked for when they are needed.

Iterating runs the query, once. What makes instances of rows is a function written for the query,
which stores into attributes directly. Builds on `query`; what it needs of a model is in `options`.
"""

from __future__ import annotations

from itertools import islice
from keyword import iskeyword

from bistro.orm.database import IntegrityError, default_database
from bistro.orm.expressions import FieldError, Q
from bistro.orm.query import Query
from bistro.orm.sql import Statement
from bistro.orm.values import loader
from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Self

    from bistro.orm.database import Row
    from bistro.orm.expressions import Aggregate, Expression
    from bistro.orm.models import Model, Options

    Loader = Callable[[Sequence[Row]], list[Any]]

CHUNK = 1_000
"""Rows that `iterator` has in memory at a time, and that one statement of `bulk_create` inserts."""
SHOWN = 20
"""Instances that the `repr` of a queryset shows."""
OBJECTS, DICTS, TUPLES, FLAT = "objects", "dicts", "tuples", "flat"
"""What a queryset gives for a row: an instance, a dict, a tuple, or its only value."""


class DoesNotExist(BistroError):
    """There is no such row."""


class MultipleObjectsReturned(BistroError):
    """There is more than one such row."""


class QuerySet(Query):
    """The rows of a model that a query asks for; of `Model.objects`, all of them.

    Lazy: each method returns a new queryset, and nothing is asked before it is iterated, indexed,
    counted, or asked for its truth. Then it keeps what it was given.
    """

    def __init__(self, model: type[Model]) -> None:
        self.options: Options = model.options
        super().__init__(self.options.table)
        self.model = model
        self.order = self.options.ordering
        self.mode = OBJECTS
        self.prefetches: tuple[str, ...] = ()
        self.keeps = False  # `Model.objects` itself keeps nothing: it is there for good
        self.result: list[Any] | None = None

    @classmethod
    def as_manager(cls) -> Self:
        """Return what a model takes as `objects`, so that it has the methods of this class."""
        return object.__new__(cls)

    def copy(self) -> Self:
        new = super().copy()
        new.keeps = True
        new.result = None
        return new

    # What is given for a row

    def all(self) -> Self:
        """Return the same query, not yet asked."""
        return self.copy()

    def none(self) -> Self:
        """Return no rows."""
        return self.filter(pk__in=[])

    def values(self, *fields: str) -> Self:
        """Give a dict for each row, of these fields, or of all."""
        new = super().values(*fields) if fields else self.copy()
        new.mode = DICTS
        new.related = ()
        return new

    def values_list(self, *fields: str, flat: bool = False) -> Self:
        """Give a tuple for each row; `flat`, with one field, its values alone."""
        if flat and len(fields) != 1:
            raise TypeError("values_list(flat=True) takes one field")
        new = self.values(*fields)
        new.mode = FLAT if flat else TUPLES
        return new

    def annotate(self, *aggregates: Aggregate, **expressions: Expression) -> Self:
        """With each row a value more: under the name given, else as `orders__count`."""
        for name in expressions:
            if not is_variable(name) or hasattr(self.model, name):
                raise FieldError(f"{self.model.__name__} can have no annotation {name!r}")
        new = super().annotate(**expressions, **named(aggregates))
        if new.group is not None and new.order == self.options.ordering:
            new.order = ()  # by default by fields that the groups need not have
        return new

    def select_related(self, *names: str) -> Self:
        """Bring the instances along that these foreign keys lead to, in the same query."""
        new = self.copy()
        new.related = tuple(dict.fromkeys([*self.related, *prefixes(names)]))
        return new

    def prefetch_related(self, *names: str) -> Self:
        """Ask for the instances that these relations lead to, in one query more for each."""
        new = self.copy()
        new.prefetches = tuple(dict.fromkeys([*self.prefetches, *names]))
        return new

    def reverse(self) -> Self:
        """The other way round; by the key, from the greatest, when there is no order."""
        return self.order_by(*[turned(name) for name in self.order or ("pk",)])

    # Asking

    def fetch(self) -> list[Any]:
        """Return what the rows are as a list: what `result` has, else asked for now.

        Runs the query's `compiled` statement on the default database, and has the rows read by the
        function that the statement has in its `loaders` for this `mode`, else by what `loader`
        makes, and keeps there. Instances (mode `OBJECTS`) go to `prefetch`, with the options before
        them and the `prefetches` behind, if there are any. The list becomes `result`, so that it is
        asked for only once: but only if `keeps` is true.
        """
        raise NotImplementedError("step 16.5: write QuerySet.fetch")

    def loader(self, statement: Statement, dialect: str) -> Loader:
        """Return the function that makes what is given of the rows, and keep it."""
        if self.mode == OBJECTS:
            made = object_loader(self.options, self.related, statement, dialect)
        else:
            made = value_loader(self.mode, statement, dialect)
        statement.loaders[self.mode] = made
        return made

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetch())

    def __len__(self) -> int:
        return len(self.fetch())

    def __bool__(self) -> bool:
        return bool(self.fetch())

    def __contains__(self, one: object) -> bool:
        return one in self.fetch()

    def __getitem__(self, index: int | slice) -> Any:
        """Return one row for an int, some for a slice: from `result` if that is there.

        Else an int asks for one row, and a slice is a new queryset, as `slice` returns it, which is
        not asked yet; one with a step is a list. Raises `IndexError`, `there is no Dish at 7`, and
        `ValueError` for a negative int, start or stop, and for a step below 1, whether or not there
        is a `result`: what works must not depend on what was asked before.
        """
        raise NotImplementedError("step 16.5: write QuerySet.__getitem__")

    def __repr__(self) -> str:
        shown = self.fetch() if self.result is not None else self.slice(0, SHOWN + 1).fetch()
        more = ", ..." if len(shown) > SHOWN else ""
        return f"<{type(self).__name__} [{', '.join(map(repr, shown[:SHOWN]))}{more}]>"

    def iterator(self, chunk_size: int = CHUNK) -> Iterator[Any]:
        """Yield what the rows are, of which `chunk_size` at a time are in memory; keep none."""
        db = default_database()
        statement, parameters = self.compiled(db)
        load = statement.loaders.get(self.mode) or self.loader(statement, db.dialect.name)
        rows = db.stream(statement.sql, parameters, size=chunk_size)
        while chunk := load(list(islice(rows, chunk_size))):
            if self.prefetches and self.mode == OBJECTS:
                prefetch(self.options, chunk, self.prefetches)
            yield from chunk

    def get(self, *conditions: Q, **lookups: Any) -> Any:
        """Return the one row for which this holds, among those of this queryset.

        Asks anew, for two rows at the most, in no order; but what was sliced stays as it is. Raises
        the model's own `DoesNotExist` when there is none, and its `MultipleObjectsReturned` when
        there are more. Their messages name the model and what was looked up, without the values.
        """
        raise NotImplementedError("step 16.5: write QuerySet.get")

    def first(self) -> Any:
        """Return the first, by the key when there is no order; None when there is none."""
        query = self if self.order or self.group is not None else self.order_by("pk")
        return next(iter(query.slice(0, 1)), None)

    def last(self) -> Any:
        """Return the last, by the key when there is no order; None when there is none."""
        return next(iter(self.reverse().slice(0, 1)), None)

    def count(self) -> int:
        """Return the number of rows, without asking for them."""
        if self.result is not None:
            return len(self.result)
        db = default_database()
        statement, parameters = self.compiled(db, "count")
        number: int = db.execute(statement.sql, parameters).rows[0][0]
        return number

    def exists(self) -> bool:
        """Return whether there is any row, without asking for more than one."""
        if self.result is not None:
            return bool(self.result)
        db = default_database()
        statement, parameters = self.compiled(db, "exists")
        return bool(db.execute(statement.sql, parameters).rows)

    def aggregate(self, *aggregates: Aggregate, **expressions: Aggregate) -> dict[str, Any]:
        """Return values made of all rows: under the names given, else as `price__sum`."""
        db = default_database()
        statement, parameters = self.aggregated(db, **expressions, **named(aggregates))
        rows = db.execute(statement.sql, parameters).rows
        made: dict[str, Any] = value_loader(DICTS, statement, db.dialect.name)(rows)[0]
        return made

    # Changing

    def create(self, **values: Any) -> Any:
        """Insert an instance with these values, and return it."""
        instance = self.model(**values)
        instance.save(force_insert=True)
        return instance

    def get_or_create(self, defaults: dict[str, Any] | None = None, **lookups: Any) -> Any:
        """Return the instance for which this holds, and False; else insert one, and True.

        What is there takes one query: a `get`.
        A new one has the values of the lookups that have no `__`, `pk` among them, and those of
        `defaults`. It is inserted in a transaction. If that ends in an `IntegrityError`, somebody
        else may have inserted it at the same moment: then theirs is returned, and False; the error
        passes through if there is still none.
        """
        raise NotImplementedError("step 16.7: write QuerySet.get_or_create")

    def bulk_create(self, instances: Iterable[Any], batch_size: int = CHUNK) -> list[Any]:
        """Insert all of these, and return them in a list, in their order, with their keys.

        In one transaction: all are inserted, or none. First those that have a key, then those that
        have none, at most `batch_size` at a time by `Options.insert_many`. Raises `ValueError` for
        a `batch_size` below 1.
        """
        raise NotImplementedError("step 16.7: write QuerySet.bulk_create")

    def update(self, **values: Any) -> int:
        """Give these fields of all rows new values, or expressions; return how many rows."""
        if not values:
            raise TypeError("update takes fields, and what to give them: update(price=5)")
        db = default_database()
        statement, parameters = self.updated(db, **values)
        self.result = None
        return db.execute(statement.sql, parameters).count

    def delete(self) -> int:
        """Delete all these rows; return how many. What refers to them goes by its `on_delete`."""
        self.refuse_slice("delete")
        db = default_database()
        statement, parameters = self.compiled(db, "delete")
        self.result = None
        return db.execute(statement.sql, parameters).count


def named(aggregates: Iterable[Aggregate]) -> dict[str, Aggregate]:
    """Return aggregates by the names that they have by themselves: `price__sum`."""
    found = {}
    for one in aggregates:
        field = getattr(one.expression, "name", None)
        if field is None:
            raise TypeError("an aggregate of an expression needs a name: total=Sum(F(...) * 2)")
        found[f"{field}__{one.function.lower()}"] = one
    return found


def is_variable(name: str) -> bool:
    """Whether this is a variable's name, and for Python the same: it reads `\ufb01sh` as `fish`."""
    if name.isascii() or not name.isidentifier():
        return name.isidentifier() and not iskeyword(name)
    from unicodedata import is_normalized

    return is_normalized("NFKC", name)


def turned(name: str) -> str:
    """Return a name of an order the other way round."""
    return name if name == "?" else name[1:] if name.startswith("-") else f"-{name}"


def prefixes(paths: Iterable[str]) -> list[str]:
    """Return paths, and before each those that it goes through: `order`, `order__table`."""
    found = []
    for path in paths:
        names = path.split("__")
        found += ["__".join(names[: end + 1]) for end in range(len(names))]
    return found


# Rows into objects ----------------------------------------------------------------------------


def object_loader(
    options: Options, related: Sequence[str], statement: Statement, dialect: str
) -> Loader:
    """Return a function that makes a list of instances of a list of rows.

    It is written for the statement: `o.name = v1` for each column, in the order of the columns.
    That takes about a fifth of the time of a loop over names. `__init__` is not called.
    """
    source = Source()
    columns = list(zip(statement.names, statement.columns, strict=True))
    source.instance("o", options, columns, dialect)
    for path in related:
        source.related(path, options, columns, dialect)
    for name, column in columns:
        source.line(f"o.{name} = {source.value(column, dialect)}")
    return source.function("o")


def value_loader(mode: str, statement: Statement, dialect: str) -> Loader:
    """Return a function that makes dicts, tuples or values of a list of rows."""
    source = Source()
    values = [source.value(column, dialect) for column in statement.columns]
    if mode == DICTS:
        pairs = zip(statement.names, values, strict=True)
        return source.function("{" + ", ".join(f"{name!r}: {value}" for name, value in pairs) + "}")
    if mode == FLAT:
        return source.function(values[0])
    return source.function(f"({''.join(f'{value}, ' for value in values)})")


class Source:
    """The text of a function that reads rows, while it is written."""

    def __init__(self) -> None:
        self.variables: list[str] = []
        self.lines: list[str] = []
        self.names: dict[str, Any] = {"new": object.__new__}

    def line(self, text: str) -> None:
        self.lines.append(f"        {text}")

    def given(self, value: Any) -> str:
        """Return a name for a value that the function uses."""
        name = f"n{len(self.names)}"
        self.names[name] = value
        return name

    def value(self, column: Any, dialect: str) -> str:
        """Take the next value of the row, and return the source of the column's value.

        The values are v0, v1 and so on: the name goes to `variables`. That is also the source, if
        there is no `loader` for the column; else the source calls that, which is `given`, except
        for None, which stays None.
        """
        raise NotImplementedError("step 16.4: write Source.value")

    def instance(self, variable: str, options: Options, columns: list[Any], dialect: str) -> None:
        """Take as many values as the model has columns, and write what makes an instance.

        A `line` that has `new`, `object.__new__`, make an instance of the `given` model, without a
        call of `__init__`; then one for each column of its table, which stores the column's `value`
        into the attribute. The first of `columns`, pairs of a name and a `Column`, go, one for
        each; what is left belongs to others.
        """
        raise NotImplementedError("step 16.4: write Source.instance")

    def related(self, path: str, options: Options, columns: list[Any], dialect: str) -> None:
        """Write what makes the instance at the other end of a path, or None, and keeps it."""
        *before, name = path.split("__")
        owner = "o" + "".join(f"_{part}" for part in before)
        for part in before:
            options = options.relations[part].options
        relation = options.relations[name]
        variable = f"{owner}_{name}"
        key = len(self.variables) + list(relation.options.table.columns).index(
            relation.options.table.primary
        )
        mark = len(self.lines)
        self.instance(variable, relation.options, columns, dialect)
        made = [f"    {line}" for line in self.lines[mark:]]
        del self.lines[mark:]
        self.line(f"if v{key} is None:")
        self.line(f"    {variable} = None")
        self.line("else:")
        self.lines += made
        self.line(f"if {owner} is not None:")
        self.line(f"    {owner}.{relation.cache} = {variable}")

    def function(self, result: str) -> Loader:
        """Return the function: of a list of rows it makes a list of `result`, one for each row.

        It has a loop over the rows, in which each is unpacked into `variables`, then come `lines`,
        which are indented for that, then `result` is appended. `names` are its globals.
        """
        raise NotImplementedError("step 16.4: write Source.function")


def prefetch(options: Options, instances: list[Any], paths: Iterable[str]) -> None:
    """Ask for what relations lead to, for all instances at once: one query for each name."""
    done: dict[str, tuple[Options, list[Any]]] = {"": (options, instances)}
    for path in paths:
        reached = ""
        for name in path.split("__"):
            options, instances = done[reached]
            reached = f"{reached}__{name}" if reached else name
            if reached in done:
                continue
            relation = options.relations.get(name)
            if relation is None:
                known = ", ".join(options.relations) or "none"
                raise FieldError(f"{options.model.__name__} has no relation {name!r}, but {known}")
            done[reached] = (relation.options, relation.fetch(instances))

"""SQL: what a query's shape is in the database's words.

A `Compiler` writes one select: the joins that its paths need, its conditions, groups and orders.
Names come from the tables; values are parameters, always. Builds on `expressions` and `values`.
"""

from __future__ import annotations

import re
from collections import namedtuple

from bistro.orm.expressions import (
    COMPARISONS,
    LOOKUPS,
    PATTERNS,
    SEPARATOR,
    Column,
    FieldError,
    Table,
)
from bistro.orm.values import comparer, glob, keyed, like, list_binder, row_number, storer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from bistro.orm.expressions import Relation

    Bind = Callable[[Any], Any]
    Values = list[Any]
    Scope = int | range
    Written = tuple[str, Column]

PLACE = re.compile("\0([0-9]+)\0")
"""A place for a value while SQL is written, in any order: the number of its slot."""
INTEGER = Column("", "integer", null=True)
FLOAT = Column("", "float", null=True)
DECIMAL = Column("", "decimal", null=True)
ARITHMETIC = {"float": FLOAT, "decimal": DECIMAL, "integer": INTEGER}
"""What an operator gives, by the kinds of its sides: the first of these that one of them is."""
CLASSES = {"float": FLOAT, "Decimal": DECIMAL}
"""What a bare value is, by the name of its class; any other counts as an integer."""

Shape = namedtuple(  # typing's takes long to import
    "Shape", "table where annotations fields group order distinct limit offset related"
)
"""All of a query but its values: what its SQL depends on.

Of each annotation its name, its shape, and how many conditions were there before it. `limit` and
`offset` are indexes of the values. Paths are as they were given.
"""


class Statement:
    """SQL, and how its parameters come from a query's values: `slots`, in their order.

    A slot is an index, and what makes a parameter of the value. `columns` says of each column of
    the rows what it holds; `names` what it is called. `loaders` keeps what was made to read them.
    """

    __slots__ = ("columns", "loaders", "names", "slots", "sql")

    def __init__(
        self,
        sql: str,
        slots: Iterable[tuple[int, Bind | None]],
        columns: Sequence[tuple[str, Column]] = (),
    ) -> None:
        self.sql = sql
        self.slots = tuple(slots)
        self.names = [name for name, _ in columns]
        self.columns = [column for _, column in columns]
        self.loaders: dict[str, Callable[[list[Any]], list[Any]]] = {}

    def fill(self, values: Values) -> Values:
        """Return the parameters. None stays None. Raises `ValueError` for what a column refuses."""
        return [
            value if (value := values[index]) is None or bind is None else bind(value)
            for index, bind in self.slots
        ]


def quote(name: str) -> str:
    """Return a name as SQL takes any: in quotation marks, those within doubled."""
    return '"' + name.replace('"', '""') + '"'


class Join:
    """A table that was joined: under which alias, from which join, and by which relation."""

    __slots__ = ("alias", "many", "parent", "relation", "table")

    def __init__(
        self, table: Table, alias: str, parent: Join | None = None, relation: Relation | None = None
    ) -> None:
        self.table = table
        self.alias = alias
        self.parent = parent
        self.relation = relation
        self.many: Join | None = parent.many if parent else None
        """The nearest join on the way here that multiplies rows; this one, if it does."""
        if relation is not None and relation.many:
            self.many = self

    def chain(self) -> list[Join]:
        """Return this join, and those that it hangs on."""
        return [self, *(self.parent.chain() if self.parent else ())]

    def __getitem__(self, name: str) -> str:
        """Return SQL for a column of this table."""
        return f"{self.alias}.{quote(name)}"


class Compiler:
    """Writes the SQL of one select: the tables that it needs, and what is asked of their columns.

    A compiler of a select inside another shares the slots and the aliases with that.
    """

    def __init__(self, dialect: str, table: Table, outer: Compiler | None = None) -> None:
        self.dialect = dialect
        self.slots: list[tuple[int, Bind | None]] = outer.slots if outer else []
        self.aliases: list[str] = outer.aliases if outer else []
        self.root = Join(table, self.alias())
        self.joins: dict[tuple[Join, str, int | None], Join] = {}
        self.annotations: dict[str, tuple[Any, int]] = {}
        self.aggregated: list[list[Join]] = []
        """Of each aggregate that takes a value as often as it comes: the tables of its fields."""
        self.alike: list[Join] = []
        """The tables of the fields in which the rows of a group are alike."""

    def alias(self) -> str:
        """Return an alias that no table of the statement has."""
        alias = f"t{len(self.aliases)}"
        self.aliases.append(alias)
        return alias

    def place(self, index: int, bind: Bind | None) -> str:
        """Write a place for a value: which one, and what makes a parameter of it."""
        self.slots.append((index, bind))
        return f"\0{len(self.slots) - 1}\0"

    # Paths

    def walk(self, path: str, scope: Scope) -> tuple[Join, Column, list[str]]:
        """Follow a path from the root; return the join it leads to, the column there, and the rest.

        A name is looked for among the relations of a table first, then among its columns; `pk` is
        the primary key. Behind a column the path ends; the names left are the rest: a lookup, or
        what is wrong with it. Behind a relation it goes on in the table over there, which `join`
        gives. Where it ends with a relation, or a lookup that is the name of no column over there
        follows, the key over there is meant, as `keyed` makes it.

        What a relation that is not many calls its `remote` is in the relation's own column over
        here, `keyed` as well: nothing is joined for it. If that is the key over there, so is the
        key, meant or named: `dish`, `dish__id`, `dish__pk`. Raises the `FieldError` of `unknown`
        for a name that a table does not have.
        """
        names = path.split(SEPARATOR)
        join = self.root
        while True:
            table = join.table
            name = table.primary if names[0] == "pk" else names[0]
            relation = table.relations.get(name)
            rest = names[1:]
            if relation is None:
                if name not in table.columns:
                    raise unknown(path, name, table, self.annotations)
                return join, table.columns[name], rest
            there = relation.table
            ends = not rest or (rest[0] in LOOKUPS and rest[0] not in there.columns)
            far = there.primary if ends or rest[0] == "pk" else rest[0]
            if relation.many or far != relation.remote:
                join = self.join(join, name, relation, scope)
                if ends:
                    return join, keyed(there.key), rest
                names = rest
                continue
            return join, keyed(table.columns[relation.column]), rest if ends else rest[1:]

    def join(self, parent: Join, name: str, relation: Relation, scope: Scope) -> Join:
        """Return the join for the other end of a relation `name` of `parent`; it is made once.

        Kept in `joins`, in the order in which they are made, by parent, name and number; a new one
        gets a new `alias`. The number is None for a relation that is not many. For one that is,
        each condition is about one row of it, and another condition may be about another: `scope`
        is then the number of the condition. What is no condition comes with a range: it goes by the
        join of the last condition in that range that has one, else by the number None.
        """
        own: int | None = None
        if relation.many and isinstance(scope, range):
            known = (number for number in reversed(scope) if (parent, name, number) in self.joins)
            own = next(known, None)
        elif relation.many and isinstance(scope, int):
            own = scope
        key = (parent, name, own)
        if key not in self.joins:
            self.joins[key] = Join(relation.table, self.alias(), parent, relation)
        return self.joins[key]

    # Expressions

    def expression(self, shape: Any, scope: Scope, like: Column | None = None) -> Written:
        """Write an expression; return its SQL, and a column that holds what it gives.

        `like` is the column that a bare value is compared with.
        """
        if isinstance(shape, int):
            return self.place(shape, comparer(self.dialect, like)), like or INTEGER
        kind = shape[0]
        if kind == "written":
            return shape[1], shape[2]
        if kind == "value":
            return self.place(shape[1], comparer(self.dialect, None)), CLASSES.get(
                shape[2], INTEGER
            )
        if kind == "column":  # of a select inside, under the name that it has there
            return self.root[shape[1]], self.root.table.columns[shape[1]]
        if kind == "field":
            return self.field(shape[1], scope)
        if kind == "combined":
            return self.combined(shape, scope)
        if kind == "aggregate":
            return self.aggregate(shape, scope)
        raise FieldError("a query can stand behind __in alone")

    def field(self, path: str, scope: Scope) -> Written:
        """Write a field, across relations, or an annotation by its name."""
        if path in self.annotations:
            shape, before = self.annotations[path]
            return self.expression(shape, range(before))
        join, column, rest = self.walk(path, scope)
        if rest:
            raise FieldError(f"{path!r}: {rest[0]!r} is no field of {column.name}")
        return join[column.name], column

    def combined(self, shape: Any, scope: Scope) -> Written:
        """Write two values with an operator between them. A float among them makes it a float."""
        _, operator, left, right = shape
        if left is None or right is None:
            raise FieldError(f"{operator} with None is never anything but None")
        first, of_first = self.expression(left, scope)
        second, of_second = self.expression(right, scope)
        kinds = (of_first.kind, of_second.kind)
        result = next((ARITHMETIC[kind] for kind in ARITHMETIC if kind in kinds), of_first)
        return f"({first} {operator} {second})", result

    def aggregate(self, shape: Any, scope: Scope) -> Written:
        """Write an aggregate: `("aggregate", function, distinct, the shape of its expression)`.

        COUNT of `("field", "*")` is `COUNT(*)`, unless it is distinct; elsewhere `*` is a field
        that there is not. It holds: a count, `INTEGER`; a mean, a decimal of decimals, else a
        float; any other what its expression holds, with as many places, and maybe NULL; always
        without a name. Remembers in `aggregated` the tables of its fields
        (`joins_of`), unless it is distinct, MIN or MAX, to which it is all one how often a value
        comes. In a condition, whose scope is an int, it raises a `FieldError` that names the
        function: SQL has no such thing.
        """
        _, function, distinct, inner = shape
        if isinstance(scope, int):
            raise FieldError(f"{function} has to be annotated before it is asked for by its name")
        if not distinct and function not in ("MIN", "MAX"):
            self.aggregated.append(self.joins_of(inner, scope))
        if inner == ("field", "*") and function == "COUNT" and not distinct:
            return "COUNT(*)", INTEGER
        sql, column = self.expression(inner, scope)
        sql = f"{function}({'DISTINCT ' if distinct else ''}{sql})"
        if function == "COUNT":
            return sql, INTEGER
        if function == "AVG":
            return sql, DECIMAL if column.kind == "decimal" else FLOAT
        return sql, Column("", column.kind, null=True, places=column.places)

    def joins_of(self, shape: Any, scope: Scope) -> list[Join]:
        """Return the tables whose fields an expression is made of."""
        if not isinstance(shape, tuple):
            return []
        if shape[0] != "field":
            return [join for part in shape[2:] for join in self.joins_of(part, scope)]
        if shape[1] in self.annotations:
            inner, before = self.annotations[shape[1]]
            return self.joins_of(inner, range(before))
        return [self.root if shape[1] == "*" else self.walk(shape[1], scope)[0]]

    # Conditions

    def condition(self, shape: Any, scope: Scope, *, negated: bool = False) -> str:
        """Write a condition, `(connector, negated, children)`; return "" for one that asks nothing.

        A child of three is a condition, another is a lookup: its path and its operand. Children
        that ask nothing are left out; several are joined by the connector, in parentheses. A
        negated one holds where the rest is false or NULL: SQL's `IS NOT TRUE`. All that is inside a
        negated condition is written with `negated=True`, at any depth.
        """
        connector, is_not, children = shape
        negated = negated or is_not
        written = [
            self.condition(child, scope, negated=negated)
            if len(child) == 3
            else self.lookup(child[0], child[1], scope, negated=negated)
            for child in children
        ]
        written = [sql for sql in written if sql]
        if not written:
            return ""
        sql = written[0] if len(written) == 1 else f"({f' {connector} '.join(written)})"
        return f"({sql}) IS NOT TRUE" if is_not else sql

    def lookup(self, path: str, operand: Any, scope: Scope, *, negated: bool) -> str:
        """Write one lookup."""
        name, _, end = path.rpartition(SEPARATOR)
        if path in self.annotations:
            return self.test(*self.field(path, scope), "exact", operand, scope, path)
        if name in self.annotations and end in LOOKUPS:
            return self.test(*self.field(name, scope), end, operand, scope, path)
        if negated and (many := self.first_many(path)):
            return self.exists(*many, self.outside(operand, scope))
        join, column, rest = self.walk(path, scope)
        if len(rest) > 1 or (rest and rest[0] not in LOOKUPS):
            raise unknown_lookup(path, rest)
        lookup = rest[0] if rest else "exact"
        return self.test(join[column.name], column, lookup, operand, scope, path)

    def outside(self, operand: Any, scope: Scope) -> Any:
        """Return an operand for a compiler inside: an expression is about this one's row still."""
        if isinstance(operand, tuple) and operand[0] in ("field", "combined", "aggregate"):
            return ("written", *self.expression(operand, scope))
        return operand

    def test(
        self, left: str, column: Column, lookup: str, operand: Any, scope: Scope, path: str
    ) -> str:
        """Write how a value, SQL `left`, is compared with an operand.

        What `operand` is, `lookup_shape` says. `("nothing",)`: what is never true, `1 = 0`. None
        is asked for by IS NULL, if the lookup is `exact`. `isnull`: its operand says which. `in`
        and patterns have methods of their own, `range` is SQL's BETWEEN, and the others have their
        operator in `COMPARISONS`: the operand is an expression there, compared with `column`.
        Raises `FieldError` that names `path` for None behind any other lookup.
        """
        if operand == ("nothing",):
            return "1 = 0"
        if operand is None and lookup == "exact":
            return f"{left} IS NULL"
        if operand is None:
            raise FieldError(f"{path}: None is neither more nor less; ask for __isnull=True")
        if lookup == "isnull":
            return f"{left} {operand[0].upper()}"
        if lookup == "in":
            return self.is_in(left, column, operand)
        if lookup == "range":
            bind = comparer(self.dialect, column)
            low, high = self.place(operand, bind), self.place(operand + 1, bind)
            return f"{left} BETWEEN {low} AND {high}"
        if lookup in PATTERNS:
            return self.matches(left, column, lookup, operand, path)
        right, _ = self.expression(operand, scope, column)
        return f"{left} {COMPARISONS[lookup]} {right}"

    def is_in(self, left: str, column: Column, operand: Any) -> str:
        """Write that a value is one of a query's, or of a list, which is one parameter.

        So the statement is the same for a list of any length, and no limit of parameters is met:
        `IN (SELECT value FROM json_each(?))` of a JSON array on SQLite, `= ANY(?)` on PostgreSQL,
        with what `list_binder` makes of the list. `("query", shape)` is a select inside this one,
        of primary keys if its fields are None. Raises `FieldError` if it gives several columns,
        which it names, or the operand is another expression.
        """
        if isinstance(operand, tuple):
            if operand[0] != "query":
                raise FieldError("__in takes a list of values or a query, not an expression")
            shape = operand[1]
            if shape.fields is None:
                shape = shape._replace(fields=(shape.table.primary,))
            sql, columns = Compiler(self.dialect, shape.table, self).select(shape)
            if len(columns) != 1:
                names = ", ".join(name for name, _ in columns)
                raise FieldError(f"a query behind __in gives one field, not {names}: use values()")
            return f"{left} IN ({sql})"
        place = self.place(operand, list_binder(self.dialect, column))
        if self.dialect == "sqlite":
            return f"{left} IN (SELECT value FROM json_each({place}))"
        return f"{left} = ANY({place})"

    def matches(self, left: str, column: Column, lookup: str, operand: Any, path: str) -> str:
        """Write that a text is like a pattern. SQLite's LIKE takes an a for an A, GLOB does not."""
        if not isinstance(operand, int):
            raise FieldError(f"{path} takes a text")
        if column.kind != "text":
            left = f"CAST({left} AS TEXT)"
        before, behind = PATTERNS[lookup]
        any_case = lookup.startswith("i")
        if self.dialect == "sqlite" and not any_case:
            return f"{left} GLOB {self.place(operand, lambda value: glob(value, before, behind))}"
        place = self.place(operand, lambda value: like(value, before, behind))
        operator = "ILIKE" if any_case and self.dialect == "postgresql" else "LIKE"
        return f"{left} {operator} {place} ESCAPE '\\'"

    def first_many(self, path: str) -> tuple[list[str], Relation, str] | None:
        """Return the names before the first relation to many, that relation, and the rest."""
        table = self.root.table
        before: list[str] = []
        names = path.split(SEPARATOR)
        while names and (relation := table.relations.get(names[0])):
            name, *names = names
            if relation.many:
                return before, relation, SEPARATOR.join(names)
            before.append(name)
            table = relation.table
        return None

    def exists(self, before: list[str], relation: Relation, rest: str, operand: Any) -> str:
        """Write that some row at the other end of a relation to many passes a lookup.

        So what is negated asks for rows of which none passes, not for those of which one does not.
        `before` are the names from the root to the relation's table, none of them many, which are
        joined. `rest` is the path from the other end on, lookup included; nothing, or a lookup
        alone, means the key there, `keyed`. It is `EXISTS (SELECT 1 ...)` by a compiler inside of
        this, which writes the lookup `negated`, too, as there may be another relation to many, and
        its own joins. A relation `through` a table joins that. That there is none (the key is None,
        or `isnull`, by whatever name) is `NOT EXISTS`.
        """
        here = self.root
        scope = 0  # any will do: none of these joins is many, and inside there is another EXISTS
        for name in before:
            here = self.join(here, name, here.table.relations[name], scope)
        inner = Compiler(self.dialect, relation.table, self)
        is_key = not rest or (rest in LOOKUPS and rest not in relation.table.columns)
        if is_key:
            rest = f"pk__{rest or 'exact'}"
        key = rest.removesuffix("__isnull").removesuffix("__exact")
        is_none = operand in (None, ("is null",)) and key in ("pk", relation.table.primary)
        if is_none:
            rest, operand = "pk__isnull", ("is not null",)
        if is_key:
            column, lookup = keyed(relation.table.key), rest.removeprefix("pk__")
            test = inner.test(inner.root[column.name], column, lookup, operand, scope, rest)
        else:
            test = inner.lookup(rest, operand, scope, negated=True)
        far, near = inner.root[relation.remote], here[relation.column]
        tables = f"{quote(relation.table.name)} AS {inner.root.alias}"
        if relation.through:
            name, to_near, to_far = relation.through
            alias = self.alias()
            tables = f"{quote(name)} AS {alias} JOIN {tables} ON {far} = {alias}.{quote(to_far)}"
            far = f"{alias}.{quote(to_near)}"
        sql = f"EXISTS (SELECT 1 FROM {tables}{inner.joined()} WHERE {far} = {near} AND {test})"
        return f"NOT {sql}" if is_none else sql

    # The select

    def select(self, shape: Shape) -> tuple[str, list[tuple[str, Column]]]:
        """Write a whole select; return it, and the names and columns of what it gives."""
        body, tail = self.body(shape)
        columns, written = self.columns(shape)
        order = [self.ordered(name, shape) for name in shape.order]
        order_by = f" ORDER BY {', '.join(order)}" if order else ""
        distinct = "DISTINCT " if shape.distinct else ""
        chosen = ", ".join(written)
        if self.aggregated:
            self.refuse_multiplied()
        return f"SELECT {distinct}{chosen} FROM {self.tables()}{body}{order_by}{tail}", columns

    def body(self, shape: Shape) -> tuple[str, str]:
        """Write which rows a select gives: what comes before the order, and what behind it."""
        self.annotations = {name: (inner, before) for name, inner, before in shape.annotations}
        where: list[str] = []
        having: list[str] = []
        for number, asked in enumerate(shape.where):
            sql = self.condition(asked, number)
            if sql:
                (having if self.asks_aggregate(asked) else where).append(sql)
        sql = f" WHERE {' AND '.join(where)}" if where else ""
        if any(has_aggregate(inner) for _, inner, _ in shape.annotations):
            sql += f" GROUP BY {', '.join(self.grouped(shape))}"
        if having:
            sql += f" HAVING {' AND '.join(having)}"
        tail = ""
        if shape.limit is not None:
            tail += f" LIMIT {self.place(shape.limit, row_number)}"
        elif shape.offset is not None and self.dialect == "sqlite":
            tail += " LIMIT -1"  # it takes no OFFSET alone
        if shape.offset is not None:
            tail += f" OFFSET {self.place(shape.offset, row_number)}"
        return sql, tail

    def columns(self, shape: Shape) -> tuple[list[tuple[str, Column]], list[str]]:
        """Write what a select gives: the fields chosen, else all, those that are related, and
        the annotations.
        """
        columns: list[tuple[str, Column]] = []
        written: list[str] = []
        if shape.fields is None:
            for join in (self.root, *self.related(shape.related)):
                columns += join.table.columns.items()
                written += [join[name] for name in join.table.columns]
        for name in tuple(self.annotations) if shape.fields is None else shape.fields:
            sql, column = self.field(name, range(len(shape.where)))
            columns.append((name, column))
            written.append(sql if name == column.name else f"{sql} AS {quote(name)}")
        return columns, written

    def related(self, paths: tuple[str, ...]) -> list[Join]:
        """Join the tables whose rows come along with each row, in the order of `paths`."""
        joins = []
        for path in paths:
            join = self.root
            for name in path.split(SEPARATOR):
                relation = join.table.relations.get(name)
                if relation is None:
                    raise unknown(path, name, join.table, ())
                if relation.many:
                    raise FieldError(f"{path!r}: {name} is many rows: prefetch_related takes it")
                join = self.join(join, name, relation, 0)
            joins.append(join)
        return joins

    def grouped(self, shape: Shape) -> list[str]:
        """Write which rows become one, as the expressions of GROUP BY.

        With `shape.group`: those that are alike in these fields, whose tables (`joins_of`) are kept
        in `alike`. Without: all that belong to one row of the root. That is the primary key of the
        root, and those of all tables that are joined and are not many: PostgreSQL wants them, if
        any of their columns is chosen. So what `columns` and `ordered` join, is joined first.
        """
        scope = range(len(shape.where))
        if shape.group is not None:
            for name in shape.group:
                self.alike += self.joins_of(("field", name), scope)
            return [self.field(name, scope)[0] for name in shape.group]
        self.columns(shape)
        for name in shape.order:
            self.ordered(name, shape)
        single = [join for join in self.joins.values() if join.many is None]
        return [join[join.table.primary] for join in (self.root, *single)]

    def ordered(self, name: str, shape: Shape) -> str:
        """Write a part of an order. NULL is less than anything, as SQLite has it."""
        if name == "?":
            return "RANDOM()"
        path = name.removeprefix("-")
        sql, column = self.field(path, range(len(shape.where)))
        down = " DESC" if name.startswith("-") else ""
        if self.dialect == "sqlite" or not (column.null or SEPARATOR in path):
            return sql + down
        return f"{sql}{down} NULLS {'LAST' if down else 'FIRST'}"

    def asks_aggregate(self, shape: Any) -> bool:
        """Whether a condition asks for an annotation that is made of several rows."""
        for child in shape[2]:
            if len(child) == 3:
                found = self.asks_aggregate(child)
            else:
                names = (child[0], child[0].rpartition(SEPARATOR)[0])
                known = [self.annotations[name][0] for name in names if name in self.annotations]
                found = any(has_aggregate(inner) for inner in known)
            if found:
                return True
        return False

    def tables(self) -> str:
        """Write what stands behind FROM."""
        return f"{quote(self.root.table.name)} AS {self.root.alias}{self.joined()}"

    def joined(self) -> str:
        """Write the joins, in their order, each with the condition that `Relation` says.

        A row stays where there may be nothing at the other end: it is a LEFT JOIN where a relation
        is many or may be NULL, and from there on. A relation `through` a table joins that before,
        in the same way, under the alias of the join with an `m` behind it.
        """
        sql = ""
        outer: set[Join | None] = set()
        for join in self.joins.values():
            parent, relation = join.parent, join.relation
            assert parent is not None and relation is not None  # noqa: PT018, S101  not the root
            how = " JOIN"
            if relation.null or relation.many or parent in outer:
                outer.add(join)
                how = " LEFT JOIN"
            near, far = parent[relation.column], join[relation.remote]
            if relation.through:
                name, to_near, to_far = relation.through
                alias = f"{join.alias}m"
                sql += f"{how} {quote(name)} AS {alias} ON {alias}.{quote(to_near)} = {near}"
                near = f"{alias}.{quote(to_far)}"
            sql += f"{how} {quote(join.table.name)} AS {join.alias} ON {far} = {near}"
        return sql

    def refuse_multiplied(self) -> None:
        """Refuse an aggregate that would take a value once for each row of another relation.

        It takes each once, if there is no join to many, or all of them are on the way to one of its
        fields, or to one in which a group is alike: in one `chain`. Raises `FieldError` unless this
        is so for each of `aggregated`.
        """
        many = {join for join in self.joins.values() if join.many is join}
        for joins in self.aggregated:
            if not any(many <= set(join.chain()) for join in (self.root, *joins, *self.alike)):
                raise FieldError(
                    "an aggregate would take each row once for every row of another relation: "
                    "ask in two queries, or give a Count distinct=True"
                )

    def finish(self, sql: str, columns: Sequence[tuple[str, Column]] = ()) -> Statement:
        """Return the statement: a `?` for each place, and the slots in the order of the text."""
        slots = [self.slots[int(number)] for number in PLACE.findall(sql)]
        return Statement(PLACE.sub("?", sql), slots, columns)


def has_aggregate(shape: Any) -> bool:
    """Whether an expression is made of several rows."""
    if not isinstance(shape, tuple) or shape[0] == "field":
        return False
    return shape[0] == "aggregate" or any(has_aggregate(part) for part in shape[2:])


def unknown(path: str, name: str, table: Table, annotations: Iterable[str]) -> FieldError:
    """Return the error for a name that a table does not have."""
    from difflib import get_close_matches

    names = list(dict.fromkeys([*table.columns, *table.relations, *annotations]))
    near = get_close_matches(name, names, 1)
    cure = f"did you mean {near[0]}?" if near else f"it has {', '.join(names)}"
    return FieldError(f"{path!r}: {table.name} has no field {name!r}: {cure}")


def unknown_lookup(path: str, rest: list[str]) -> FieldError:
    """Return the error for what stands behind a field and is no lookup."""
    from difflib import get_close_matches

    near = get_close_matches(rest[0], LOOKUPS, 1)
    cure = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(LOOKUPS))}"
    return FieldError(f"{path!r}: there is no lookup {SEPARATOR.join(rest)!r}: {cure}")


def select(dialect: str, shape: Shape) -> Statement:
    """Return the statement for the rows."""
    compiler = Compiler(dialect, shape.table)
    return compiler.finish(*compiler.select(shape))


def count(dialect: str, shape: Shape) -> Statement:
    """Return the statement for the number of rows."""
    compiler = Compiler(dialect, shape.table)
    shape = shape._replace(order=(), related=())
    if is_plain(shape):
        body, _ = compiler.body(shape)
        return compiler.finish(f"SELECT COUNT(*) FROM {compiler.tables()}{body}")
    return compiler.finish(f"SELECT COUNT(*) FROM ({compiler.select(shape)[0]}) AS counted")


def is_plain(shape: Shape) -> bool:
    """Whether its rows are those of the table and its joins, neither grouped nor cut."""
    return not (
        shape.distinct or shape.annotations or shape.limit is not None or shape.offset is not None
    )


def exists(dialect: str, shape: Shape) -> Statement:
    """Return the statement for a row of anything, when there is one."""
    compiler = Compiler(dialect, shape.table)
    shape = shape._replace(order=(), related=())
    if is_plain(shape):
        body, _ = compiler.body(shape)
        return compiler.finish(f"SELECT 1 FROM {compiler.tables()}{body} LIMIT 1")
    return compiler.finish(f"SELECT 1 FROM ({compiler.select(shape)[0]}) AS found LIMIT 1")


def aggregate(dialect: str, shape: Shape, wanted: Sequence[tuple[str, Any]]) -> Statement:
    """Return the statement for one row of aggregates."""
    compiler = Compiler(dialect, shape.table)
    shape = shape._replace(related=())
    if is_plain(shape):
        body, _ = compiler.body(shape)
        scope = range(len(shape.where))
    else:
        inner, columns = Compiler(dialect, shape.table, compiler).select(shape)
        compiler.root.table = derived(shape.table, columns)
        compiler.annotations = {name: (("column", name), 0) for name, _ in columns}
        body, scope = f"({inner}) AS {compiler.root.alias}", range(0)
    written = [(name, *compiler.expression(one, scope)) for name, one in wanted]
    compiler.refuse_multiplied()
    chosen = ", ".join(sql for _, sql, _ in written)
    tables = f"{compiler.tables()}{body}" if is_plain(shape) else body
    return compiler.finish(
        f"SELECT {chosen} FROM {tables}", [(name, column) for name, _, column in written]
    )


def derived(table: Table, columns: Sequence[tuple[str, Column]]) -> Table:
    """Return a table of what a select gives; its columns are called as they are there."""
    named = [
        Column(name, one.kind, null=one.null, places=one.places, prepare=one.prepare)
        for name, one in columns
    ]
    return Table(table.name, *named, primary=table.primary)


def update(dialect: str, shape: Shape, changes: Sequence[tuple[str, Any]]) -> Statement:
    """Return the statement that assigns values or expressions to columns of the rows."""
    compiler = Compiler(dialect, shape.table)
    assigned = [compiler_assigns(compiler, name, operand) for name, operand in changes]
    if compiler.joins:
        raise FieldError("an update takes values of its own row alone: no field across a relation")
    where = of_rows(compiler, shape)
    table = f"{quote(shape.table.name)} AS {compiler.root.alias}"
    return compiler.finish(f"UPDATE {table} SET {', '.join(assigned)}{where}")


def compiler_assigns(compiler: Compiler, name: str, operand: Any) -> str:
    """Write what one column becomes."""
    table = compiler.root.table
    relation = table.relations.get(name)
    if relation is not None and not relation.many:
        name = relation.column
    name = table.primary if name == "pk" else name
    if name not in table.columns:
        raise unknown(name, name, table, ())
    column = table.columns[name]
    if operand is None:
        return f"{quote(name)} = NULL"
    if isinstance(operand, int):
        taker = keyed(column) if relation is not None else column
        return f"{quote(name)} = {compiler.place(operand, storer(compiler.dialect, taker))}"
    return f"{quote(name)} = {compiler.expression(operand, 0, column)[0]}"


def delete(dialect: str, shape: Shape) -> Statement:
    """Return the statement that deletes the rows."""
    compiler = Compiler(dialect, shape.table)
    where = of_rows(compiler, shape)
    table = f"{quote(shape.table.name)} AS {compiler.root.alias}"
    return compiler.finish(f"DELETE FROM {table}{where}")


def of_rows(compiler: Compiler, shape: Shape) -> str:
    """Write which rows of the compiler's root to change: " WHERE ...", or "" for all of them.

    Of a plain shape, `body` says it, unless that has joined other tables, which an UPDATE or DELETE
    does not take. Then, and where a shape is not plain, it is those whose primary key is among the
    keys that a select inside gives. Raises `FieldError` for a `group`, which is no row.
    """
    if shape.group is not None:
        raise FieldError("a group is no row of a table: it cannot be changed")
    if is_plain(shape):
        where, _ = compiler.body(shape)
        if not compiler.joins:
            return where
    table = shape.table
    inner = Compiler(compiler.dialect, table, compiler)
    keys, _ = inner.select(shape._replace(fields=(table.primary,), related=()))
    return f" WHERE {compiler.root[table.primary]} IN ({keys})"


def insert(dialect: str, table: Table, names: Sequence[str]) -> Statement:
    """Return the statement that inserts a row with these columns; its values are in their order.

    On PostgreSQL it gives the new key.
    """
    sql = f"INSERT INTO {quote(table.name)} "
    if names:
        places = ", ".join("?" for _ in names)
        sql += f"({', '.join(quote(name) for name in names)}) VALUES ({places})"
    else:
        sql += "DEFAULT VALUES"
    if dialect == "postgresql":
        sql += f" RETURNING {quote(table.primary)}"
    slots = [(n, storer(dialect, table.columns[name])) for n, name in enumerate(names)]
    return Statement(sql, slots)


VERBS = {"select": select, "count": count, "exists": exists, "delete": delete}

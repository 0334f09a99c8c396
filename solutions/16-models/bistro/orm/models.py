"""Models: classes whose instances are rows.

A class with fields becomes a table; `objects` asks for its rows, and an instance saves, deletes and
refreshes its own. Builds on `fields` and `queryset`.
"""

from __future__ import annotations

import copy

from bistro.orm.database import default_database
from bistro.orm.expressions import Expression, FieldError, Table
from bistro.orm.fields import NOT_GIVEN, AutoField, Field
from bistro.orm.query import remember
from bistro.orm.queryset import DoesNotExist, MultipleObjectsReturned, QuerySet, is_variable
from bistro.orm.sql import Statement, insert, quote
from bistro.orm.values import storer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, ClassVar

    from bistro.orm.database import Database, Dialect, Row

MAX_PARAMETERS = 32_000
"""Values in one statement; SQLite allows 32,766, PostgreSQL 65,535."""
META = ("abstract", "db_table", "indexes", "ordering", "unique_together")
"""What a model's inner class `Meta` may have."""
registry: dict[str, type[Model]] = {}
"""The models by their names, the last of each name."""
waiting: dict[str, list[Callable[[type[Model]], None]]] = {}
"""Who is to be told of a model by a name, of which there is none yet."""


def when_known(model: type[Model] | str, tell: Callable[[type[Model]], None]) -> None:
    """Call `tell` with a model, as soon as there is one of this name."""
    if not isinstance(model, str):
        tell(model)
    elif model in registry:
        tell(registry[model])
    else:
        waiting.setdefault(model, []).append(tell)


class Options:
    """What is known of a model: its `fields`, its `table`, and what its inner `Meta` says.

    `Meta` may have `db_table`, the name of the table, by default the class's (`OrderItem` is
    `order_item`); `ordering`, as for `order_by`; `unique_together` and `indexes`, lists of tuples
    of names; and `abstract`, for a class without a table, whose fields are those of its heirs. It
    is not inherited. Raises `FieldError` for anything else in it.
    """

    def __init__(self, model: type[Model], fields: dict[str, Field]) -> None:
        meta = vars(model).get("Meta", object)
        unknown = [name for name in vars(meta) if name not in META and not name.startswith("__")]
        if unknown:
            raise FieldError(
                f"{model.__name__}.Meta has {unknown[0]!r}: it takes {', '.join(META)}"
            )
        self.model = model
        self.virtual = {name: field for name, field in fields.items() if field.virtual}
        fields = {name: field for name, field in fields.items() if not field.virtual}
        self.fields = fields
        self.between: list[type[Model]] = []
        """The models of the tables that come with this one, for relations from many to many."""
        self.abstract: bool = getattr(meta, "abstract", False)
        self.ordering: tuple[str, ...] = tuple(getattr(meta, "ordering", ()))
        self.unique_together = [tuple(names) for names in getattr(meta, "unique_together", ())]
        self.indexes = [tuple(names) for names in getattr(meta, "indexes", ())]
        self.relations: dict[str, Any] = {}
        keys = [field for field in fields.values() if field.primary_key]
        if len(keys) > 1:
            raise FieldError(f"{model.__name__} has {len(keys)} primary keys: one field can be it")
        if "id" in fields and not fields["id"].primary_key:
            raise FieldError(f"{model.__name__}.id is no primary key: call it otherwise")
        if not keys and not self.abstract:
            auto = AutoField()
            auto.__set_name__(model, "id")
            self.fields = {"id": auto, **fields}
            keys = [auto]
        for field in (*self.fields.values(), *self.virtual.values()):
            field.model = model
        if self.abstract:
            return
        self.key = keys[0]
        name = getattr(meta, "db_table", None) or snake_case(model.__name__)
        columns = [field.column() for field in self.fields.values()]
        self.table = Table(name, *columns, primary=self.key.attribute)
        self.attributes = tuple(self.table.columns)
        self.rest = tuple(one for one in self.attributes if one != self.key.attribute)
        self.acting = [
            field
            for field in self.fields.values()
            if type(field).before_save is not Field.before_save
        ]

    def attribute(self, name: str) -> str:
        """Return the column of a field by its name, or by the column's own, or by `pk`."""
        if name == "pk":
            return self.key.attribute
        field = self.fields.get(name)
        if field is None and name not in self.table.columns:
            known = ", ".join(self.fields)
            raise FieldError(f"{self.model.__name__} has no field {name!r}: it has {known}")
        return name if field is None else field.attribute

    # Statements

    def insert(self, db: Database, instance: Model) -> None:
        """Insert a row with the values of an instance; the database gives the key it has not.

        All columns are written (`attributes`), or those but the key (`rest`) when that is None. The
        statement is made once, by `insert` of `sql`, and kept in `db.compiled` (`remember`); its
        `fill` makes parameters of values. The new key is in the first row of the result, if that
        has one, else its `last_id`, and becomes the instance's.
        """
        names = self.rest if instance.pk is None else self.attributes
        key = ("insert", self.table, names)
        statement: Statement | None = db.compiled.get(key)
        if statement is None:
            statement = remember(db, key, insert(db.dialect.name, self.table, names))
        stored = instance.__dict__
        result = db.execute(statement.sql, statement.fill([stored[name] for name in names]))
        if names is self.rest:
            stored[self.table.primary] = result.rows[0][0] if result.rows else result.last_id

    def insert_many(self, db: Database, instances: Sequence[Model]) -> None:
        """Insert rows with the values of instances, of which all have a key, or none.

        Calls `before_save` for each first, since it is new. One statement serves them all, as
        `insert` of `sql` returns it for the columns: `attributes`, or `rest` without the key. With
        keys it goes to `execute_many`, with the `parameters` of the instances. Without, to
        `insert_rows`, whose keys become the instances', in their order.
        """
        for one in instances:
            self.before_save(one, is_new=True)
        names = self.attributes if instances[0].pk is not None else self.rest
        row = insert(db.dialect.name, self.table, names)
        rows = parameters(row, names, instances)
        if names is self.attributes:
            db.execute_many(row.sql, rows)
            return
        for one, key in zip(instances, self.insert_rows(db, row.sql, rows), strict=True):
            one.__dict__[self.table.primary] = key

    def insert_rows(self, db: Database, sql: str, rows: list[Row]) -> Iterable[Any]:
        """Insert rows without a key, by one statement for each or more; return their new keys.

        SQLite gives keys in order, one after the other, and the transaction around keeps everybody
        else out: so the last one tells them all. PostgreSQL is asked for each.
        """
        if db.dialect.name != "sqlite":
            if not self.rest:
                return [db.execute(sql).rows[0][0] for _ in rows]
            return self.insert_returning(db, rows, self.rest)
        db.execute_many(sql, rows)
        last: int = db.execute("SELECT last_insert_rowid()").rows[0][0]
        return range(last - len(rows) + 1, last + 1)

    def insert_returning(self, db: Database, rows: list[Row], names: Sequence[str]) -> list[Any]:
        """Insert many rows with a statement; return their keys, in the order of the rows."""
        keys: list[Any] = []
        size = MAX_PARAMETERS // len(names)
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            places = ", ".join(["(" + ", ".join("?" * len(names)) + ")"] * len(some))
            columns = ", ".join(quote(name) for name in names)
            sql = f"INSERT INTO {quote(self.table.name)} ({columns}) VALUES {places}"
            sql += f" RETURNING {quote(self.table.primary)}"
            result = db.execute(sql, [value for row in some for value in row])
            keys += [key for (key,) in result.rows]
        return keys

    def write(self, db: Database, instance: Model, names: tuple[str, ...]) -> bool:
        """Write these attributes of an instance into its row; whether there is one.

        Where one is an expression, such as `F("count") + 1`, the database computes it, and all
        values are read again.
        """
        try:
            return self.update(db, instance, names)
        except ValueError:
            values = {name: instance.__dict__[name] for name in names}
            if not any(isinstance(value, Expression) for value in values.values()):
                raise
        written: int = self.model.objects.filter(pk=instance.pk).update(**values)
        if written:
            instance.refresh()
        return written > 0

    def update(self, db: Database, instance: Model, names: tuple[str, ...]) -> bool:
        """Write these attributes of an instance into the row with its key; whether there is one.

        The statement is made once, by `update_statement`, and kept in `db.compiled` (`remember`);
        its parameters are the values, and then the key. Without names nothing is written: there is
        only asked.
        """
        if not names:
            return bool(type(instance).objects.filter(pk=instance.pk).exists())
        key = ("save", self.table, names)
        statement: Statement | None = db.compiled.get(key)
        if statement is None:
            statement = remember(db, key, self.update_statement(db.dialect, names))
        stored = instance.__dict__
        values = [stored[name] for name in names]
        values.append(stored[self.table.primary])
        return db.execute(statement.sql, statement.fill(values)).count > 0

    def update_statement(self, dialect: Dialect, names: tuple[str, ...]) -> Statement:
        """Return the statement that writes these columns of the row with a key."""
        sets = ", ".join(f"{quote(name)} = ?" for name in names)
        sql = f"UPDATE {quote(self.table.name)} SET {sets} WHERE {quote(self.table.primary)} = ?"
        columns = [self.table.columns[name] for name in (*names, self.table.primary)]
        return Statement(sql, [(n, storer(dialect.name, one)) for n, one in enumerate(columns)])

    def before_save(self, instance: Model, *, is_new: bool) -> None:
        """Have the fields set what an instance is to be saved with."""
        for field in self.acting:
            field.before_save(instance, is_new=is_new)

    # The table

    def of_table(self, name: str) -> Options:
        """Return what is known of one of the model's tables."""
        models = [self.model, *self.between]
        return next(one.options for one in models if one.options.table.name == name)

    def create_statements(self, dialect: Dialect) -> list[str]:
        """Return the statement that creates the table, in a list.

        `CREATE TABLE "booking" ("id" ..., "day" ..., "seat" ..., UNIQUE ("day", "seat"))`: the
        `definition` of each field, then a `UNIQUE` with the columns for each of `unique_together`,
        with a comma and a space between them. Each name goes through `quote`. Raises `FieldError`
        for a name in `unique_together` that is no field's.
        """
        parts = [field.definition(dialect.name) for field in self.fields.values()]
        for names in self.unique_together:
            columns = ", ".join(quote(self.attribute(name)) for name in names)
            parts.append(f"UNIQUE ({columns})")
        return [f"CREATE TABLE {quote(self.table.name)} ({', '.join(parts)})"]

    def late_statements(self, dialect: Dialect) -> list[str]:
        """Return the statements that create its indexes, once all tables are there."""
        found = []
        for field in self.fields.values():
            found += field.late_statements(dialect.name, self.table.name)
        for names in self.indexes:
            columns = [self.attribute(name) for name in names]
            index = quote("_".join([self.table.name, *columns, "index"]))
            listed = ", ".join(quote(name) for name in columns)
            found.append(f"CREATE INDEX {index} ON {quote(self.table.name)} ({listed})")
        return found


def parameters(statement: Statement, names: Sequence[str], instances: Sequence[Model]) -> list[Row]:
    """Return what `statement.fill` makes of the values of each instance, in the order of `names`.

    It is made column by column: to call `fill` for each row takes almost twice as long.
    """
    columns = []
    for index, bind in statement.slots:
        values = [one.__dict__[names[index]] for one in instances]
        if bind is not None:
            values = [None if value is None else bind(value) for value in values]
        columns.append(values)
    return list(zip(*columns, strict=True)) or [()] * len(instances)


def snake_case(name: str) -> str:
    """Return a class's name as a table is called: `OrderItem` as `order_item`."""
    parts = [f"_{letter.lower()}" if letter.isupper() else letter for letter in name]
    return "".join(parts).lstrip("_")


class Model:
    """A row of a table. A class that inherits from it, and has fields, is the table.

    Instances take the values of their fields by name; those not given have their default, or None.
    Two are equal that have the same key.
    """

    options: ClassVar[Options]
    objects: ClassVar[Any]
    DoesNotExist: ClassVar[type[DoesNotExist]] = DoesNotExist
    MultipleObjectsReturned: ClassVar[type[MultipleObjectsReturned]] = MultipleObjectsReturned

    def __init_subclass__(cls) -> None:
        fields = collect(cls)
        for name in fields:
            if name in vars(cls):
                delattr(cls, name)
        cls.options = Options(cls, fields)
        if cls.options.abstract:
            return
        for name in ("DoesNotExist", "MultipleObjectsReturned"):
            body = {"__module__": cls.__module__, "__qualname__": f"{cls.__qualname__}.{name}"}
            setattr(cls, name, type(name, (getattr(cls, name),), body))
        given = getattr(cls, "objects", None)
        manager = type(given) if isinstance(given, QuerySet) else QuerySet
        initialise = write_init(cls.options)
        cls._initialise = initialise  # type: ignore[method-assign]
        if cls.__init__ is Model.__init__:
            cls.__init__ = initialise  # type: ignore[method-assign]
        cls.objects = manager(cls)
        for field in (*cls.options.fields.values(), *cls.options.virtual.values()):
            field.contribute(cls)
        registry[cls.__name__] = cls
        for tell in waiting.pop(cls.__name__, []):
            tell(cls)

    def __init__(self, **values: Any) -> None:
        self._initialise(**values)

    def _initialise(self, **values: Any) -> None:
        raise TypeError(f"{type(self).__name__} is abstract: it has no rows")

    @property
    def pk(self) -> Any:
        """The key, whatever its name is."""
        return self.__dict__.get(self.options.table.primary)

    @pk.setter
    def pk(self, value: Any) -> None:
        setattr(self, self.options.table.primary, value)

    def save(
        self, *, force_insert: bool = False, update_fields: Iterable[str] | None = None
    ) -> None:
        """Write this instance into its row; insert one when it has no key, or there is no such row.

        Calls `options.before_save` before it writes, with `is_new` false, and before it inserts,
        with `is_new` true. `force_insert` inserts at once: a key that is there is an
        `IntegrityError`. `update_fields` names the only fields to write; then no row is inserted,
        but the model's `DoesNotExist` raised. Raises `ValueError` for a value that its field does
        not take, and `IntegrityError` for what a constraint does not allow.
        """
        options = self.options
        db = default_database()
        if update_fields is not None:
            names = tuple([options.attribute(name) for name in update_fields])
            options.before_save(self, is_new=False)
            if self.pk is None or not options.write(db, self, names):
                raise self.DoesNotExist(f"there is no row of {self!r} to write to")
            return
        if self.pk is not None and not force_insert:
            options.before_save(self, is_new=False)
            if options.write(db, self, options.rest):
                return
        options.before_save(self, is_new=True)
        options.insert(db, self)

    def delete(self) -> int:
        """Delete this instance's row; return how many were. It has no key afterwards."""
        if self.pk is None:
            raise ValueError(f"{self!r} was not saved: there is no row to delete")
        deleted: int = type(self).objects.filter(pk=self.pk).delete()
        self.pk = None
        return deleted

    def refresh(self) -> None:
        """Read all values again. Raises `DoesNotExist` when the row is gone."""
        found = type(self).objects.get(pk=self.pk)
        self.__dict__.clear()
        self.__dict__.update(found.__dict__)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        key = self.pk
        return self is other if key is None else bool(key == other.pk)

    def __hash__(self) -> int:
        if self.pk is None:
            raise TypeError(f"{type(self).__name__} has no hash before it is saved: it has no key")
        return hash((type(self), self.pk))

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: {self}>"
            if type(self).__str__ is not Model.__str__
            else (f"<{self}>")
        )

    # What `create_tables` asks

    @classmethod
    def table_names(cls) -> list[str]:
        """Return the names of the model's tables."""
        return [model.options.table.name for model in (cls, *cls.options.between)]

    @classmethod
    def create_statements(cls, dialect: Dialect, name: str) -> list[str]:
        """Return the statements that create one of them."""
        return cls.options.of_table(name).create_statements(dialect)

    @classmethod
    def late_statements(cls, dialect: Dialect, name: str) -> list[str]:
        """Return those that come when all tables are there."""
        return cls.options.of_table(name).late_statements(dialect)


RESERVED = frozenset(dir(Model)) | {"Meta", "NOT_GIVEN", "objects", "options", "self"}
"""What cannot be the name of a field, because a model has something else under it."""


def collect(model: type[Model]) -> dict[str, Field]:
    """Return a class's fields by their names, in their order.

    First those of the abstract models that it inherits from, of the farthest first, and the virtual
    behind the others of each: copies (`copy.copy`), since a field belongs to one model. A field
    declared again takes the place of the other. Raises `FieldError` for what inherits from a model
    that is not abstract (`Dessert inherits from Dish`), and for a name that is `RESERVED`, has `__`
    in it, begins or ends with `_`, or is no name of a variable (`Dish.save cannot be a field`):
    lookups are put behind a name by `__`, and source is written with it.
    """
    fields: dict[str, Field] = {}
    for base in reversed(model.__mro__[1:]):
        options: Options | None = vars(base).get("options")
        if options is None:
            continue
        if not options.abstract:
            raise FieldError(
                f"{model.__name__} inherits from {base.__name__}, which has a table of its own: "
                "give what they share to an abstract model"
            )
        inherited = {**options.fields, **options.virtual}
        fields.update({name: copy.copy(field) for name, field in inherited.items()})
    for name, value in vars(model).items():
        if not isinstance(value, Field):
            continue
        if name in RESERVED or "__" in name or name.strip("_") != name or not is_variable(name):
            raise FieldError(f"{model.__name__}.{name} cannot be a field: call it otherwise")
        fields[name] = value
    return fields


def write_init(options: Options) -> Callable[..., None]:
    """Return an `__init__` written for a model, which takes the values of its fields by name.

    Asks the `initialiser` of each field for parameters and lines, and writes a function of them:
    with its parameters by keyword only, and these lines, in the order of the fields. What a field
    puts into `names`, and `NOT_GIVEN`, are its globals. Its `__qualname__` is `Dish.__init__`, for
    a model `Dish`, and its `__module__` the model's: so an error tells which model it is about.
    """
    names: dict[str, Any] = {"NOT_GIVEN": NOT_GIVEN}
    parameters: list[str] = []
    lines: list[str] = []
    for field in options.fields.values():
        some, body = field.initialiser(names)
        parameters += some
        lines += body
    text = f"def __init__(self, *, {', '.join(parameters)}):\n    " + "\n    ".join(lines)
    exec(compile(text, "<model>", "exec"), names)  # noqa: S102  names are identifiers
    made: Callable[..., None] = names["__init__"]
    made.__qualname__ = f"{options.model.__qualname__}.__init__"
    made.__module__ = options.model.__module__
    return made

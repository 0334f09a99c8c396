"""Relations: foreign keys, the rows that refer to a row, and relations from many to many.

Each relation is known to its table, for queries that go across, and to its model, for instances:
a descriptor gives what is at the other end, and `fetch` brings it for many instances at once.
Builds on `models`.
"""

from __future__ import annotations

from bistro.orm.database import default_database
from bistro.orm.expressions import FieldError, Q, Relation
from bistro.orm.fields import Field
from bistro.orm.models import Model, when_known
from bistro.orm.sql import quote
from bistro.orm.values import key_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from bistro.orm.models import Options
    from bistro.orm.queryset import QuerySet

CASCADE = "CASCADE"
"""With a row go those that refer to it."""
PROTECT = "RESTRICT"
"""A row that is referred to cannot be deleted: `IntegrityError`."""
RESTRICT = "RESTRICT"
"""The same, by SQL's name."""
SET_NULL = "SET NULL"
"""What refers to a row that goes, refers to nothing from then on; for fields with `null`."""
DO_NOTHING = "NO ACTION"
"""As `PROTECT`; PostgreSQL looks only at the end of the statement."""
ACTIONS = (CASCADE, RESTRICT, SET_NULL, DO_NOTHING)
SAME = "self"
"""As the other model's name: the model itself."""
NO_WAY_BACK = "+"
"""As `related_name`: nothing leads back from the other end."""


class ForeignKey(Field):
    """A row of another model that this one refers to; its key is in the column `<name>_id`.

    - `to`: the other model, its name when it comes later, or "self".
    - `on_delete`: what becomes of this row when that one is deleted, the database sees to it:
      `CASCADE`, `PROTECT`, `SET_NULL`, `DO_NOTHING`.
    - `related_name`: what the rows that refer to a row are called there, as an attribute and in
      lookups. By default, for a model `Order`, `order_set`, and `order` in lookups. "+" for
      nothing.

    It has an index, as what is deleted over there must be looked for here.
    """

    def __init__(
        self,
        to: type[Model] | str,
        *,
        on_delete: str = PROTECT,
        related_name: str | None = None,
        index: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(index=index and not options.get("unique"), **options)
        self.to = destination(to)
        self.on_delete = on_delete.upper().replace("_", " ")
        if self.on_delete not in ACTIONS:
            raise FieldError(f"on_delete is one of {', '.join(ACTIONS)}, not {on_delete!r}")
        if self.on_delete == SET_NULL and not self.null:
            raise FieldError("on_delete=SET_NULL needs null=True: there would be nothing to set")
        self.related_name = related_name
        self.target: type[Model] | None = None

    @property
    def attribute(self) -> str:
        return f"{self.name}_id"

    @property
    def cache(self) -> str:
        """The attribute of an instance that keeps the other one."""
        return f"_{self.name}"

    @property
    def waiting(self) -> str:
        """The attribute that keeps another one which had no key when it was assigned."""
        return f"_{self.name}__waiting"

    def other(self) -> type[Model]:
        """Return the other model. Raises `FieldError` while there is none of that name."""
        if self.target is None:
            raise FieldError(f"{self} refers to a model {self.to!r}, which nobody has defined")
        return self.target

    def convert(self, value: Any) -> Any:
        return self.other().options.key.prepare(value)

    def definition(self, dialect: str) -> str:
        """Return what `CREATE TABLE` says of its column; on SQLite that ends with the reference.

        PostgreSQL takes a reference only to a table that is there: see `late_statements`.
        """
        raise NotImplementedError("step 17.2: write ForeignKey.definition")

    def sql_type(self, dialect: str) -> str:
        """Return the `sql_type` of the other model's key."""
        raise NotImplementedError("step 17.2: write ForeignKey.sql_type")

    def reference(self) -> str:
        """Return `REFERENCES "table" ("key") ON DELETE ...`, names quoted, of the other model."""
        raise NotImplementedError("step 17.2: write ForeignKey.reference")

    def late_statements(self, dialect: str, table: str) -> list[str]:
        """Return what is said when all tables are there: the index; on PostgreSQL the reference.

        That is `ALTER TABLE "table" ADD FOREIGN KEY ("column") REFERENCES ...`.
        """
        found = super().late_statements(dialect, table)
        if dialect == "postgresql":
            key = f"FOREIGN KEY ({quote(self.attribute)}) {self.reference()}"
            found.append(f"ALTER TABLE {quote(table)} ADD {key}")
        return found

    def initialiser(self, names: dict[str, Any]) -> tuple[list[str], list[str]]:
        """Take the instance by the field's name, or the key by that of its column."""
        parameters, lines = super().initialiser(names)
        given = f"if {self.name} is not NOT_GIVEN: self.{self.name} = {self.name}"
        return [f"{self.name}=NOT_GIVEN", *parameters], [*lines, given]

    def before_save(self, instance: Model, *, is_new: bool) -> None:
        """Take the key of an instance that had none when it was assigned: it waits no longer.

        A key that this instance has by now stays: that was assigned later.
        Raises `ValueError` when the other one still has none: it would be lost without a word.
        """
        raise NotImplementedError("step 17.3: write ForeignKey.before_save")

    def contribute(self, model: type[Model]) -> None:
        super().contribute(model)
        setattr(model, self.name, self)
        when_known(model if self.to == SAME else self.to, self.link)

    def link(self, target: type[Model]) -> None:
        """Make the relation known on both sides, once the other model is there.

        - The column holds the kind of value, and as many places, as the key over there.
        - This table has a relation of the field's name, from its column to the key over there; the
          model's `options.relations` has the field itself.
        - The other table has one that is many, the way back: `add_relation` adds it, by the
          `related_name`, or by this model's name in lower case. A `Reverse` contributes to the
          other model, as the `related_name`, or as that name with `_set`.
        - There is no way back when the `related_name` is `NO_WAY_BACK`.
        """
        raise NotImplementedError("step 17.1: write ForeignKey.link")

    # On an instance

    def __get__(self, instance: Model | None, owner: type[Model]) -> Any:
        """Return the instance referred to; of the class, the field itself.

        Without a key it is the one that waits for a key, or None. Else the one in the cache, as
        long as it has this key; otherwise the database is asked, and the cache has it from then on.
        Raises its model's `DoesNotExist` when the row is gone.
        """
        raise NotImplementedError("step 17.3: write ForeignKey.__get__")

    def __set__(self, instance: Model, value: Any) -> None:
        """Refer to another instance, or to none: its key, and the instance in the cache.

        One that has no key yet waits for it. Raises `ValueError` for anything else.
        """
        raise NotImplementedError("step 17.3: write ForeignKey.__set__")

    @property
    def options(self) -> Options:
        """What is known of the model at the other end."""
        return self.other().options

    def fetch(self, instances: Sequence[Model]) -> list[Model]:
        """Ask once for all that these instances refer to; return them, each once.

        Each instance has in its cache what it refers to, the same object for the same row; None for
        nothing. Nothing is asked when none of them refers to anything.
        """
        raise NotImplementedError("step 17.5: write ForeignKey.fetch")


class ManyToManyField(Field):
    """Rows of another model that belong to this one, of which each may belong to many.

    A table between the two holds the pairs: `<table>_<name>`, or that of the model `through`, which
    has a foreign key to each. `to` and `related_name` as with `ForeignKey`. From "self" it leads
    one way: that Ada follows Ben does not make Ben follow Ada.
    """

    virtual = True

    def __init__(
        self,
        to: type[Model] | str,
        *,
        related_name: str | None = None,
        through: type[Model] | str | None = None,
    ) -> None:
        super().__init__()
        self.to = destination(to)
        self.related_name = related_name
        self.through = through

    def contribute(self, model: type[Model]) -> None:
        when_known(model if self.to == SAME else self.to, self.link)

    def link(self, target: type[Model]) -> None:
        """Have the table between, once the other model is there."""
        if self.through is None:
            self.connect(target, self.between(target))
        else:
            when_known(self.through, lambda through: self.connect(target, through))

    def between(self, target: type[Model]) -> type[Model]:
        """Return a new model of pairs, which is remembered in `options.between` of this model.

        It has a `ForeignKey` to each side, of the model's name in lower case, and for two of the
        same name `from_<name>` and `to_<name>`: in this order, with `CASCADE`, and without a way
        back. Each pair is there once (`unique_together`). The table is `<table>_<field>`, the class
        `<Model>_<field>`.
        """
        raise NotImplementedError("step 17.6: write ManyToManyField.between")

    def connect(self, target: type[Model], through: type[Model]) -> None:
        """Make the relation known on both sides, once the table between is there.

        Each table has a relation that is many and goes `through` the one between (its name, the
        column for this side, that for the other), and each model a `Pairs`. Here both have the
        field's name; over there, the `related_name`, or the model's name in lower case, to which
        the `Pairs` adds `_set`. Without a way back there is no `Pairs` over there, and the relation
        is called `+<Model>_<field>`, which nothing else can be called.
        """
        raise NotImplementedError("step 17.6: write ManyToManyField.connect")


def destination(to: Any) -> type[Model] | str:
    """Return what a relation leads to: a model that has rows, or the name of one.

    Raises `FieldError` for anything else.
    """
    if isinstance(to, str):
        return to
    if to is Model or not (isinstance(to, type) and issubclass(to, Model)) or to.options.abstract:
        raise FieldError(f"a relation leads to a model that has rows, or to its name, not {to!r}")
    return to


def ends(
    through: type[Model], model: type[Model], target: type[Model]
) -> tuple[ForeignKey, ForeignKey]:
    """Return the foreign keys of a table between, to this side and to the other.

    Of several to one side the first counts; between a model and itself the first is this side, the
    second the other. A key may refer to a model by its name, and not be linked yet. Raises
    `FieldError`, which names the model between, when one is missing.
    """
    raise NotImplementedError("step 17.6: write ends")


def add_relation(options: Options, name: str, relation: Relation, origin: type[Model]) -> None:
    """Tell a table of a relation. Raises `FieldError` when something there has its name.

    That is a field, or a relation that leads elsewhere: to another table, by another column, or
    through another table. The message has the taken name, `City.trip`, and that of `origin`, the
    model that declares the relation, and says that it needs another related_name. One that leads
    the same way is replaced: its model was defined anew.
    """
    raise NotImplementedError("step 17.1: write add_relation")


def leads(relation: Relation) -> tuple[Any, ...]:
    """Return which way a relation leads."""
    return (relation.table.name, relation.remote, relation.through)


# The other end ----------------------------------------------------------------------------------


class Many:
    """An attribute of instances that gives many rows of another model: a queryset that can add."""

    def __init__(self, name: str, other: type[Model]) -> None:
        self.name = name
        self.other = other

    @property
    def options(self) -> Options:
        """What is known of the model at the other end."""
        return self.other.options

    @property
    def cache(self) -> str:
        """The attribute of an instance that keeps what `fetch` brought."""
        return f"_{self.name}"

    def contribute(self, model: type[Model]) -> None:
        """Become an attribute of a model. Raises `FieldError` when it has another of that name."""
        name = self.name
        there = [vars(base)[name] for base in model.__mro__ if name in vars(base)]
        taken = name in model.options.fields or not all(isinstance(one, Many) for one in there)
        if taken or not name.isidentifier() or "__" in name:
            raise FieldError(f"{model.__name__}.{name} cannot be a relation: call it otherwise")
        model.options.relations[name] = self
        setattr(model, name, self)

    def __get__(self, instance: Model | None, owner: type[Model]) -> Any:
        """Return the rows that belong to an instance, as a new queryset; of the class, `self`.

        It is of the class that `related_class` gives for the class of the other model's `objects`,
        knows its `relation` and its `owner`, and has one condition: `condition()` is the key of the
        instance. What was prefetched, if anything, is its `result`. Raises `ValueError` for an
        instance without a key.
        """
        raise NotImplementedError("step 17.4: write Many.__get__")

    def __set__(self, instance: Model, value: Any) -> None:
        raise TypeError(f"{self.name} are rows of their own: {self.name}.set([...]) assigns them")

    def keys(self, rows: Iterable[Any]) -> list[Any]:
        """Return the keys of rows of the other model, each once; a row may be given by its key.

        Raises `TypeError` for an instance of another model, whose key would be taken for one, and
        `ValueError` for what is no key, and for an instance that was not saved.
        """
        found = {}
        for row in rows:
            if isinstance(row, Model) and not isinstance(row, self.other):
                raise TypeError(
                    f"{self.name} takes instances of {self.other.__name__}, not {row!r:.100}"
                )
            key = self.options.key.prepare(key_of(row))
            if key is None:
                raise ValueError(f"{row!r} was not saved: {self.name} cannot hold it yet")
            found[key] = row
        return list(found)

    def condition(self) -> str:
        """Return the lookup that finds the rows of one instance."""
        raise TypeError(f"{type(self).__name__} has no condition")

    def keep(self, instances: Iterable[Model], found: dict[Any, list[Model]]) -> None:
        """Keep with each instance the rows found for its key, maybe none, as if it had asked."""
        for one in instances:
            one.__dict__[self.cache] = found.get(one.pk, [])


class Reverse(Many):
    """The rows that refer to an instance by a foreign key."""

    def __init__(self, key: ForeignKey, name: str) -> None:
        assert key.model is not None  # noqa: S101  a key links once it has a model
        super().__init__(name, key.model)
        self.key = key

    def condition(self) -> str:
        return self.key.attribute

    def fetch(self, instances: Sequence[Model]) -> list[Model]:
        """Ask once for all that refer to these instances; return them, in their order.

        Each instance keeps those that belong to it, and each of these has the instance in the cache
        of its foreign key. Nothing is asked for no instances.
        """
        raise NotImplementedError("step 17.5: write Reverse.fetch")

    def add(self, owner: Model, rows: Sequence[Model]) -> None:
        """Have rows refer to an instance, and save them; a new one is inserted by that.

        Raises `TypeError` for what is no instance of the other model, before any is saved.
        """
        raise NotImplementedError("step 17.4: write Reverse.add")

    def remove(self, owner: Model, rows: QuerySet) -> None:
        """Have the rows of a queryset refer to nothing, by one statement.

        Raises `TypeError` when their foreign key cannot be None.
        """
        raise NotImplementedError("step 17.4: write Reverse.remove")

    def given(self, owner: Model) -> dict[str, Any]:
        """Return the values of a row that is created to belong to an instance."""
        return {self.key.name: owner}


class Pairs(Many):
    """The rows that are paired with an instance in a table between."""

    def __init__(
        self,
        name: str,
        other: type[Model],
        through: type[Model],
        near: ForeignKey,
        far: ForeignKey,
        way_back: str,
    ) -> None:
        super().__init__(name, other)
        self.through = through
        self.near = near
        self.far = far
        self.way_back = way_back

    def condition(self) -> str:
        return self.way_back

    def fetch(self, instances: Sequence[Model]) -> list[Model]:
        """Ask once for all that are paired with these instances; return them, each once.

        It is the table between that is asked, with the rows of the other model along
        (`select_related`), in the order of that model. A row that belongs to several instances is
        one object. Each instance keeps those that belong to it: one that is in two pairs twice, as
        in a query. A pair whose other side is NULL is left out. Nothing is asked for no instances.
        """
        raise NotImplementedError("step 17.7: write Pairs.fetch")

    def add(self, owner: Model, rows: Sequence[Any]) -> None:
        """Insert a pair for each of the rows (`keys`) that is not paired with the instance yet."""
        raise NotImplementedError("step 17.7: write Pairs.add")

    def remove(self, owner: Model, rows: QuerySet) -> None:
        """Delete the instance's pairs with the rows of a queryset, by one statement."""
        raise NotImplementedError("step 17.7: write Pairs.remove")

    def given(self, owner: Model) -> dict[str, Any]:
        return {}


class RelatedRows:
    """What a queryset of rows that belong to an instance has besides."""

    relation: Any
    owner: Model
    result: list[Any] | None

    def all(self) -> Any:
        """Return the rows; those that were prefetched, if any, without asking."""
        return self if self.result is not None else super().all()  # type: ignore[misc]

    def create(self, **values: Any) -> Any:
        """Insert a row that belongs to the instance, and return it."""
        with default_database().transaction():
            row = super().create(**self.relation.given(self.owner), **values)  # type: ignore[misc]
            if isinstance(self.relation, Pairs):
                self.relation.add(self.owner, [row])
        self.forget()
        return row

    def update(self, **values: Any) -> int:
        """Give these fields of all rows new values; return how many rows."""
        count: int = super().update(**values)  # type: ignore[misc]
        self.forget()
        return count

    def delete(self) -> int:
        """Delete all these rows; return how many."""
        count: int = super().delete()  # type: ignore[misc]
        self.forget()
        return count

    def add(self, *rows: Any) -> None:
        """Have these rows belong to the instance: all of them, or none."""
        with default_database().transaction():
            self.relation.add(self.owner, rows)
        self.forget()

    def remove(self, *rows: Any) -> None:
        """Have these rows no longer belong to the instance. They stay."""
        keys = self.relation.keys(rows)
        self.relation.remove(self.owner, self.copy().filter(pk__in=keys))  # type: ignore[attr-defined]
        self.forget()

    def clear(self) -> None:
        """Have no row belong to the instance any more."""
        self.relation.remove(self.owner, self.copy())  # type: ignore[attr-defined]
        self.forget()

    def set(self, rows: Iterable[Any]) -> None:
        """Have these rows belong to the instance, and no others. Those that do already stay."""
        wanted = list(rows)
        stay = [key for key in map(key_of, wanted) if key is not None]
        with default_database().transaction():
            self.relation.remove(self.owner, self.copy().exclude(pk__in=stay))  # type: ignore[attr-defined]
            self.add(*wanted)

    def forget(self) -> None:
        """Drop what was prefetched: it is not so any more."""
        self.result = None
        self.owner.__dict__.pop(self.relation.cache, None)


def related_class(relation: Many, base: type[QuerySet]) -> Any:
    """Return the class of an instance's rows: what the other model's `objects` are, and more."""
    known = relation.__dict__.get("made")
    if known is None or known.__mro__[2] is not base:
        known = relation.__dict__["made"] = type(f"Related{base.__name__}", (RelatedRows, base), {})
    return known

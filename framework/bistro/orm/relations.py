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
        reference = f" {self.reference()}" if dialect == "sqlite" else ""
        return super().definition(dialect) + reference

    def sql_type(self, dialect: str) -> str:
        """Return the `sql_type` of the other model's key."""
        return self.other().options.key.sql_type(dialect)

    def reference(self) -> str:
        """Return `REFERENCES "table" ("key") ON DELETE ...`, names quoted, of the other model."""
        table = self.other().options.table
        return f"REFERENCES {quote(table.name)} ({quote(table.primary)}) ON DELETE {self.on_delete}"

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
        values = instance.__dict__
        other = values.get(self.waiting)
        if other is None:
            return
        if values[self.attribute] is None:
            if other.pk is None:
                raise ValueError(f"{self} is {other!r}, which was not saved: save it first")
            values[self.attribute] = other.pk
        del values[self.waiting]

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
        model = self.model
        assert model is not None  # noqa: S101  contribute has been called
        self.target = target
        options, other = model.options, target.options
        column, key = options.table.columns[self.attribute], other.table.key
        column.kind, column.places = key.kind, key.places
        forward = Relation(other.table, column.name, key.name, null=self.null)
        options.table.relations[self.name] = forward
        options.relations[self.name] = self
        if self.related_name == NO_WAY_BACK:
            return
        query_name = self.related_name or model.__name__.lower()
        back = Relation(options.table, key.name, column.name, many=True)
        add_relation(other, query_name, back, model)
        Reverse(self, self.related_name or f"{query_name}_set").contribute(target)

    # On an instance

    def __get__(self, instance: Model | None, owner: type[Model]) -> Any:
        """Return the instance referred to; of the class, the field itself.

        Without a key it is the one that waits for a key, or None. Else the one in the cache, as
        long as it has this key; otherwise the database is asked, and the cache has it from then on.
        Raises its model's `DoesNotExist` when the row is gone.
        """
        if instance is None:
            return self
        values = instance.__dict__
        key = values[self.attribute]
        if key is None:
            return values.get(self.waiting)
        kept = values.get(self.cache)
        if kept is None or kept.pk != key:
            kept = values[self.cache] = self.other().objects.get(pk=key)
        return kept

    def __set__(self, instance: Model, value: Any) -> None:
        """Refer to another instance, or to none: its key, and the instance in the cache.

        One that has no key yet waits for it. Raises `ValueError` for anything else.
        """
        if value is not None and not isinstance(value, self.other()):
            raise ValueError(
                f"{self} takes an instance of {self.other().__name__}, not {value!r:.100}"
            )
        values = instance.__dict__
        values[self.attribute] = key = key_of(value)
        values[self.cache] = value
        values[self.waiting] = value if key is None else None

    @property
    def options(self) -> Options:
        """What is known of the model at the other end."""
        return self.other().options

    def fetch(self, instances: Sequence[Model]) -> list[Model]:
        """Ask once for all that these instances refer to; return them, each once.

        Each instance has in its cache what it refers to, the same object for the same row; None for
        nothing. Nothing is asked when none of them refers to anything.
        """
        keys = {one.__dict__[self.attribute] for one in instances} - {None}
        found = {one.pk: one for one in self.other().objects.filter(pk__in=keys)} if keys else {}
        for one in instances:
            one.__dict__[self.cache] = found.get(one.__dict__[self.attribute])
        return list(found.values())


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
        model = self.model
        assert model is not None  # noqa: S101  contribute has been called
        near, far = model.__name__.lower(), target.__name__.lower()
        if near == far:
            near, far = f"from_{near}", f"to_{far}"
        table = f"{model.options.table.name}_{self.name}"
        meta = type("Meta", (), {"db_table": table, "unique_together": [(near, far)]})
        body = {
            "__module__": model.__module__,
            "Meta": meta,
            near: ForeignKey(model, on_delete=CASCADE, related_name=NO_WAY_BACK),
            far: ForeignKey(target, on_delete=CASCADE, related_name=NO_WAY_BACK),
        }
        made = type(f"{model.__name__}_{self.name}", (Model,), body)
        model.options.between.append(made)
        return made

    def connect(self, target: type[Model], through: type[Model]) -> None:
        """Make the relation known on both sides, once the table between is there.

        Each table has a relation that is many and goes `through` the one between (its name, the
        column for this side, that for the other), and each model a `Pairs`. Here both have the
        field's name; over there, the `related_name`, or the model's name in lower case, to which
        the `Pairs` adds `_set`. Without a way back there is no `Pairs` over there, and the relation
        is called `+<Model>_<field>`, which nothing else can be called.
        """
        model = self.model
        assert model is not None  # noqa: S101  contribute has been called
        near, far = ends(through, model, target)
        way_back = self.related_name or model.__name__.lower()
        if way_back == NO_WAY_BACK:
            way_back = f"{NO_WAY_BACK}{model.__name__}_{self.name}"
        for here, there, name, first, second in (
            (model.options, target.options, self.name, near, far),
            (target.options, model.options, way_back, far, near),
        ):
            keys = here.table.primary, there.table.primary
            pairs = (through.options.table.name, first.attribute, second.attribute)
            add_relation(here, name, Relation(there.table, *keys, many=True, through=pairs), model)
        Pairs(self.name, target, through, near, far, way_back).contribute(model)
        if not way_back.startswith(NO_WAY_BACK):
            accessor = self.related_name or f"{way_back}_set"
            Pairs(accessor, model, through, far, near, self.name).contribute(target)


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
    keys = [field for field in through.options.fields.values() if isinstance(field, ForeignKey)]
    near = next((key for key in keys if key.to in (model, model.__name__)), None)
    others = [key for key in keys if key is not near]
    far = next((key for key in others if key.to in (target, target.__name__)), None)
    if near is None or far is None:
        raise FieldError(
            f"{through.__name__} stands between {model.__name__} and {target.__name__}: "
            "it needs a ForeignKey to each"
        )
    return near, far


def add_relation(options: Options, name: str, relation: Relation, origin: type[Model]) -> None:
    """Tell a table of a relation. Raises `FieldError` when something there has its name.

    That is a field, or a relation that leads elsewhere: to another table, by another column, or
    through another table. The message has the taken name, `City.trip`, and that of `origin`, the
    model that declares the relation, and says that it needs another related_name. One that leads
    the same way is replaced: its model was defined anew.
    """
    if name in options.fields or name in options.table.columns:
        raise FieldError(
            f"{origin.__name__} would be {options.model.__name__}.{name}, which is a field: "
            "give the relation another related_name"
        )
    known = options.table.relations.get(name)
    if known is not None and leads(known) != leads(relation):
        raise FieldError(
            f"{options.model.__name__}.{name} leads to {known.table.name} already: give the "
            f"relation of {origin.__name__} another related_name"
        )
    options.table.relations[name] = relation


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
        if instance is None:
            return self
        if instance.pk is None:
            raise ValueError(f"{instance!r} was not saved: nothing belongs to it yet")
        rows = related_class(self, type(self.other.objects))(self.other)
        rows.relation, rows.owner = self, instance
        rows.where = (Q(**{self.condition(): instance.pk}),)
        rows.result = instance.__dict__.get(self.cache)
        return rows

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
        if not instances:
            return []
        attribute, cache = self.key.attribute, self.key.cache
        owners = {one.pk: one for one in instances}
        rows: list[Model] = self.other.objects.filter(**{f"{attribute}__in": owners}).fetch()
        found: dict[Any, list[Model]] = {}
        for row in rows:
            values = row.__dict__
            key = values[attribute]
            values[cache] = owners[key]
            found.setdefault(key, []).append(row)
        self.keep(instances, found)
        return rows

    def add(self, owner: Model, rows: Sequence[Model]) -> None:
        """Have rows refer to an instance, and save them; a new one is inserted by that.

        Raises `TypeError` for what is no instance of the other model, before any is saved.
        """
        for row in rows:
            if not isinstance(row, self.other):
                raise TypeError(
                    f"{self.name} takes instances of {self.other.__name__}, not {row!r:.100}"
                )
        for row in rows:
            setattr(row, self.key.name, owner)
            row.save()

    def remove(self, owner: Model, rows: QuerySet) -> None:
        """Have the rows of a queryset refer to nothing, by one statement.

        Raises `TypeError` when their foreign key cannot be None.
        """
        if not self.key.null:
            raise TypeError(f"{self.key} cannot be None: delete the rows, or refer to another")
        rows.update(**{self.key.name: None})

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
        if not instances:
            return []
        far, near = self.far.name, self.near.attribute
        order = [
            f"-{far}__{name[1:]}" if name.startswith("-") else f"{far}__{name}"
            for name in self.options.ordering
        ]
        keys = {one.pk for one in instances}
        pairs = self.through.objects.filter(**{f"{near}__in": keys, f"{far}__isnull": False})
        found: dict[Any, list[Model]] = {}
        rows: dict[Any, Model] = {}
        for pair in pairs.select_related(far).order_by(*order):
            row = getattr(pair, far)
            found.setdefault(pair.__dict__[near], []).append(rows.setdefault(row.pk, row))
        self.keep(instances, found)
        return list(rows.values())

    def add(self, owner: Model, rows: Sequence[Any]) -> None:
        """Insert a pair for each of the rows (`keys`) that is not paired with the instance yet."""
        near, far = self.near.attribute, self.far.attribute
        keys = self.keys(rows)
        pairs = self.through.objects.filter(**{near: owner.pk, f"{far}__in": keys})
        there = set(pairs.values_list(far, flat=True))
        self.through.objects.bulk_create(
            self.through(**{near: owner.pk, far: key}) for key in keys if key not in there
        )

    def remove(self, owner: Model, rows: QuerySet) -> None:
        """Delete the instance's pairs with the rows of a queryset, by one statement."""
        pairs = self.through.objects.filter(**{self.near.attribute: owner.pk})
        pairs.filter(**{f"{self.far.attribute}__in": rows.values("pk")}).delete()

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

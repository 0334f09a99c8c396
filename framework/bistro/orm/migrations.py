"""Migrations: files that say, one after the other, how the models have changed.

A migration is a list of operations. Each changes a `State`, which is the models as data, and the
tables of a database with it; each knows its inverse. Which ones a database has had, it keeps in a
table. Builds on `schema`; `autodetect` writes the files.
"""

from __future__ import annotations

import contextlib
import importlib.util
import re
from pathlib import Path

from bistro.orm import database as database_module
from bistro.orm import models as models_module
from bistro.orm.database import DatabaseError
from bistro.orm.models import Model
from bistro.orm.relations import SAME
from bistro.orm.schema import alter, create, drop, run_late

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from bistro.orm.database import Database
    from bistro.orm.fields import Field

    Models = dict[str, type[Model]]
    Tell = Callable[[str], object]

FILE = re.compile(r"([0-9]{4})_[a-z0-9_]+")
"""A migration's name: its number, and what it is about."""
ZERO = "zero"
"""As the migration to go to: before all of them."""
APPLIED = "bistro_migrations"
"""The table of the migrations that a database has had."""
LOCK = "SELECT pg_advisory_xact_lock(62697374726)"
"""Has PostgreSQL let one migrate at a time, until the transaction's end; the number is ours."""


class MigrationError(DatabaseError):
    """A migration cannot be found, read or run; the message says what would be right."""


class ModelState:
    """A model as data: its name, its table, its fields as they were declared, its options."""

    def __init__(
        self,
        name: str,
        fields: dict[str, Field],
        table: str,
        unique_together: Sequence[Sequence[str]] = (),
        indexes: Sequence[Sequence[str]] = (),
    ) -> None:
        self.name = name
        self.fields = fields
        self.table = table
        self.unique_together = [tuple(names) for names in unique_together]
        self.indexes = [tuple(names) for names in indexes]

    def copy(self) -> ModelState:
        """Return another one that can be changed by itself; the fields are the same objects."""
        return ModelState(
            self.name, dict(self.fields), self.table, self.unique_together, self.indexes
        )


class State:
    """All models as they are between two operations."""

    def __init__(self, models: dict[str, ModelState] | None = None) -> None:
        self.models = models or {}

    def copy(self) -> State:
        """Return another one that can be changed by itself."""
        return State({name: model.copy() for name, model in self.models.items()})

    def model(self, name: str) -> ModelState:
        """Return a model. Raises `MigrationError` for one that there is not."""
        if name not in self.models:
            raise MigrationError(f"there is no model {name} at this point, but {list(self.models)}")
        return self.models[name]

    def classes(self) -> Models:
        """Return the models as classes, by their names: with their fields, and no methods.

        Each is made by `type`, of a `clone` of each field, of a `Meta` with `db_table`,
        `unique_together` and `indexes`, and of the `__module__` of this file. They are made in a
        `registry_apart`: they know each other, and nothing of the program's own.
        """
        with registry_apart() as registry:
            for model in self.models.values():
                options = {
                    "db_table": model.table,
                    "unique_together": model.unique_together,
                    "indexes": model.indexes,
                }
                body = {name: clone(field) for name, field in model.fields.items()}
                meta = type("Meta", (), options)
                type(model.name, (Model,), {"__module__": __name__, "Meta": meta, **body})
            return {name: registry[name] for name in self.models}


@contextlib.contextmanager
def registry_apart() -> Iterator[Models]:
    """Have models that are defined meanwhile known to each other alone; yield their registry.

    `registry` and `waiting` of `models` are emptied, and have what they had before again at the
    end, whatever happens. They stay the same dicts: others have imported them.
    """
    known, waiting = dict(models_module.registry), dict(models_module.waiting)
    try:
        models_module.registry.clear()
        models_module.waiting.clear()
        yield models_module.registry
    finally:
        for kept, was in ((models_module.registry, known), (models_module.waiting, waiting)):
            kept.clear()
            kept.update(was)  # type: ignore[arg-type]


def clone(field: Field, renamed: dict[str, str] | None = None) -> Field:
    """Return a field made alike, that belongs to no model: what it was `given`, given again.

    Models among that are given by their names. `renamed` has the new names of models, by the old
    ones, for what the field leads `to` (or is given first), and `through`.
    """
    arguments = [by_name(value) for value in field.given[0]]
    options = {name: by_name(value) for name, value in field.given[1].items()}
    if renamed and hasattr(field, "to"):
        arguments[:1] = [renamed.get(name, name) for name in arguments[:1]]
        for option in {"to", "through"} & options.keys():
            options[option] = renamed.get(options[option], options[option])
    return type(field)(*arguments, **options)


def by_name(value: Any) -> Any:
    """Return the name of a model; anything else as it is."""
    return value.__name__ if isinstance(value, type) and issubclass(value, Model) else value


def leads_to(model: ModelState) -> dict[str, str]:
    """Return the models that the tables of a model refer to: their names, by its fields'."""
    found = {}
    for name, field in model.fields.items():
        to = getattr(field, "to", None)
        if to is not None and getattr(field, "through", None) is None:
            found[name] = model.name if to == SAME else by_name(to)
    return found


class Operation:
    """One change. `change` makes it in a state, `apply` in a database, `inverse` is its undoing."""

    def change(self, state: State) -> None:
        """Make the change in a state. Raises `MigrationError` when it does not fit there."""
        raise NotImplementedError

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        """Make the change in a database, from the models before it to those after it."""
        raise NotImplementedError

    def inverse(self, before: State) -> Operation:
        """Return the operation that undoes this one, which came after `before`."""
        raise NotImplementedError

    def __str__(self) -> str:
        """What it does, for who watches."""
        raise NotImplementedError


class CreateModel(Operation):
    """A model comes: its fields by their names; `table` is called after it by default."""

    def __init__(
        self,
        name: str,
        fields: dict[str, Field],
        *,
        table: str | None = None,
        unique_together: Sequence[Sequence[str]] = (),
        indexes: Sequence[Sequence[str]] = (),
    ) -> None:
        self.name = name
        self.state = ModelState(
            name, fields, table or models_module.snake_case(name), unique_together, indexes
        )

    def change(self, state: State) -> None:
        if self.name in state.models:
            raise MigrationError(f"there is a model {self.name} already")
        state.models[self.name] = self.state.copy()

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        create(db, after[self.name], late)

    def inverse(self, before: State) -> Operation:
        return DeleteModel(self.name)

    def __str__(self) -> str:
        return f"create {self.name}"


def creation(model: ModelState) -> CreateModel:
    """Return the operation that creates a model."""
    return CreateModel(
        model.name,
        model.fields,
        table=model.table,
        unique_together=model.unique_together,
        indexes=model.indexes,
    )


class DeleteModel(Operation):
    """A model goes, and its rows with it. No other may refer to it any more."""

    def __init__(self, name: str) -> None:
        self.name = name

    def change(self, state: State) -> None:
        state.model(self.name)
        for model in state.models.values():
            for field, to in leads_to(model).items():
                if to == self.name != model.name:
                    raise MigrationError(f"{model.name}.{field} refers to {self.name}: remove it")
        del state.models[self.name]

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        drop(db, before[self.name])

    def inverse(self, before: State) -> Operation:
        return creation(before.model(self.name))

    def __str__(self) -> str:
        return f"delete {self.name}"


class RenameModel(Operation):
    """A model is called otherwise, here and where others refer to it. Its table keeps its name.

    The columns of tables between are called after the models.
    """

    def __init__(self, old: str, new: str) -> None:
        self.old = old
        self.new = new

    def change(self, state: State) -> None:
        state.model(self.old)
        if self.new in state.models:
            raise MigrationError(f"there is a model {self.new} already")
        renamed = {self.old: self.new}
        models = list(state.models.values())
        state.models.clear()
        for model in models:
            model.name = renamed.get(model.name, model.name)
            model.fields = {name: clone(field, renamed) for name, field in model.fields.items()}
            state.models[model.name] = model

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        for name, model in after.items():
            alter(db, before[self.old if name == self.new else name], model, late)

    def inverse(self, before: State) -> Operation:
        return RenameModel(self.new, self.old)

    def __str__(self) -> str:
        return f"rename {self.old} to {self.new}"


class Alteration(Operation):
    """A change of one model, whose table becomes another one."""

    def __init__(self, model: str) -> None:
        self.model = model

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        alter(db, before[self.model], after[self.model], late, self.renamed())

    def renamed(self) -> dict[str, str]:
        """Return the new names of fields, with the old ones."""
        return {}


class AddField(Alteration):
    """A field comes; the rows that are there have its default."""

    def __init__(self, model: str, name: str, field: Field) -> None:
        super().__init__(model)
        self.name = name
        self.field = field

    def change(self, state: State) -> None:
        """Add the field behind the others. Raises `MigrationError` when there is one."""
        fields = state.model(self.model).fields
        if self.name in fields:
            raise MigrationError(f"{self.model} has a field {self.name} already")
        fields[self.name] = self.field

    def inverse(self, before: State) -> Operation:
        return RemoveField(self.model, self.name)

    def __str__(self) -> str:
        return f"add {self.model}.{self.name}"


class RemoveField(Alteration):
    """A field goes, and its values with it."""

    def __init__(self, model: str, name: str) -> None:
        super().__init__(model)
        self.name = name

    def change(self, state: State) -> None:
        del field_of(state, self.model, self.name)[self.name]

    def inverse(self, before: State) -> Operation:
        """Return the `AddField` that adds the field which the model has before this.

        Raises `MigrationError` when it has none of this name.
        """
        field = field_of(before, self.model, self.name)[self.name]
        return AddField(self.model, self.name, field)

    def __str__(self) -> str:
        return f"remove {self.model}.{self.name}"


class AlterField(Alteration):
    """A field is declared otherwise; its values stay, as far as they can."""

    def __init__(self, model: str, name: str, field: Field) -> None:
        super().__init__(model)
        self.name = name
        self.field = field

    def change(self, state: State) -> None:
        field_of(state, self.model, self.name)[self.name] = self.field

    def inverse(self, before: State) -> Operation:
        field = field_of(before, self.model, self.name)[self.name]
        return AlterField(self.model, self.name, field)

    def __str__(self) -> str:
        return f"alter {self.model}.{self.name}"


class RenameField(Alteration):
    """A field is called otherwise."""

    def __init__(self, model: str, old: str, new: str) -> None:
        super().__init__(model)
        self.old = old
        self.new = new

    def change(self, state: State) -> None:
        """Give the field its new name, in its place, in `unique_together` and in `indexes`.

        Raises `MigrationError` when there is no such field, or one of the new name already.
        """
        model = state.model(self.model)
        fields = field_of(state, self.model, self.old)
        if self.new in fields:
            raise MigrationError(f"{self.model} has a field {self.new} already")
        model.fields = {
            self.new if name == self.old else name: field for name, field in fields.items()
        }
        for lists in (model.unique_together, model.indexes):
            lists[:] = [tuple(self.new if one == self.old else one for one in row) for row in lists]

    def renamed(self) -> dict[str, str]:
        return {self.new: self.old}

    def inverse(self, before: State) -> Operation:
        return RenameField(self.model, self.new, self.old)

    def __str__(self) -> str:
        return f"rename {self.model}.{self.old} to {self.new}"


class AlterOptions(Alteration):
    """A model's table has another name, or other constraints and indexes of several fields."""

    def __init__(
        self,
        model: str,
        *,
        table: str,
        unique_together: Sequence[Sequence[str]] = (),
        indexes: Sequence[Sequence[str]] = (),
    ) -> None:
        super().__init__(model)
        self.table = table
        self.unique_together = unique_together
        self.indexes = indexes

    def change(self, state: State) -> None:
        model = state.model(self.model)
        state.models[self.model] = ModelState(
            self.model, model.fields, self.table, self.unique_together, self.indexes
        )

    def inverse(self, before: State) -> Operation:
        model = before.model(self.model)
        return AlterOptions(
            self.model,
            table=model.table,
            unique_together=model.unique_together,
            indexes=model.indexes,
        )

    def __str__(self) -> str:
        return f"alter the options of {self.model}"


class RunSQL(Operation):
    """Statements of your own, and those that undo them."""

    def __init__(
        self, forwards: str | Sequence[str], backwards: str | Sequence[str] | None = None
    ) -> None:
        self.forwards = forwards
        self.backwards = backwards

    def change(self, state: State) -> None:
        pass

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        statements = [self.forwards] if isinstance(self.forwards, str) else self.forwards
        for sql in statements:
            db.execute(sql)

    def inverse(self, before: State) -> Operation:
        if self.backwards is None:
            raise MigrationError("RunSQL was given no statements that undo it")
        return RunSQL(self.backwards, self.forwards)

    def __str__(self) -> str:
        return "run SQL"


class RunPython(Operation):
    """A function of your own, given the models by their names as they are then; and its undoing."""

    def __init__(
        self,
        forwards: Callable[[Models], object],
        backwards: Callable[[Models], object] | None = None,
    ) -> None:
        self.forwards = forwards
        self.backwards = backwards

    def change(self, state: State) -> None:
        pass

    def apply(self, db: Database, before: Models, after: Models, late: list[str]) -> None:
        default, database_module.default = database_module.default, db  # where models ask
        try:
            self.forwards(after)
        finally:
            database_module.default = default

    def inverse(self, before: State) -> Operation:
        if self.backwards is None:
            raise MigrationError(f"{self} was given no function that undoes it")
        return RunPython(self.backwards, self.forwards)

    def __str__(self) -> str:
        return f"run {self.forwards.__name__}"


def field_of(state: State, model: str, name: str) -> dict[str, Field]:
    """Return the fields of a model, which has one of this name. Raises `MigrationError`."""
    fields = state.model(model).fields
    if name not in fields:
        raise MigrationError(f"{model} has no field {name} at this point, but {list(fields)}")
    return fields


# Files and databases --------------------------------------------------------------------------


class Migration:
    """A file: its name, and its operations."""

    def __init__(self, name: str, operations: Sequence[Operation]) -> None:
        self.name = name
        self.operations = operations

    def change(self, state: State) -> State:
        """Return the state after this migration."""
        state = state.copy()
        for operation in self.operations:
            operation.change(state)
        return state

    def run(self, db: Database, state: State, tell: Tell) -> None:
        """Make its changes in a database, in which the models are those of `state`."""
        run_operations(db, state, self.operations, tell)

    def undo(self, db: Database, state: State, tell: Tell) -> None:
        """Undo its changes in a database; `state` is that before it."""
        run_operations(db, self.change(state), inverses(self.operations, state), tell)


def inverses(operations: Sequence[Operation], state: State) -> list[Operation]:
    """Return the operations that undo these, which came after `state`: the last one's first.

    Each is asked for its `inverse` with the state that was before it. `state` stays as it is.
    """
    found: list[Operation] = []
    before = state.copy()
    for operation in operations:
        found.insert(0, operation.inverse(before))
        operation.change(before)
    return found


def run_operations(db: Database, state: State, operations: Sequence[Operation], tell: Tell) -> None:
    """Make changes in a database, one after the other, from `state` on, which stays as it is.

    For each: `change` makes the next state of a copy, `tell` is given two spaces and what it does,
    and `apply` gets the `classes` before and after. What it leaves in `late` is run (`run_late`)
    behind it.
    """
    state = state.copy()
    after = state.classes()
    for operation in operations:
        before = after
        operation.change(state)
        after = state.classes()
        tell(f"  {operation}")
        late: list[str] = []
        operation.apply(db, before, after, late)
        run_late(db, late)


def load(directory: Path) -> list[Migration]:
    """Return the migrations in a folder, in the order of their numbers.

    Raises `MigrationError` for a file that is none, and for two with one number.
    """
    found: list[Migration] = []
    numbers: dict[str, str] = {}
    for path in sorted(directory.glob("[0-9]*.py")) if directory.is_dir() else ():
        match = FILE.fullmatch(path.stem)
        if not match:
            raise MigrationError(f"{path} is no name of a migration: 0001_what_it_does.py is")
        other = numbers.setdefault(match[1], path.name)
        if other != path.name:
            raise MigrationError(
                f"{other} and {path.name} have one number: give the one that comes later the next"
            )
        found.append(Migration(path.stem, read(path)))
    return found


def read(path: Path) -> Sequence[Operation]:
    """Return the operations in a file."""
    spec = importlib.util.spec_from_file_location(f"bistro_migration_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise MigrationError(f"{path} cannot be read")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    operations = getattr(module, "operations", None)
    if not isinstance(operations, list):
        raise MigrationError(f"{path} has no list called operations")
    return operations


def states(migrations: Sequence[Migration]) -> list[State]:
    """Return the state before the first migration, and that after each."""
    found = [State()]
    for migration in migrations:
        try:
            found.append(migration.change(found[-1]))
        except MigrationError as error:
            raise MigrationError(f"{migration.name}: {error}") from error
    return found


def applied(db: Database) -> list[str]:
    """Return the names of the migrations that a database has had."""
    if APPLIED not in db.tables():
        return []
    return [name for (name,) in db.execute(f"SELECT name FROM {APPLIED} ORDER BY name")]


def migrate(
    db: Database,
    directory: Path,
    target: str | None = None,
    *,
    fake: bool = False,
    tell: Tell = print,
) -> int:
    """Bring a database to a migration, the last one by default; return how many that took.

    `target` is what `position` takes; all up to it are run, those after it undone, the last first;
    what the database has had (`applied`) already, or not, is left alone. `run_one` does each, with
    the state before it (`states`). `fake` only writes down. Raises `MigrationError`, before
    anything is run, for one that the database has had and the folder has not. When one fails, those
    before it stay.
    """
    migrations = load(directory)
    names = [migration.name for migration in migrations]
    had = applied(db)
    for name in had:
        if name not in names:
            raise MigrationError(f"the database has had {name}, which is not in {directory}")
    goal = position(target, names)
    passed = states(migrations)
    forwards = [n for n in range(goal) if names[n] not in had]
    backwards = [n for n in reversed(range(goal, len(names))) if names[n] in had]
    for number in forwards:
        run_one(db, migrations[number], passed[number], back=False, fake=fake, tell=tell)
    for number in backwards:
        run_one(db, migrations[number], passed[number], back=True, fake=fake, tell=tell)
    return len(forwards) + len(backwards)


def run_one(
    db: Database, migration: Migration, state: State, *, back: bool, fake: bool, tell: Tell
) -> None:
    """Run a migration, or undo it; `state` is that before it."""
    tell(f"{'undo ' * back}{migration.name}{' (only written down)' * fake}")
    with whole(db), only_once(db, migration.name, is_there=back) as needed:
        if needed and not fake:
            (migration.undo if back else migration.run)(db, state, tell)


def position(target: str | None, names: Sequence[str]) -> int:
    """Return how many migrations a database has had that is at `target`."""
    if target is None:
        return len(names)
    if target == ZERO:
        return 0
    if target.isdecimal():
        target = target.zfill(4)
    found = [name for name in names if name == target] or [
        name for name in names if name.startswith(target)
    ]
    if len(found) != 1:
        raise MigrationError(f"{target!r} is {len(found)} of the migrations {list(names)}")
    return names.index(found[0]) + 1


def whole(db: Database) -> contextlib.AbstractContextManager[None]:
    """Return what runs a block in a transaction, as a migration needs it."""
    return checked_at_the_end(db) if db.dialect.name == "sqlite" else db.transaction()


@contextlib.contextmanager
def checked_at_the_end(db: Database) -> Iterator[None]:
    """Run a block in a transaction of SQLite, which checks foreign keys at its end alone.

    On the way, a table that is made anew is dropped, and with its rows would go those that refer to
    them. So `PRAGMA foreign_keys` is `OFF` meanwhile, and `ON` again whatever happens. It can be
    changed outside of a transaction alone, and says nothing when it was not: it is asked, and
    `MigrationError` is raised, without running the block, if it still gives 1. Behind the block,
    still in the transaction, each row of `PRAGMA foreign_key_check` is one that refers to nothing
    (table, row, the other table, ...): `MigrationError`, which names both tables. Holds the
    connection meanwhile (`acquire`, and `lock.release()` at the end).
    """
    connection = db.connection()
    connection.acquire()  # a database in memory has one for all threads, and one state of this
    try:
        db.execute("PRAGMA foreign_keys = OFF")
        if db.execute("PRAGMA foreign_keys").rows != [(0,)]:
            raise MigrationError("migrations make their own transactions: end the one around them")
        try:
            with db.transaction():
                yield
                for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
                    raise MigrationError(f"row {row} of {table} refers to none of {parent}")
        finally:
            db.execute("PRAGMA foreign_keys = ON")
    finally:
        connection.lock.release()


def prepare(db: Database) -> None:
    """Have the table of the migrations, and PostgreSQL wait until nobody else migrates."""
    if db.dialect.name == "postgresql":
        db.execute(LOCK)
    db.execute(f"CREATE TABLE IF NOT EXISTS {APPLIED} (name VARCHAR(255) PRIMARY KEY)")


@contextlib.contextmanager
def only_once(db: Database, name: str, *, is_there: bool) -> Iterator[bool]:
    """Write a migration down, or, if it `is_there`, cross it out; yield whether that is needed.

    Another process may have run it while we waited for the database, so it is asked here, in the
    transaction, behind `prepare`. When it is among those `applied`, or is not, as it should be at
    the end, False is yielded and nothing written. Else True; and behind the block, unless that
    raises, its row is inserted into the table `APPLIED`, or deleted.
    """
    prepare(db)
    if (name in applied(db)) is not is_there:
        yield False
        return
    yield True
    if is_there:
        db.execute(f"DELETE FROM {APPLIED} WHERE name = ?", [name])
    else:
        db.execute(f"INSERT INTO {APPLIED} (name) VALUES (?)", [name])

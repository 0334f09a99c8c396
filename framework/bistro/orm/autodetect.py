"""Autodetection: what has changed since the last migration, and the file that says it.

Compares the models with the state after all migrations. Builds on `migrations`.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from bistro.orm.fields import NOT_GIVEN, AutoField, DateField, Field
from bistro.orm.migrations import (
    AddField,
    AlterField,
    AlterOptions,
    CreateModel,
    DeleteModel,
    MigrationError,
    ModelState,
    RemoveField,
    RenameField,
    State,
    clone,
    load,
    states,
)
from bistro.orm.models import Model, registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import Any

    from bistro.orm.migrations import Operation

    Ask = Callable[[str], bool]

MAX_NAME = 40
"""Letters in what a migration is called by itself."""
LIKE = 0.6
"""How like the names of two fields are at least, from 0 to 1, for one to be another's new name."""


def make_migration(
    models: Iterable[type[Model]], directory: Path, ask: Ask, name: str | None = None
) -> Path | None:
    """Write the migration from the last state in a folder to the models; return its path.

    None when nothing has changed. `ask` is given a question, and says whether it is so. Raises
    `MigrationError` for a change that cannot be told.
    """
    migrations = load(directory)
    operations = detect(states(migrations)[-1], state_of(models), ask)
    if not operations:
        return None
    number = int(migrations[-1].name[:4]) + 1 if migrations else 1
    path = directory / f"{number:04}_{name or called(operations, number)}.py"
    text = source(operations)
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def defined_models() -> list[type[Model]]:
    """Return all models that were defined, but those of the tables between others."""
    pairs = {made for model in registry.values() for made in model.options.between}
    return [model for model in registry.values() if model not in pairs]


def state_of(models: Iterable[type[Model]]) -> State:
    """Return models as data."""
    found = {}
    for model in models:
        options = model.options
        declared = {**options.fields, **options.virtual}
        fields = {
            name: clone(field)
            for name, field in declared.items()
            if not isinstance(field, AutoField)  # it comes by itself there, too
        }
        found[model.__name__] = ModelState(
            model.__name__,
            fields,
            options.table.name,
            options.unique_together,
            options.indexes,
        )
    return State(found)


def detect(old: State, new: State, ask: Ask) -> list[Operation]:
    """Return the operations that make the new state of the old one."""
    created = [new.models[name] for name in new.models if name not in old.models]
    deleted = [old.models[name] for name in old.models if name not in new.models]
    operations: list[Operation] = [
        CreateModel(
            model.name,
            model.fields,
            table=model.table,
            unique_together=model.unique_together,
            indexes=model.indexes,
        )
        for model in by_reference(created)
    ]
    for name, model in new.models.items():
        if name in old.models:
            operations += altered(old.models[name], model, ask)
    operations += [DeleteModel(model.name) for model in reversed(by_reference(deleted))]
    return operations


def by_reference(models: list[ModelState]) -> list[ModelState]:
    """Return models so that what is referred to comes first, as far as that can be."""
    names = {model.name: model for model in models}
    found: dict[str, ModelState] = {}

    def visit(model: ModelState, path: tuple[str, ...]) -> None:
        for field in model.fields.values():
            other = getattr(field, "to", None)
            if other in names and other not in (*path, *found):
                visit(names[other], (*path, other))
        found.setdefault(model.name, model)

    for model in models:
        visit(model, (model.name,))
    return list(found.values())


def altered(old: ModelState, new: ModelState, ask: Ask) -> list[Operation]:
    """Return the operations between two states of one model."""
    operations: list[Operation] = []
    before = dict(old.fields)
    added = [name for name in new.fields if name not in before]
    removed = [name for name in before if name not in new.fields]
    for name in list(added):
        was = old_name(new, name, old, removed, ask)
        if was is None:
            continue
        operations.append(RenameField(new.name, was, name))
        before[name] = before.pop(was)
        added.remove(name)
        removed.remove(was)
    operations += [RemoveField(new.name, name) for name in removed]
    for name in added:
        refuse_unfillable(new.name, name, new.fields[name])
        operations.append(AddField(new.name, name, new.fields[name]))
    for name, field in new.fields.items():
        if name in before and written(before[name]) != written(field):
            operations.append(AlterField(new.name, name, field))
    options = (old.table, *renamed_lists(old, operations))
    if options != (new.table, set(new.unique_together), set(new.indexes)):
        operations.append(
            AlterOptions(
                new.name,
                table=new.table,
                unique_together=new.unique_together,
                indexes=new.indexes,
            )
        )
    return operations


def renamed_lists(
    old: ModelState, operations: list[Operation]
) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
    """Return a model's constraints and indexes of several fields as they are after renaming."""
    names = {one.old: one.new for one in operations if isinstance(one, RenameField)}
    return (
        {tuple(names.get(name, name) for name in row) for row in old.unique_together},
        {tuple(names.get(name, name) for name in row) for row in old.indexes},
    )


def old_name(
    new: ModelState, name: str, old: ModelState, removed: list[str], ask: Ask
) -> str | None:
    """Return what a new field was called before, when it was there under another name."""
    alike = [one for one in removed if written(old.fields[one]) == written(new.fields[name])]
    alike.sort(key=lambda one: -SequenceMatcher(None, one, name).ratio())
    for one in alike:
        if ask(f"Is {new.name}.{name} what {new.name}.{one} was, under a new name?"):
            return one
    return None


def refuse_unfillable(model: str, name: str, field: Field) -> None:
    """Refuse a field for which rows that are there would have no value."""
    if field.virtual or field.null or field.default is not NOT_GIVEN:
        return
    if isinstance(field, DateField) and (field.auto_now or field.auto_now_add):
        return
    raise MigrationError(
        f"{model}.{name} is new, and the rows that are there have no value for it: "
        "give it a default, or null=True"
    )


# Files


def called(operations: list[Operation], number: int) -> str:
    """Return what a migration is called after: all that it does, or how much."""
    if number == 1:
        return "initial"
    words = "_".join(str(operation).lower() for operation in operations)
    name = "".join(letter if letter.isalnum() else "_" for letter in words)
    return name if len(name) <= MAX_NAME and name.isascii() else f"{len(operations)}_changes"


def source(operations: list[Operation]) -> str:
    """Return the text of a migration's file."""
    imports: set[str] = {"from bistro import orm", "from bistro.orm import migrations"}
    lines = [f"    {operation_text(operation, imports)},\n" for operation in operations]
    modules = "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line)))
    return f"{modules}\n\noperations = [\n{''.join(lines)}]\n"


def operation_text(operation: Operation, imports: set[str]) -> str:
    """Return the call that makes an operation."""
    name = f"migrations.{type(operation).__name__}"
    if isinstance(operation, CreateModel):
        state = operation.state
        fields = "".join(
            f"            {field!r}: {written(one, imports)},\n"
            for field, one in state.fields.items()
        )
        options = options_text(state.table, state.unique_together, state.indexes)
        return f"{name}(\n        {state.name!r},\n        {{\n{fields}        }},\n{options}    )"
    if isinstance(operation, AlterOptions):
        options = options_text(operation.table, operation.unique_together, operation.indexes)
        return f"{name}(\n        {operation.model!r},\n{options}    )"
    if isinstance(operation, AddField | AlterField):
        field = written(operation.field, imports)
        return f"{name}({operation.model!r}, {operation.name!r}, {field})"
    if isinstance(operation, RenameField):
        return f"{name}({operation.model!r}, {operation.old!r}, {operation.new!r})"
    if isinstance(operation, RemoveField):
        return f"{name}({operation.model!r}, {operation.name!r})"
    if isinstance(operation, DeleteModel):
        return f"{name}({operation.name!r})"
    raise MigrationError(f"{operation} cannot be written by itself")


def options_text(
    table: str, unique_together: Iterable[Iterable[str]], indexes: Iterable[Iterable[str]]
) -> str:
    """Return the options of a model as arguments, a line each."""
    text = f"        table={table!r},\n"
    if unique_together:
        text += f"        unique_together={[tuple(row) for row in unique_together]!r},\n"
    if indexes:
        text += f"        indexes={[tuple(row) for row in indexes]!r},\n"
    return text


def written(value: Any, imports: set[str] | None = None) -> str:
    """Return the Python that makes a value: a field, or what one is given.

    What must be imported for it is added to `imports`. Raises `MigrationError` for what has no
    name, as a lambda.
    """
    imports = set() if imports is None else imports
    if isinstance(value, Field):
        arguments, options = value.given
        parts = [written(one, imports) for one in arguments]
        parts += [f"{name}={written(one, imports)}" for name, one in options.items()]
        return f"{named(type(value), imports)}({', '.join(parts)})"
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return repr(value)
    if isinstance(value, list | tuple):
        listed = ", ".join(written(one, imports) for one in value)
        if isinstance(value, list):
            return f"[{listed}]"
        return f"({listed}{',' if len(value) == 1 else ''})"
    if isinstance(value, dict):
        pairs = (f"{written(key, imports)}: {written(one, imports)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    module = type(value).__module__
    if module == "datetime":
        imports.add("import datetime")
        return repr(value)
    if module == "decimal":
        imports.add("import decimal")
        return f"decimal.{value!r}"
    return named(value, imports)


def named(value: Any, imports: set[str]) -> str:
    """Return the name of a class, a function or a class's method, with its module."""
    owner = getattr(value, "__self__", None)
    if isinstance(owner, type):
        return f"{named(owner, imports)}.{value.__name__}"
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "<")
    if module is None or "<" in name:
        raise MigrationError(f"{value!r} has no name to be written into a file: define a function")
    if module == "builtins":
        return str(name)
    if module.startswith("bistro.orm."):
        return f"orm.{name}"
    imports.add(f"import {module}")
    return f"{module}.{name}"

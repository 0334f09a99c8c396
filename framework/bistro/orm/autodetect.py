"""Autodetection: what has changed since the last migration, and the file that says it.

Compares the models with the state after all migrations. Builds on `migrations`.
"""

from __future__ import annotations

import math
from difflib import SequenceMatcher

from bistro.orm.fields import NOT_GIVEN, AutoField, DateField, Field
from bistro.orm.migrations import (
    FILE,
    AddField,
    AlterField,
    AlterOptions,
    CreateModel,
    DeleteModel,
    MigrationError,
    ModelState,
    RemoveField,
    RenameField,
    RenameModel,
    State,
    by_name,
    clone,
    creation,
    inverses,
    leads_to,
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
MODULES = ("datetime", "decimal")
"""Modules whose values write themselves."""


def make_migration(
    models: Iterable[type[Model]], directory: Path, ask: Ask, name: str | None = None
) -> Path | None:
    """Write the migration from the last state in a folder to the models; return its path.

    None when nothing has changed. `ask` is given a question, and says whether it is so. Raises
    `MigrationError` for a change that cannot be told, and for a name that is none (`FILE`).
    """
    if name is not None and not FILE.fullmatch(f"0001_{name}"):
        raise MigrationError(f"a migration is called in a-z, 0-9 and _, not {name!r}")
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
    """Return the operations that make the new state of the old one, which stays as it is."""
    state = old.copy()
    operations = renamed_models(state, new, ask)
    operations += creations([new.models[name] for name in new.models if name not in state.models])
    for name, model in new.models.items():
        if name in state.models:
            operations += altered(state, model, ask)
    gone = [state.models.pop(name) for name in [*state.models] if name not in new.models]
    return operations + inverses(creations(gone), state)


def renamed_models(state: State, new: State, ask: Ask) -> list[Operation]:
    """Return the operations that give models their new names, and make them in a state.

    A model that is new may be one that is gone and has the same fields: it is asked.
    """
    operations: list[Operation] = []
    for name, model in new.models.items():
        for was in [one for one in state.models if one not in new.models]:
            rename = RenameModel(was, name)
            if name in state.models or not have_like_fields(rename, state, model):
                continue
            if ask(f"Is {name} what {was} was, under a new name?"):
                rename.change(state)
                operations.append(rename)
    return operations


def have_like_fields(rename: RenameModel, state: State, model: ModelState) -> bool:
    """Whether a model would have the fields of another one, if that were called as it is."""
    state = state.copy()
    rename.change(state)
    return all_written(state.models[model.name]) == all_written(model)


def all_written(model: ModelState) -> dict[str, str]:
    """Return the fields of a model as they are written, by their names."""
    return {name: written(field) for name, field in model.fields.items()}


def creations(models: list[ModelState]) -> list[Operation]:
    """Return the operations that create models, in the order of `by_reference`.

    Of models that refer to each other (`leads_to`), one comes before what it refers to. There the
    field is left out of the `CreateModel`, and so are the options (`unique_together`, `indexes`)
    that have it. It comes by an `AddField`, behind the last `CreateModel`, and they by an
    `AlterOptions` (`alter_options`) behind that.
    """
    operations: list[Operation] = []
    late: list[Operation] = []
    wanted = {model.name for model in models}
    for model in by_reference(models):
        wanted.discard(model.name)
        late_names = [name for name, to in leads_to(model).items() if to in wanted]
        early = model.copy()
        late += [AddField(model.name, name, early.fields.pop(name)) for name in late_names]
        for rows in (early.unique_together, early.indexes):
            rows[:] = [row for row in rows if not {*row} & {*late_names}]
        if options_of(early) != options_of(model):
            late.append(alter_options(model, model.unique_together, model.indexes))
        operations.append(creation(early))
    return operations + late


def by_reference(models: list[ModelState]) -> list[ModelState]:
    """Return models so that what is referred to comes first, as far as that can be."""
    names = {model.name: model for model in models}
    found: dict[str, ModelState] = {}

    def visit(model: ModelState, path: tuple[str, ...]) -> None:
        for to in leads_to(model).values():
            if to in names and to not in (*path, *found):
                visit(names[to], (*path, to))
        found.setdefault(model.name, model)

    for model in models:
        visit(model, (model.name,))
    return list(found.values())


def altered(state: State, new: ModelState, ask: Ask) -> list[Operation]:
    """Return the operations that make a model, which the state has too, the new one.

    They are made in the state (`change`) as they are found, in this order:

    - `RenameField` for each new field that has an `old_name`. Then `refuse_new_key` may raise.
    - `RemoveField` for those that are gone, in the order of the state's model.
    - `AddField` for those that are new, unless `refuse_unfillable` raises, and `AlterField` for
      those that are `written` otherwise, in the order of the new model. One that `is_another` is
      removed and added.
    - `AlterOptions` when the table has another name, or other sets of `unique_together` or
      `indexes`. Before a field is removed that is in one of these, too: without what goes.
    """
    operations: list[Operation] = []

    def do(operation: Operation) -> None:
        operation.change(state)
        operations.append(operation)

    name = new.name
    for field in new.fields:
        was = old_name(state.models[name], new, field, ask)
        if was is not None:
            do(RenameField(name, was, field))
    old = state.models[name]
    refuse_new_key(old, new)
    removed = [
        field
        for field, one in old.fields.items()
        if field not in new.fields or is_another(one, new.fields[field])
    ]
    if removed and (fewer := fewer_options(old, new)):
        do(fewer)
    for field in removed:
        do(RemoveField(name, field))
    for field, one in new.fields.items():
        before = state.models[name].fields
        if field not in before:
            refuse_unfillable(name, field, one)
            do(AddField(name, field, one))
        elif written(before[field]) != written(one):
            do(AlterField(name, field, one))
    if options_of(state.models[name]) != options_of(new):
        do(alter_options(new, new.unique_together, new.indexes))
    return operations


def old_name(old: ModelState, new: ModelState, name: str, ask: Ask) -> str | None:
    """Return what a new field was called before, when it was there under another name, else None.

    Of the fields that are gone, those that are `written` alike are asked about, one by one, those
    first whose names are most like (`SequenceMatcher`): `Is Dish.cost what Dish.price was, under a
    new name?` The first yes counts. Nothing is asked about a field that was there.
    """
    if name in old.fields:
        return None
    gone = [one for one in old.fields if one not in new.fields]
    alike = [one for one in gone if written(old.fields[one]) == written(new.fields[name])]
    alike.sort(key=lambda one: SequenceMatcher(None, one, name).ratio(), reverse=True)
    question = f"Is {new.name}.{name} what {new.name}.{{}} was, under a new name?"
    return next((one for one in alike if ask(question.format(one))), None)


def is_another(old: Field, new: Field) -> bool:
    """Whether a field is so different that nothing of the old one can stay.

    That is when one has a column and the other a table between, or another table.
    """
    through = [by_name(getattr(field, "through", None)) for field in (old, new)]
    return old.virtual != new.virtual or through[0] != through[1]


def refuse_new_key(old: ModelState, new: ModelState) -> None:
    """Refuse another primary key, by which the rows of other tables know those of this one."""
    keys = [
        {name: type(field) for name, field in model.fields.items() if field.primary_key}
        for model in (old, new)
    ]
    if keys[0] != keys[1]:
        raise MigrationError(
            f"{new.name} would have another primary key, by which other tables know its rows: "
            "make a new model, and move them"
        )


Names = set[tuple[str, ...]]


def options_of(model: ModelState) -> tuple[str, Names, Names]:
    """Return what is said of a table besides its fields."""
    return model.table, set(model.unique_together), set(model.indexes)


def alter_options(
    model: ModelState, unique_together: list[tuple[str, ...]], indexes: list[tuple[str, ...]]
) -> AlterOptions:
    """Return the operation that gives a model these options, and its own table."""
    return AlterOptions(
        model.name, table=model.table, unique_together=unique_together, indexes=indexes
    )


def fewer_options(old: ModelState, new: ModelState) -> AlterOptions | None:
    """Return the operation that takes from a model the options that go; None if none goes."""
    together = [row for row in old.unique_together if row in new.unique_together]
    indexes = [row for row in old.indexes if row in new.indexes]
    if (together, indexes) == (old.unique_together, old.indexes):
        return None
    return alter_options(old, together, indexes)


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
    imports = {"from bistro.orm import migrations"}
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
    if isinstance(operation, RenameModel):
        return f"{name}({operation.old!r}, {operation.new!r})"
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

    - A field is called by its class (`named`), with what it was `given`: positions, then names.
    - None, booleans, numbers, texts and bytes are their `repr`, but for an infinity or "not a
      number", which have none: `float('nan')`.
    - Lists, tuples and dicts are made of what is written for what they have.
    - What is of the modules `datetime` and `decimal` is its `repr`, behind the module's name. Its
      `tzinfo`, where it has one, is in that: it must be something that can be written, too.
    - A model is its name, in quotation marks; anything else is `named`.

    The lines that import what it needs are added to `imports`: `import datetime`. Raises
    `MigrationError` for what cannot be written.
    """
    imports = set() if imports is None else imports
    if isinstance(value, Field):
        arguments, options = value.given
        parts = [written(one, imports) for one in arguments]
        parts += [f"{name}={written(one, imports)}" for name, one in options.items()]
        return f"{named(type(value), imports)}({', '.join(parts)})"
    kind = type(value)
    if kind is float and not math.isfinite(value):
        return f"float({str(value)!r})"
    if value is None or kind in (bool, int, float, str, bytes):
        return repr(value)
    if kind in (list, tuple):
        listed = ", ".join(written(one, imports) for one in value)
        if kind is list:
            return f"[{listed}]"
        return f"({listed}{',' * (len(value) == 1)})"
    if kind is dict:
        pairs = (f"{written(key, imports)}: {written(one, imports)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if kind.__module__ in MODULES:
        written(getattr(value, "tzinfo", None), imports)  # refuses a zone of another module
        imports.add(f"import {kind.__module__}")
        text = repr(value)
        return text if text.startswith("datetime.") else f"{kind.__module__}.{text}"
    if by_name(value) is not value:
        return repr(by_name(value))
    return named(value, imports)


def named(value: Any, imports: set[str]) -> str:
    """Return the name of a class, a function, or a method of a class, with its module.

    That is `module.qualname`, for which `import module` is added to `imports`. What is built in
    needs no module. What is of a module of `bistro.orm` stands behind that module's last name, as
    `fields.TextField`, for which `from bistro.orm import fields` is added. Raises `MigrationError`
    for what is found under no name: without `__module__` or `__qualname__`, as an instance; with a
    `<` in it, as a lambda or a function in a function; a method of an instance; or what is of
    `__main__`, which is another module in another process.
    """
    owner = getattr(value, "__self__", None)
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "<")
    if isinstance(owner, type) and "<" not in name:
        return f"{named(owner, imports)}.{value.__name__}"
    if module in (None, "__main__") or "<" in name or hasattr(value, "__func__"):
        raise MigrationError(
            f"{value!r} cannot be written into a file by its name: define it at the top of a module"
        )
    if module == "builtins":
        return str(name)
    package, _, last = module.rpartition(".")
    if package == "bistro.orm":
        imports.add(f"from bistro.orm import {last}")
        return f"{last}.{name}"
    imports.add(f"import {module}")
    return f"{module}.{name}"

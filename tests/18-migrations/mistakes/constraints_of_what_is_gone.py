"""replaces: orm.autodetect.altered
caught by: test_7_detect.py::test_options_of_a_field_that_goes

All options are altered at the end. Between, there is a constraint of a field that is gone, and the table can't be made.
"""


def altered(state: State, new: ModelState, ask: Ask) -> list[Operation]:
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

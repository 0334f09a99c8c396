"""replaces: orm.autodetect.altered
caught by: test_7_detect.py::test_fields_come_and_go

New fields are added first. Where a foreign key `cook` takes the place of an integer `cook_id`, the column is there twice.
"""


def altered(state, new, ask):
    operations = []

    def do(operation):
        operation.change(state)
        operations.append(operation)

    name = new.name
    for field in new.fields:
        was = old_name(state.models[name], new, field, ask)
        if was is not None:
            do(RenameField(name, was, field))
    old = state.models[name].copy()
    refuse_new_key(old, new)
    for field, one in new.fields.items():
        before = state.models[name].fields
        if field not in before:
            refuse_unfillable(name, field, one)
            do(AddField(name, field, one))
        elif written(before[field]) != written(one):
            do(AlterField(name, field, one))
    for field in old.fields:
        if field not in new.fields:
            do(RemoveField(name, field))
    if options_of(state.models[name]) != options_of(new):
        do(alter_options(new, new.unique_together, new.indexes))
    return operations

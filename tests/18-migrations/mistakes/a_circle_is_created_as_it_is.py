"""replaces: orm.autodetect.creations
caught by: test_7_detect.py::test_models_that_refer_to_each_other

Models in a good order, each as a whole. Of two that refer to each other, the first refers to a table that is not there.
"""


def creations(models: list[ModelState]) -> list[Operation]:
    operations: list[Operation] = []
    late: list[Operation] = []
    wanted = {model.name for model in models}
    for model in by_reference(models):
        wanted.discard(model.name)
        late_names = [name for name, to in leads_to(model).items() if to in ()]
        early = model.copy()
        late += [AddField(model.name, name, early.fields.pop(name)) for name in late_names]
        for rows in (early.unique_together, early.indexes):
            rows[:] = [row for row in rows if not {*row} & {*late_names}]
        if options_of(early) != options_of(model):
            late.append(alter_options(model, model.unique_together, model.indexes))
        operations.append(creation(early))
    return operations + late

"""replaces: orm.relations.ManyToManyField.between
caught by: test_6_between.py::test_the_table_between

Nothing says that a pair is there once. `add` looks before it inserts, but who else writes does not.
"""


def between(self, target):
    model = self.model
    near, far = model.__name__.lower(), target.__name__.lower()
    if near == far:
        near, far = f"from_{near}", f"to_{far}"
    table = f"{model.options.table.name}_{self.name}"
    body = {
        "__module__": model.__module__,
        "Meta": type("Meta", (), {"db_table": table}),
        near: ForeignKey(model, on_delete=CASCADE, related_name=NO_WAY_BACK),
        far: ForeignKey(target, on_delete=CASCADE, related_name=NO_WAY_BACK),
    }
    made = type(f"{model.__name__}_{self.name}", (Model,), body)
    model.options.between.append(made)
    return made

"""replaces: orm.relations.ManyToManyField.between
caught by: test_6_between.py::test_pairs_go_with_either

A foreign key protects by default, so no dish with a label can ever be deleted.
"""


def between(self, target):
    model = self.model
    near, far = model.__name__.lower(), target.__name__.lower()
    if near == far:
        near, far = f"from_{near}", f"to_{far}"
    table = f"{model.options.table.name}_{self.name}"
    body = {
        "__module__": model.__module__,
        "Meta": type("Meta", (), {"db_table": table, "unique_together": [(near, far)]}),
        near: ForeignKey(model, related_name=NO_WAY_BACK),
        far: ForeignKey(target, related_name=NO_WAY_BACK),
    }
    made = type(f"{model.__name__}_{self.name}", (Model,), body)
    model.options.between.append(made)
    return made

"""replaces: orm.migrations.State.classes
caught by: test_2_classes.py::test_classes_again_and_again

The state's own fields go into the class. A field belongs to one model: the second class takes it away from the first.
"""


def classes(self) -> Models:
    with registry_apart() as registry:
        for model in self.models.values():
            options = {
                "db_table": model.table,
                "unique_together": model.unique_together,
                "indexes": model.indexes,
            }
            body = dict(model.fields)
            meta = type("Meta", (), options)
            type(model.name, (Model,), {"__module__": __name__, "Meta": meta, **body})
        return {name: registry[name] for name in self.models}

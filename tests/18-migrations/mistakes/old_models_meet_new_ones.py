"""replaces: orm.migrations.State.classes
caught by: test_2_classes.py::test_classes_know_each_other

The classes are made among the program's own. They replace them, and a foreign key finds whichever was defined last.
"""


def classes(self) -> Models:
    registry = models_module.registry
    if True:
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

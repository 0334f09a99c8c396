"""replaces: orm.migrations.registry_apart
caught by: test_2_classes.py::test_models_apart_after_an_error

Without a `finally`: after the first migration that fails, the program has lost its models.
"""


@contextlib.contextmanager
def registry_apart():
    known, waiting = dict(models_module.registry), dict(models_module.waiting)
    models_module.registry.clear()
    models_module.waiting.clear()
    yield models_module.registry
    models_module.registry.clear()
    models_module.registry.update(known)
    models_module.waiting.clear()
    models_module.waiting.update(waiting)

"""replaces: orm.relations.ends
caught by: test_6_between.py::test_declared_in_any_order

The foreign keys are found by the models that they are linked to. Declared in another order, they are not linked yet.
"""


def ends(through, model, target):
    keys = [field for field in through.options.fields.values() if isinstance(field, ForeignKey)]
    near = next((key for key in keys if key.target is model), None)
    far = next((key for key in keys if key.target is target and key is not near), None)
    if near is None or far is None:
        raise FieldError(
            f"{through.__name__} needs a ForeignKey to each: {model.__name__}, {target.__name__}"
        )
    return near, far

"""replaces: orm.relations.ends
caught by: test_6_between.py::test_a_model_and_itself_through

Between a model and itself, the first key that fits is the first for either side: everybody follows themselves.
"""


def ends(through, model, target):
    keys = [field for field in through.options.fields.values() if isinstance(field, ForeignKey)]
    near = next((key for key in keys if key.to in (model, model.__name__)), None)
    far = next((key for key in keys if key.to in (target, target.__name__)), None)
    if near is None or far is None:
        raise FieldError(
            f"{through.__name__} needs a ForeignKey to each: {model.__name__}, {target.__name__}"
        )
    return near, far

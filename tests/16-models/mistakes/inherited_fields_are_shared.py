"""replaces: orm.models.collect
caught by: test_3_table.py::test_a_field_belongs_to_one_model

A field is a description, and can be shared; but it knows one model, the last that took it.
"""


def collect(model):
    fields = {}
    for base in reversed(model.__mro__[1:]):
        options = vars(base).get("options")
        if options is None:
            continue
        if not options.abstract:
            raise FieldError(f"{model.__name__} inherits from {base.__name__}")
        fields.update({**options.fields, **options.virtual})
    for name, value in vars(model).items():
        if not isinstance(value, Field):
            continue
        if name in RESERVED or "__" in name or name.strip("_") != name or not is_variable(name):
            raise FieldError(f"{model.__name__}.{name} cannot be a field: call it otherwise")
        fields[name] = value
    return fields

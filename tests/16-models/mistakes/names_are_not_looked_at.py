"""replaces: orm.models.collect
caught by: test_3_table.py::test_names_that_are_source

In a class statement, Python checks that names are names. `type` does not.
"""


def collect(model):
    fields = {}
    for base in reversed(model.__mro__[1:]):
        options = vars(base).get("options")
        if options is None:
            continue
        if not options.abstract:
            raise FieldError(f"{model.__name__} inherits from {base.__name__}")
        fields.update({name: copy.copy(one) for name, one in {**options.fields, **options.virtual}.items()})
    for name, value in vars(model).items():
        if not isinstance(value, Field):
            continue
        if name in RESERVED or "__" in name or name.strip("_") != name:
            raise FieldError(f"{model.__name__}.{name} cannot be a field: call it otherwise")
        fields[name] = value
    return fields

"""replaces: orm.models.collect
caught by: test_3_table.py::test_two_parents

`__mro__` is the order of the search, not that of the declarations.
"""


def collect(model):
    fields = {}
    for base in model.__mro__[1:]:
        options = vars(base).get("options")
        if options is None:
            continue
        if not options.abstract:
            raise FieldError(f"{model.__name__} inherits from {base.__name__}")
        fields.update({name: copy.copy(one) for name, one in {**options.fields, **options.virtual}.items()})
    for name, value in vars(model).items():
        if not isinstance(value, Field):
            continue
        if name in RESERVED or "__" in name or name.strip("_") != name or not is_variable(name):
            raise FieldError(f"{model.__name__}.{name} cannot be a field: call it otherwise")
        fields[name] = value
    return fields

"""replaces: forms.Form.__init_subclass__
caught by: test_4_declared.py::test_fields_are_inherited

`vars(cls)` has what the class itself declares. What it inherits is elsewhere.
"""


def __init_subclass__(cls, **options):
    super().__init_subclass__(**options)
    fields = {name: value for name, value in vars(cls).items() if isinstance(value, Field)}
    for name, field in fields.items():
        if name.startswith("_") or hasattr(Form, name):
            raise TypeError(f"{cls.__name__}: a field can't be called {name!r}")
        if field.name != name:
            raise TypeError(f"{cls.__name__}.{name}: the field is {field.name!r} already")
    cls.fields = MappingProxyType(fields)

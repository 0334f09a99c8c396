"""replaces: forms.Form.__init_subclass__
caught by: test_4_declared.py::test_a_field_declared_again

The classes are gone through as Python searches them: the own one first. Who comes last has the last word, and that is the
base, which knows nothing of what the subclass wants.
"""


def __init_subclass__(cls, **options):
    super().__init_subclass__(**options)
    fields = {}
    for base in cls.__mro__:
        for name, value in vars(base).items():
            if isinstance(value, Field):
                fields[name] = value
            elif value is None:
                fields.pop(name, None)
    for name, field in fields.items():
        if name.startswith("_") or hasattr(Form, name):
            raise TypeError(f"{cls.__name__}: a field can't be called {name!r}")
        if field.name != name:
            raise TypeError(f"{cls.__name__}.{name}: the field is {field.name!r} already")
    cls.fields = MappingProxyType(fields)

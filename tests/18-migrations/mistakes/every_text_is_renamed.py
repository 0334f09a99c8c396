"""replaces: orm.migrations.clone
caught by: test_2_classes.py::test_texts_are_no_models

The new names are looked up for every value that a field was given: a default that reads like a model is renamed, too.
"""


def clone(field: Field, renamed: dict[str, str] | None = None) -> Field:
    arguments = [by_name(value) for value in field.given[0]]
    options = {name: by_name(value) for name, value in field.given[1].items()}
    if renamed:
        arguments = [renamed.get(value, value) for value in arguments]
        options = {name: renamed.get(value, value) for name, value in options.items()}
    return type(field)(*arguments, **options)

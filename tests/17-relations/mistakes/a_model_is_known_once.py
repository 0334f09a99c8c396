"""replaces: orm.relations.add_relation
caught by: test_1_both_sides.py::test_a_model_defined_anew

Whatever has the name is refused, also the same relation again: a module that is reloaded breaks.
"""


def add_relation(options, name, relation, origin):
    if name in options.fields or name in options.table.columns or name in options.table.relations:
        raise FieldError(f"{origin.__name__}: {options.model.__name__}.{name} is taken")
    options.table.relations[name] = relation

"""replaces: orm.relations.add_relation
caught by: test_1_both_sides.py::test_two_ways_of_one_name

Only fields are in the way of a name. Of two foreign keys to one model, the later one then has the way back, and the other has none.
"""


def add_relation(options, name, relation, origin):
    if name in options.fields or name in options.table.columns:
        raise FieldError(f"{origin.__name__}: {options.model.__name__}.{name} is a field")
    options.table.relations[name] = relation

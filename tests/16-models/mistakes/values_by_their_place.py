"""replaces: orm.models.write_init
caught by: test_3_table.py::test_values_that_are_unknown

`Dish('Soup')` is short. The first place is the key's, and a new field moves all others.
"""


def write_init(options):
    names = {"NOT_GIVEN": NOT_GIVEN}
    parameters, lines = [], []
    for field in options.fields.values():
        some, body = field.initialiser(names)
        parameters += some
        lines += body
    text = f"def __init__(self, {', '.join(parameters)}):\n    " + "\n    ".join(lines)
    exec(compile(text, "<model>", "exec"), names)
    made = names["__init__"]
    made.__qualname__ = f"{options.model.__qualname__}.__init__"
    made.__module__ = options.model.__module__
    return made

"""replaces: orm.migrations.clone
caught by: test_2_classes.py::test_a_clone_belongs_to_no_model

`copy.copy` seems to be made for this. The copy keeps its model, its name, and what it was linked to.
"""


def clone(field, renamed=None):
    import copy

    made = copy.copy(field)
    if renamed and hasattr(made, "to"):
        made.to = renamed.get(by_name(made.to), by_name(made.to))
    return made

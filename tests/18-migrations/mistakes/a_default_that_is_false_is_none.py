"""replaces: orm.schema.filling
caught by: test_3_rebuild.py::test_what_fills_a_column

`if field.default:` reads well, and 0, False and the empty text are no defaults any more.
"""


def filling(field: Field) -> Any:
    if field.default is not NOT_GIVEN and field.default:
        return field.default() if callable(field.default) else field.default
    if isinstance(field, DateField) and (field.auto_now or field.auto_now_add):
        return field.now()
    if field.null:
        return None
    raise DatabaseError(f"{field} cannot be NULL and has no default: what would rows have there?")

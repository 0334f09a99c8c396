"""replaces: orm.expressions.lookup_shape
caught by: test_1_shapes.py::test_in_leaves_none_out

A list is taken as it is. With None in it, whatever is not in the list is unknown to SQL.
"""


def lookup_shape(path: str, value: Any, values: Values) -> Any:
    if path.endswith("__isnull"):
        if value is not True and value is not False:
            raise FieldError(f"{path} takes True or False, not {value!r}")
        return (path, ("is null" if value else "is not null",))
    if path.endswith("__in") and not hasattr(value, "as_operand"):
        if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
            raise FieldError(f"{path} takes a list of values or a query, not {value!r}")
        present = list(value)  # to which nothing is ever equal
        if not present:
            return (path, ("nothing",))
        values.append(present)
        return (path, len(values) - 1)
    if path.endswith("__range"):
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise FieldError(f"{path} takes two values, the first and the last, not {value!r}")
        if any(end is None or hasattr(end, "as_operand") for end in value):
            raise FieldError(f"{path} takes two plain values: ask with __gte and __lte instead")
        values.extend(value)
        return (path, len(values) - 2)
    return (path, operand_shape(value, values))

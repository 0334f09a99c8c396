"""replaces: orm.expressions.operand_shape
caught by: test_1_shapes.py::test_none_has_a_shape_of_its_own

None is a value in Python. In SQL `= NULL` is never true, so a shape with None in it is another one.
"""


def operand_shape(value: Any, values: Values) -> Any:
    as_operand = getattr(value, "as_operand", None)
    if as_operand is not None:
        return as_operand(values)
    values.append(value)
    return len(values) - 1

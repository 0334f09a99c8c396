"""replaces: orm.expressions.operand_shape
caught by: test_1_shapes.py::test_false_values_are_values

`if not value` is shorter, and takes 0 and the empty text for nothing.
"""


def operand_shape(value: Any, values: Values) -> Any:
    if not value:
        return None
    as_operand = getattr(value, "as_operand", None)
    if as_operand is not None:
        return as_operand(values)
    values.append(value)
    return len(values) - 1

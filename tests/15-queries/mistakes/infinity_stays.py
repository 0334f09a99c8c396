"""replaces: orm.values.compared_integer
caught by: test_2_values.py::test_integers_beyond_floats

Only what `float` refuses becomes the largest; infinity is a float, and JSON has no word for it.
"""


def compared_integer(value: Any) -> Any:
    if -INTEGERS <= value < INTEGERS:
        return value
    try:
        return float(value)
    except OverflowError:
        return LARGEST if value > 0 else -LARGEST

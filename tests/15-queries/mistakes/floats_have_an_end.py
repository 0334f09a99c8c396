"""replaces: orm.values.compared_integer
caught by: test_2_values.py::test_integers_beyond_floats

`float` takes integers up to about 1.8e308, and a guest can send more digits than that.
"""


def compared_integer(value: Any) -> Any:
    if -INTEGERS <= value < INTEGERS:
        return value
    return float(value)

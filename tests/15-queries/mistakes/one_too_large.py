"""replaces: orm.values.compared_integer
caught by: test_2_values.py::test_integers_that_do_not_fit

64 bits with a sign end at 2**63 - 1; with <= the first that is too large passes.
"""


def compared_integer(value: Any) -> Any:
    if -INTEGERS <= value <= INTEGERS:
        return value
    try:
        return float(value)
    except OverflowError:
        return LARGEST if value > 0 else -LARGEST

"""replaces: orm.values.compared_integer
caught by: test_2_values.py::test_integers_that_do_not_fit

64 bits with a sign end at 2**63 - 1; with <= the first that is too large passes.
"""


def compared_integer(value: Any) -> Any:
    if -INTEGERS <= value <= INTEGERS:
        return value
    return float(max(min(value, LARGEST), -LARGEST))

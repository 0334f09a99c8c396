"""The tests of the template language: what may stand behind `is`.

A test is a function of the value and of what is in its parentheses, and says yes or no: `{{ 4 is
divisibleby(2) }}` calls `divisible_by(4, 2)`. Names and results are Jinja's.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping

from bistro.templates.errors import UndefinedError
from bistro.templates.filters import pass_environment
from bistro.templates.undefined import Undefined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from typing import Any

    from bistro.templates.filters import FilterEnvironment

# ---- Is it there? --------------------------------------------------------------------------------


def is_defined(value: object) -> bool:
    """Say whether the look-up that gave `value` has found something."""
    return not isinstance(value, Undefined)


def is_undefined(value: object) -> bool:
    """Say whether the look-up that gave `value` has found nothing."""
    return isinstance(value, Undefined)


def is_none(value: object) -> bool:
    """Say whether `value` is `None`."""
    return value is None


@pass_environment
def is_filter(environment: FilterEnvironment, value: str) -> bool:
    """Say whether there is a filter with the name `value`."""
    return value in environment.filters


@pass_environment
def is_test(environment: FilterEnvironment, value: str) -> bool:
    """Say whether there is a test with the name `value`."""
    return value in environment.tests


# ---- Of what kind is it? -------------------------------------------------------------------------


def is_boolean(value: object) -> bool:
    """Say whether `value` is `True` or `False`."""
    return value is True or value is False


def is_true(value: object) -> bool:
    """Say whether `value` is `True` itself, not only something that counts as true."""
    return value is True


def is_false(value: object) -> bool:
    """Say whether `value` is `False` itself, not only something that counts as false."""
    return value is False


def is_integer(value: object) -> bool:
    """Say whether `value` is an `int` other than `True` and `False`."""
    return isinstance(value, int) and not is_boolean(value)


def is_float(value: object) -> bool:
    """Say whether `value` is a `float`."""
    return isinstance(value, float)


def is_number(value: object) -> bool:
    """Say whether `value` is a number of any kind: `Decimal`, `True` and `1j` are ones too."""
    from numbers import Number

    return isinstance(value, Number)


def is_string(value: object) -> bool:
    """Say whether `value` is a `str`, as `Markup` is."""
    return isinstance(value, str)


def is_mapping(value: object) -> bool:
    """Say whether `value` is a `dict` or another mapping."""
    return isinstance(value, Mapping)


def is_iterable(value: Any) -> bool:
    """Say whether a `for` can go through `value`."""
    try:
        iter(value)
    except TypeError:
        return False
    return True


def is_sequence(value: Any) -> bool:
    """Say whether `value` has a length and items: a list, but a dict and text as well."""
    try:
        len(value)
    except (TypeError, AttributeError, ValueError, OverflowError, UndefinedError):
        return False
    return hasattr(value, "__getitem__")


def is_escaped(value: object) -> bool:
    """Say whether `value` knows its own HTML, so that it will not be escaped."""
    return hasattr(value, "__html__")


# ---- How is it written? --------------------------------------------------------------------------


def is_lower(value: object) -> bool:
    """Say whether the text of `value` has letters, and none of them upper-case."""
    return str(value).islower()


def is_upper(value: object) -> bool:
    """Say whether the text of `value` has letters, and none of them lower-case."""
    return str(value).isupper()


# ---- How does it compare? ------------------------------------------------------------------------


def is_odd(value: int) -> bool:
    """Say whether dividing `value` by 2 leaves 1."""
    return value % 2 == 1


def is_even(value: int) -> bool:
    """Say whether dividing `value` by 2 leaves nothing."""
    return value % 2 == 0


def divisible_by(value: int, num: int) -> bool:
    """Say whether dividing `value` by `num` leaves nothing; by 0 is a `ZeroDivisionError`."""
    return value % num == 0


def is_same(value: object, other: object) -> bool:
    """Say whether both are one and the same object."""
    return value is other


def is_in(value: object, seq: Container[Any]) -> bool:
    """Say whether `seq` contains `value`."""
    return value in seq


# ---- All of them by name -------------------------------------------------------------------------

TESTS: dict[str, Callable[..., bool]] = {
    "boolean": is_boolean,
    "callable": callable,
    "defined": is_defined,
    "divisibleby": divisible_by,
    "escaped": is_escaped,
    "even": is_even,
    "false": is_false,
    "filter": is_filter,
    "float": is_float,
    "in": is_in,
    "integer": is_integer,
    "iterable": is_iterable,
    "lower": is_lower,
    "mapping": is_mapping,
    "none": is_none,
    "number": is_number,
    "odd": is_odd,
    "sameas": is_same,
    "sequence": is_sequence,
    "string": is_string,
    "test": is_test,
    "true": is_true,
    "undefined": is_undefined,
    "upper": is_upper,
    "==": operator.eq,
    "eq": operator.eq,
    "equalto": operator.eq,
    "!=": operator.ne,
    "ne": operator.ne,
    ">": operator.gt,
    "gt": operator.gt,
    "greaterthan": operator.gt,
    ">=": operator.ge,
    "ge": operator.ge,
    "<": operator.lt,
    "lt": operator.lt,
    "lessthan": operator.lt,
    "<=": operator.le,
    "le": operator.le,
}
"""Each test by its name in a template."""

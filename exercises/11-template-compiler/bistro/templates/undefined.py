"""Undefined: what a template gets for a name that nobody gave it.

The lenient one prints as nothing, is false, and is an empty list to a loop; whatever would need a
real value raises UndefinedError with the name. The strict one raises for those, too.
"""

from __future__ import annotations

from bistro.templates.errors import SecurityError, TemplateError, UndefinedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "missing", "__slots__": ()})()
"""Stands for a value that is not there, where None could be one."""


class Undefined:
    """A value that is not there; `name` is how the template called it, `owner` what it was part of.

    It prints as nothing, is false, has no elements, and is equal to its like. Anything else that is
    done with it raises `error`, by default UndefinedError, with `message` or one made of the names.
    """

    __slots__ = ("_error", "_message", "_name", "_owner")

    def __init__(
        self,
        name: object = None,
        owner: object = MISSING,
        message: str | None = None,
        error: type[TemplateError] = UndefinedError,
    ) -> None:
        self._name = name
        self._owner = owner
        self._message = message
        self._error = error

    def _fail(self, *args: object, **kwargs: object) -> NoReturn:
        """Raise the error: something needs the value."""
        raise self._error(self._message or describe(self._name, self._owner))

    def __getattr__(self, name: str) -> NoReturn:
        """Fail; but Python itself, which asks for `__names__`, hears that there is no such one."""
        if name.startswith("__"):
            raise AttributeError(name)
        self._fail()

    def __str__(self) -> str:
        return ""

    def __repr__(self) -> str:
        return "Undefined"

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return id(type(self))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _fail
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _fail
    __pow__ = __rpow__ = __neg__ = __pos__ = __int__ = __float__ = __complex__ = _fail
    __lt__ = __le__ = __gt__ = __ge__ = __call__ = __getitem__ = _fail


class StrictUndefined(Undefined):
    """A value that is not there, of which one can only ask whether it is defined."""

    __slots__ = ()

    __str__ = __len__ = __iter__ = __bool__ = Undefined._fail
    __eq__ = __ne__ = __contains__ = __hash__ = Undefined._fail


def describe(name: object, owner: object) -> str:
    """What is missing, in words: `'guest' is undefined`, `dict has no attribute or key 'name'`."""
    if owner is MISSING:
        return f"{name!r} is undefined"
    kind = "None" if owner is None else type(owner).__name__
    if isinstance(owner, Undefined):
        return f"{owner._name!r} is undefined"
    if isinstance(name, str):
        return f"{kind!r} has no attribute or key {name!r}"
    return f"{kind!r} has no element {name!r}"


def unsafe(value: object, name: str, undefined: type[Undefined] = Undefined) -> Undefined:
    """What a template gets for an attribute out of its reach; to use it is a SecurityError."""
    kind = type(value).__name__
    message = f"the attribute {name!r} of {kind!r} is out of reach of templates"
    return undefined(name, value, message, SecurityError)

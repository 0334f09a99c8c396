"""What compiled templates call while they render: look-ups, loops, joined text.

Look-ups are lenient (an attribute, else an item, else undefined) and guarded: whatever leads from a
value into Python's insides is out of reach. The compiler writes calls of these functions.
"""

from __future__ import annotations

import re

from bistro.templates.errors import TemplateError
from bistro.templates.escape import Markup, format_field
from bistro.templates.undefined import MISSING, Undefined, unsafe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

INSIDES = frozenset(
    (
        "ag_await ag_code ag_frame ag_running ag_suspended co_argcount co_cellvars co_code "
        "co_consts co_exceptiontable co_filename co_firstlineno co_flags co_freevars "
        "co_kwonlyargcount co_lines co_linetable co_lnotab co_name co_names co_nlocals "
        "co_positions co_posonlyargcount co_qualname co_stacksize co_varnames cr_await cr_code "
        "cr_frame cr_origin cr_running cr_suspended f_back f_builtins f_code f_generator "
        "f_globals f_lasti f_lineno f_locals f_trace f_trace_lines f_trace_opcodes gi_code "
        "gi_frame gi_running gi_suspended gi_yieldfrom mro tb_frame tb_lasti tb_lineno tb_next"
    ).split()
)
"""Attributes of frames, code, generators, coroutines, tracebacks and classes: Python's insides."""
FORMATS = frozenset({"format", "format_map"})
"""Methods of str that look up attributes by themselves, and so need a guard of their own."""
DICT_METHODS = frozenset(dir(dict))
FIELD = re.compile(r"^([^.\[]*)|\.([^.\[]+)|\[([^\]]+)\]")
"""The parts of a field's name: `0.name[key]`."""


def is_unsafe(name: str) -> bool:
    """Whether an attribute of this name is out of reach of templates, whatever it belongs to."""
    return name.startswith("_") or name in INSIDES


def attribute(value: Any, name: str, undefined: type[Undefined] = Undefined) -> Any:
    """`value.name`, else `value["name"]`, else undefined, as `{{ value.name }}` means it.

    An attribute that is there and out of reach gives what `unsafe` makes; where there is only an
    element of such a name, that. `format` and `format_map` come by `guarded_format`.
    """
    raise NotImplementedError("step 11.2: write attribute")


def plain_attribute(value: Any, name: str, undefined: type[Undefined] = Undefined) -> Any:
    """The same for a name that is known to be safe, as the compiler knows of nearly all.

    A dict's elements are found without asking for an attribute, unless its methods have the name.
    An attribute is asked for once. Only AttributeError means that there is none; other errors pass.
    """
    raise NotImplementedError("step 11.2: write plain_attribute")


def element(value: Any, name: str, undefined: type[Undefined]) -> Any:
    """`value[name]`; where that raises AttributeError, TypeError or LookupError, undefined."""
    try:
        return value[name]
    except (AttributeError, TypeError, LookupError):
        return undefined(name, value)


def item(value: Any, key: Any, undefined: type[Undefined] = Undefined) -> Any:
    """`value[key]`, else the attribute of that name, else undefined: `{{ value[key] }}`.

    AttributeError, TypeError and LookupError mean that there is no element. Only a key that is text
    is looked up as an attribute, and as carefully as any other.
    """
    raise NotImplementedError("step 11.2: write item")


def guarded_format(value: Any, name: str, undefined: type[Undefined]) -> Any:
    """`format` or `format_map`; a string's looks up fields such as `{0.name}` by `attribute`."""
    if isinstance(value, type) and issubclass(value, str):
        return unsafe(value, name, undefined)
    if not isinstance(value, str):
        return plain_attribute(value, name, undefined)
    return (
        (lambda *values, **named: fill_in(value, values, named, undefined))
        if name == "format"
        else (lambda named: fill_in(value, (), named, undefined))
    )


def fill_in(
    value: str, values: Sequence[Any], named: Mapping[str, Any], undefined: type[Undefined]
) -> str:
    """`value.format(*values, **named)` with the guard; Markup escapes what it is given."""
    from string import Formatter

    formatter = Formatter()

    def get_field(name: str, values: Sequence[Any], named: Mapping[str, Any]) -> tuple[Any, str]:
        first, *rest = FIELD.findall(name)
        found = formatter.get_value(index_or_name(first[0]), values, named)
        for _, after_dot, in_brackets in rest:
            if after_dot:
                found = attribute(found, after_dot, undefined)
            else:
                found = item(found, index_or_name(in_brackets), undefined)
        return found, first[0]

    formatter.get_field = get_field  # type: ignore[method-assign,assignment]
    if isinstance(value, Markup):
        formatter.format_field = format_field  # type: ignore[method-assign]
    return type(value)(formatter.vformat(value, values, named))


def index_or_name(text: str) -> int | str:
    """What a field of a format string is looked up by."""
    return int(text) if text.isdecimal() else text


def concatenate(*parts: Any) -> str:
    """`a ~ b`: the text of all; if one of them is Markup, all others are escaped."""
    texts = [part if isinstance(part, str) else str(part) for part in parts]
    is_safe = any(hasattr(part, "__html__") for part in texts)
    return (Markup("") if is_safe else "").join(texts)


class Loop:
    """The `loop` of a `for`: where it is, and what comes before and after.

    Counts from 1 (`index`, `revindex`, `depth`) and from 0 (`index0`, `revindex0`, `depth0`).
    """

    __slots__ = ("_after", "_changed", "_current", "_items", "_iterator", "_recurse", "_undefined",
                 "depth0", "index0", "previtem")  # fmt: skip

    def __init__(
        self,
        items: Iterable[Any],
        undefined: type[Undefined] = Undefined,
        recurse: Callable[[Any, int], str] | None = None,
        depth0: int = 0,
    ) -> None:
        self._items = items
        self._iterator = iter(items)
        self._recurse = recurse
        self._undefined = undefined
        self._after = self._changed = MISSING
        self._current = undefined("previtem", message="there is no item before the first")
        self.depth0 = depth0
        self.index0 = -1

    def __iter__(self) -> Iterator[Any]:
        while (item := self._next()) is not MISSING:
            self.index0 += 1
            self.previtem, self._current = self._current, item
            yield item

    def _next(self) -> Any:
        """The next item, or MISSING; one that was looked at already comes first."""
        item, self._after = self._after, MISSING
        return next(self._iterator, MISSING) if item is MISSING else item

    def _peek(self) -> Any:
        """The next item, or MISSING, without going on to it."""
        self._after = self._next()
        return self._after

    @property
    def index(self) -> int:
        """The number of this round, from 1."""
        return self.index0 + 1

    @property
    def depth(self) -> int:
        """How deep a recursive loop is, from 1."""
        return self.depth0 + 1

    @property
    def first(self) -> bool:
        """Whether this is the first round."""
        return self.index0 == 0

    @property
    def last(self) -> bool:
        """Whether this is the last round; looks one item ahead."""
        return self._peek() is MISSING

    @property
    def nextitem(self) -> Any:
        """The item of the next round, or undefined in the last."""
        item = self._peek()
        if item is MISSING:
            return self._undefined("nextitem", message="there is no item after the last")
        return item

    @property
    def length(self) -> int:
        """How many items there are; what can't be counted is read to its end for that."""
        try:
            return len(self._items)  # type: ignore[arg-type]
        except TypeError:
            rest = list(self._iterator)
            self._iterator = iter(rest)
            ahead = 0 if self._after is MISSING else 1
            self._items = range(self.index + ahead + len(rest))
            return len(self._items)

    @property
    def revindex(self) -> int:
        """How many rounds are left, this one included."""
        return self.length - self.index0

    @property
    def revindex0(self) -> int:
        """How many rounds are left after this one."""
        return self.length - self.index

    def __len__(self) -> int:
        return self.length

    def cycle(self, *values: Any) -> Any:
        """One value after the other, a round each, again and again."""
        if not values:
            raise TemplateError("loop.cycle needs at least one value")
        return values[self.index0 % len(values)]

    def changed(self, *values: Any) -> bool:
        """Whether the values differ from those of the call before."""
        before, self._changed = self._changed, values
        return bool(before != values)

    def __call__(self, items: Iterable[Any]) -> str:
        """The loop's body, rendered for these items, one level deeper."""
        if self._recurse is None:
            raise TemplateError("to call 'loop' write 'recursive' behind the 'for' it belongs to")
        return self._recurse(items, self.depth0 + 1)


class Namespace:
    """`namespace(found=false)`: holds values that a loop's body can change for good."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.update(*args, **kwargs)

    def __getitem__(self, name: str) -> Any:
        return self.__dict__[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __repr__(self) -> str:
        return f"<Namespace {self.__dict__!r}>"


class Cycler:
    """`cycler("odd", "even")`: gives one value after the other, by `next()`, again and again."""

    def __init__(self, *values: Any) -> None:
        if not values:
            raise TemplateError("cycler needs at least one value")
        self.items = values
        self.pos = 0

    @property
    def current(self) -> Any:
        """The value that `next()` will give."""
        return self.items[self.pos]

    def next(self) -> Any:
        """The current value; goes on to the one behind it."""
        value = self.current
        self.pos = (self.pos + 1) % len(self.items)
        return value

    def reset(self) -> None:
        """Begin with the first value again."""
        self.pos = 0


class Joiner:
    """`joiner(", ")`: nothing at the first call, the separator at every other."""

    def __init__(self, separator: str = ", ") -> None:
        self.separator = separator
        self.used = False

    def __call__(self) -> str:
        used, self.used = self.used, True
        return self.separator if used else ""


def assign(namespace: Any, name: str, value: Any) -> None:
    """`{% set namespace.name = value %}`; other objects are not for templates to change."""
    if not isinstance(namespace, Namespace):
        kind = type(namespace).__name__
        raise TemplateError(f"{name!r} can be set on a namespace() only, not on a {kind!r}")
    namespace[name] = value


GLOBALS = {
    "range": range,
    "dict": dict,
    "namespace": Namespace,
    "cycler": Cycler,
    "joiner": Joiner,
}
"""The functions that every template has."""

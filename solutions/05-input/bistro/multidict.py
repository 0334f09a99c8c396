"""A dictionary whose keys may have several values, as the fields of a form may.

What a guest hands over is read into this: query strings, form fields, uploads. The spellings are
those of Werkzeug, and so of Flask.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    V = TypeVar("V")


class MultiDict(MutableMapping[str, "V"]):
    """An ordered mapping in which a key has one value or more.

    `d[key]`, `get`, `items` and `values` speak of a key's first value; `getlist`, `lists` and
    `items(multi=True)` of all. A key without values is not in the mapping.
    """

    __slots__ = ("_lists",)

    def __init__(
        self,
        values: Mapping[str, V | list[V] | tuple[V, ...]] | Iterable[tuple[str, V]] = (),
    ) -> None:
        """Take pairs, in which a key may repeat, or a mapping, whose lists are several values."""
        self._lists: dict[str, list[V]] = {}
        if values:
            self.update(values)

    @classmethod
    def from_lists(cls, lists: dict[str, list[V]]) -> MultiDict[V]:
        """Return a MultiDict around `lists`, which it keeps: no list may be empty."""
        adopted = cls.__new__(cls)
        adopted._lists = lists
        return adopted

    def __getitem__(self, key: str) -> V:
        """Return the first value of `key`; raises `KeyError` with the key in it."""
        return self._lists[key][0]

    def __setitem__(self, key: str, value: V) -> None:
        """Put `value` in the place of all values of `key`."""
        self._lists[key] = [value]

    def __delitem__(self, key: str) -> None:
        """Remove `key` with all its values; raises `KeyError` with the key in it."""
        del self._lists[key]

    def __contains__(self, key: object) -> bool:
        return key in self._lists

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)

    def __eq__(self, other: object) -> bool:
        """Equal are the same values, in the same order for each key."""
        if not isinstance(other, MultiDict):
            return NotImplemented
        return self._lists == other._lists

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.items(multi=True))!r})"

    def add(self, key: str, value: V) -> None:
        """Add `value` behind the values that `key` has, or as its first."""
        self._lists.setdefault(key, []).append(value)

    def get(self, key: str, default: Any = None, type: Callable[[V], Any] | None = None) -> Any:
        """Return the first value of `key`, or `default` when there is none.

        `type` is a function such as `int`: its result is returned, and `default` when it raises
        `ValueError` or `TypeError`. `default` is not given to `type`.
        """
        if key not in self._lists:
            return default
        value = self._lists[key][0]
        if type is None:
            return value
        try:
            return type(value)
        except (ValueError, TypeError):
            return default

    def getlist(self, key: str, type: Callable[[V], Any] | None = None) -> list[Any]:
        """Return a new list of all values of `key` in their order, empty when there is none.

        With `type`, a list of its results; values for which it raises `ValueError` or `TypeError`
        are left out.
        """
        values = self._lists.get(key, [])
        if type is None:
            return list(values)
        results = []
        for value in values:
            try:
                results.append(type(value))
            except (ValueError, TypeError):
                continue
        return results

    def setlist(self, key: str, values: Iterable[V]) -> None:
        """Put `values` in the place of all values of `key`; no values remove it."""
        new = list(values)
        if new:
            self._lists[key] = new
        else:
            self._lists.pop(key, None)

    def update(  # type: ignore[override]
        self, values: Mapping[str, V | list[V] | tuple[V, ...]] | Iterable[tuple[str, V]] = ()
    ) -> None:
        """Add all of `values`, as the constructor takes them, to what is there."""
        if isinstance(values, MultiDict):
            pairs = values.items(multi=True)
        elif isinstance(values, Mapping):
            pairs = _flatten(values)
        else:
            pairs = iter(values)
        for key, value in pairs:
            self.add(key, value)

    def items(self, multi: bool = False) -> Iterator[tuple[str, V]]:  # type: ignore[override]
        """Go through the keys with their first values, or if `multi` with each of their values."""
        for key, values in self._lists.items():
            for value in values if multi else values[:1]:
                yield key, value

    def lists(self) -> Iterator[tuple[str, list[V]]]:
        """Go through the keys with new lists of all their values."""
        return ((key, list(values)) for key, values in self._lists.items())

    def to_dict(self, flat: bool = True) -> dict[str, Any]:
        """Return a plain dict: to the first values or, if not `flat`, to lists of all."""
        return dict(self.items() if flat else self.lists())

    def copy(self) -> MultiDict[V]:
        """Return a MultiDict with the same values, which changes by itself."""
        return type(self).from_lists(dict(self.lists()))


def _flatten(mapping: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Go through a mapping's keys and values; lists and tuples are several values."""
    for key in mapping:
        value = mapping[key]
        for one in value if isinstance(value, (list, tuple)) else (value,):
            yield key, one

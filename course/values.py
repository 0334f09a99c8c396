"""How values are shown to a learner: on one line, clipped, and with the first difference marked."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

WIDTH = 66
"""Columns a value may take beside its label, in a report of 80 columns."""

_ADDRESS = re.compile(r" (object )?at 0x[0-9a-fA-F]+")
_NAMED_ESCAPES = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x5C: "\\\\", 0x27: "\\'"}


@dataclass(frozen=True)
class Difference:
    """Two values side by side, cut to the same window; `caret` is a column in both, or -1."""

    got: str
    expected: str
    caret: int = -1
    note: str = ""


def show(value: object, width: int = WIDTH) -> str:
    """The value's repr on one line, at most `width` columns, without memory addresses."""
    return clip(literal(value), width)


def clip(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    return text[: width - 1] + "…"


def literal(value: object) -> str:
    """The whole repr; equal beginnings of equal values give equal beginnings of text."""
    if type(value) is bytes:
        return f"b'{''.join(map(visible, value))}'"
    if type(value) is bytearray:
        return f"bytearray({literal(bytes(value))})"
    if type(value) in (list, tuple):
        return _sequence(value)
    if type(value) is dict:
        pairs = (f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001 - a learner's __repr__ may raise anything at all
        text = f"<{type(value).__name__}, whose repr raises {type(error).__name__}>"
    return _ADDRESS.sub("", text).replace("\n", "\\n")


def visible(byte: int) -> str:
    """One byte as it stands in a bytes literal: `a`, `\\r`, `\\x00`."""
    if byte in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[byte]
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}"


def _sequence(value: Any) -> str:
    inside = ", ".join(map(literal, value))
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside},)" if len(value) == 1 else f"({inside})"


def compare(got: object, expected: object) -> Difference:
    """Show two values that should have been equal, with a caret under the first wrong place."""
    if isinstance(got, bytes | bytearray) and isinstance(expected, bytes | bytearray):
        return _compare_text(bytes(got), bytes(expected))
    if isinstance(got, str) and isinstance(expected, str):
        return _compare_text(got, expected)
    left, right = literal(got), literal(expected)
    if left == right:
        note = f"they look alike, but got is of type {_type(got)} and expected of {_type(expected)}"
        note = note if type(got) is not type(expected) else "they look alike, but are not equal"
        return Difference(clip(left, WIDTH), clip(right, WIDTH), note=note)
    column = first_difference(left, right)
    if type(got) is not type(expected):
        return Difference(*_window(left, right, 0 if column < WIDTH else column))
    path = where(got, expected)
    shown = _window(left, right, column)
    if not path:
        return Difference(*shown)
    return Difference(*shown, caret=_shift(left, right, column), note=path)


def _type(value: object) -> str:
    return type(value).__name__


def _compare_text(got: Any, expected: Any) -> Difference:
    index = first_difference(got, expected)
    column = len(_escaped(got[:index]))
    left, right = _escaped(got), _escaped(expected)
    prefix = "'" if isinstance(got, str) else "b'"
    left, right, column = f"{prefix}{left}'", f"{prefix}{right}'", column + len(prefix)
    return Difference(
        *_window(left, right, column),
        caret=_shift(left, right, column),
        note=_wrong_unit(got, expected, index),
    )


def _escaped(text: Any) -> str:
    if isinstance(text, str):
        return text.encode("unicode_escape").decode("ascii").replace("'", "\\'")
    return "".join(map(visible, text))


def _wrong_unit(got: Any, expected: Any, index: int) -> str:
    unit = "character" if isinstance(got, str) else "byte"
    if not got:
        return "it is empty"
    if index == len(got):
        return f"{unit} {index}: {_unit(expected, index)} and what follows it is missing"
    if index == len(expected):
        return f"{unit} {index}: it should end here"
    return f"{unit} {index}: got {_unit(got, index)}, expected {_unit(expected, index)}"


def _unit(text: Any, index: int) -> str:
    shown = _escaped(text[index : index + 1])
    return "a space" if shown == " " else shown


def first_difference(left: Any, right: Any) -> int:
    """The index of the first place where two sequences differ (the shorter one's end counts)."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def where(got: Any, expected: Any) -> str:
    """The way to the first different part of two values of one type: `[2].name`, or nothing."""
    if type(got) is not type(expected):
        return ""
    for step, left, right in _parts(got, expected):
        if left is _MISSING:
            return f"{step} is missing"
        if right is _MISSING:
            return f"{step} should not be there"
        if not _equal(left, right):
            return _join(step, where(left, right))
    return ""


_MISSING = object()


def _join(step: str, rest: str) -> str:
    return f"{step}{rest}" if rest else f"{step} is wrong"


def _equal(left: Any, right: Any) -> bool:
    try:
        return bool(left == right)
    except Exception:  # noqa: BLE001 - a learner's __eq__ may raise anything at all
        return False


def _parts(got: Any, expected: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(got, list | tuple):
        size = max(len(got), len(expected))
        return [(f"[{i}]", _item(got, i), _item(expected, i)) for i in range(size)]
    if isinstance(got, dict):
        keys = [*expected, *(key for key in got if key not in expected)]
        return [(f"[{key!r}]", got.get(key, _MISSING), expected.get(key, _MISSING)) for key in keys]
    if dataclasses.is_dataclass(got):
        names = [field.name for field in dataclasses.fields(got) if field.compare]
        return [(f".{n}", getattr(got, n, _MISSING), getattr(expected, n)) for n in names]
    return []


def _item(values: Any, index: int) -> Any:
    return values[index] if index < len(values) else _MISSING


def _start(left: str, right: str, column: int) -> int:
    if max(len(left), len(right)) <= WIDTH:
        return 0
    return 0 if column < WIDTH * 3 // 4 else column - WIDTH // 2


def _window(left: str, right: str, column: int) -> tuple[str, str]:
    start = _start(left, right, column)
    return _cut(left, start), _cut(right, start)


def _cut(text: str, start: int) -> str:
    head = "…" if start else ""
    return clip(head + text[start:], WIDTH)


def _shift(left: str, right: str, column: int) -> int:
    start = _start(left, right, column)
    return column - start + (1 if start else 0)

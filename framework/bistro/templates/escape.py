"""Text made safe for HTML, and the type of text that is safe already.

What a guest has typed must not become markup: `text` and `escape` write the five characters that
could as character references. `Markup` is text that needs this no more, and that stays safe: what
is put together with it is escaped on the way. It behaves as MarkupSafe's does.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Self, SupportsIndex

# ---- Escaping ------------------------------------------------------------------------------------


def text(value: object) -> str:
    """Return `value` as a plain `str` that may stand in HTML, in text and in a quoted attribute.

    `&`, `<`, `>`, `"` and `'` become `&amp;`, `&lt;`, `&gt;`, `&#34;` and `&#39;`. What has a
    method `__html__`, as `Markup` has, knows its own HTML: what the method returns is taken as it
    is. Anything else is turned into text by `str`. Raises what the method or `str` raises.
    """
    kind = type(value)
    if kind is not str:
        if kind is int or kind is float or kind is Markup:
            return str(value)
        if hasattr(value, "__html__"):
            return str.__str__(str(value.__html__()))
        value = str.__str__(str(value))  # `str` of an object may be of a class of its own
    plain: str = value  # type: ignore[assignment]
    if "&" in plain:
        plain = plain.replace("&", "&amp;")
    if "<" in plain:
        plain = plain.replace("<", "&lt;")
    if ">" in plain:
        plain = plain.replace(">", "&gt;")
    if '"' in plain:
        plain = plain.replace('"', "&#34;")
    if "'" in plain:
        plain = plain.replace("'", "&#39;")
    return plain


def escape(value: object) -> Markup:
    """Return what `text` makes of `value` as `Markup`, so that it is not escaped once more."""
    return str.__new__(Markup, text(value))


# ---- Text that is safe ---------------------------------------------------------------------------


class Markup(str):
    """Text that is HTML already, because it was escaped or because its author says so.

    `Markup(value)` escapes nothing: it takes what `value.__html__()` returns where there is such a
    method, else `str(value)`; bytes need an `encoding`. Methods that return text in `str` return
    Markup here, and escape the text they are given to put in: `Markup("<b>%s</b>") % name`.
    """

    __slots__ = ()

    def __new__(
        cls, value: object = "", encoding: str | None = None, errors: str = "strict"
    ) -> Self:
        """Take `value` for safe; `encoding` and `errors` are for bytes, as `str` takes them."""
        if hasattr(value, "__html__"):
            value = value.__html__()
        if encoding is None:
            return super().__new__(cls, value)
        return super().__new__(cls, value, encoding, errors)  # type: ignore[call-overload,no-any-return]

    @classmethod
    def escape(cls, value: object) -> Self:
        """Return `value` escaped, as this class."""
        return str.__new__(cls, text(value))

    def __html__(self) -> Self:
        return self

    def __html_format__(self, spec: str) -> Self:
        """Return the text for a field of `Markup.format`; `ValueError` unless `spec` is empty."""
        if spec:
            raise ValueError(
                f"Markup in a format string takes no format specification, not {spec!r}"
            )
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({super().__repr__()})"

    def unescape(self) -> str:
        """Return the text with each character reference replaced by its character; tags stay."""
        from html import unescape

        return unescape(str(self))

    def striptags(self) -> str:
        """Return the text without tags and comments, unescaped, each run of blanks one space.

        What a `<` begins and nothing ends stays, with all behind it.
        """
        html = str(self)
        kept = []
        position = 0
        while (start := html.find("<", position)) >= 0:
            end = _end_of_tag(html, start)
            if end < 0:
                break
            kept.append(html[position:start])
            position = end
        kept.append(html[position:])
        return Markup(" ".join("".join(kept).split())).unescape()

    # Put together with other text: that is escaped.

    def __add__(self, other: object) -> Self:
        """Return both texts, `other` escaped; only with text, or what has `__html__`."""
        if isinstance(other, str) or hasattr(other, "__html__"):
            return type(self)(super().__add__(text(other)))
        return NotImplemented

    def __radd__(self, other: object) -> Self:
        if isinstance(other, str) or hasattr(other, "__html__"):
            return type(self)(str.__add__(text(other), self))
        return NotImplemented

    def join(self, parts: Iterable[object], /) -> Self:
        """Return the parts, which need not be text, escaped, with this text between them."""
        return type(self)(super().join(map(text, parts)))

    def replace(self, old: str, new: str, count: SupportsIndex = -1, /) -> Self:
        """Return the text with `new`, escaped, for `old`: the first `count` times, -1 is always."""
        return type(self)(super().replace(old, text(new), count))

    def __mod__(self, values: object) -> Self:
        """Fill in `values`, a tuple, a mapping or one value, as `str % values` does, escaped."""
        wrapped: object = (_Value(values),)
        if isinstance(values, tuple):
            wrapped = tuple(map(_Value, values))
        elif hasattr(type(values), "__getitem__") and not isinstance(values, str):
            wrapped = _Value(values)
        return type(self)(super().__mod__(wrapped))

    def format(self, *values: object, **named: object) -> Self:
        """Fill in the fields as `str.format` does, each escaped after its formatting.

        A value that has `__html_format__(spec)` is formatted by it. Raises `ValueError` for a
        value that has only `__html__` in a field with a format specification.
        """
        return type(self)(_format(self, values, named))

    def format_map(self, named: Mapping[str, object], /) -> Self:  # type: ignore[override]
        """Fill in the fields from `named`, as `format` does."""
        return type(self)(_format(self, (), named))

    # Taken apart: each piece is safe, as the whole was.

    def split(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[Self]:  # type: ignore[override]
        return list(map(type(self), super().split(sep, maxsplit)))

    def rsplit(self, sep: str | None = None, maxsplit: SupportsIndex = -1) -> list[Self]:  # type: ignore[override]
        return list(map(type(self), super().rsplit(sep, maxsplit)))

    def splitlines(self, keepends: bool = False) -> list[Self]:  # type: ignore[override]
        return list(map(type(self), super().splitlines(keepends)))

    def partition(self, sep: str, /) -> tuple[Self, Self, Self]:
        before, found, behind = super().partition(sep)
        return type(self)(before), type(self)(found), type(self)(behind)

    def rpartition(self, sep: str, /) -> tuple[Self, Self, Self]:
        before, found, behind = super().rpartition(sep)
        return type(self)(before), type(self)(found), type(self)(behind)


UNCHANGED_IN_KIND = (
    "__getitem__ __mul__ __rmul__ capitalize casefold expandtabs lower lstrip removeprefix "
    "removesuffix rstrip strip swapcase title translate upper zfill"
).split()
"""Methods of `str` that put nothing new into the text: with them Markup stays Markup."""
FILLING = ("center", "ljust", "rjust")
"""Methods of `str` that fill up with a character, which has to be escaped."""


def _same_kind(name: str) -> Callable[..., Markup]:
    """Return the method of `str` of this name, with Markup for its result."""
    plain = getattr(str, name)

    def method(self: Markup, *args: object, **kwargs: object) -> Markup:
        return type(self)(plain(self, *args, **kwargs))

    method.__name__ = name
    return method


def _filling(name: str) -> Callable[..., Markup]:
    """Return the method of `str` of this name, with its fill character escaped."""
    plain = getattr(str, name)

    def method(self: Markup, width: SupportsIndex, fillchar: str = " ", /) -> Markup:
        return type(self)(plain(self, width, text(fillchar)))

    method.__name__ = name
    return method


for _name in UNCHANGED_IN_KIND:
    setattr(Markup, _name, _same_kind(_name))
for _name in FILLING:
    setattr(Markup, _name, _filling(_name))

# ---- What Markup needs ---------------------------------------------------------------------------


def _end_of_tag(html: str, start: int) -> int:
    """Return where the tag or comment that begins at `start` is over, or -1 when it never is."""
    comment = html.startswith("<!--", start)
    closing = "-->" if comment else ">"
    end = html.find(closing, start + 4 if comment else start)
    return end if end < 0 else end + len(closing)


def _format(markup: str, values: Sequence[object], named: Mapping[str, object]) -> str:
    """Return `markup` with its fields filled in and escaped."""
    from string import Formatter

    formatter = Formatter()
    formatter.format_field = format_field  # type: ignore[method-assign]
    return formatter.vformat(markup, values, named)


def format_field(value: Any, format_spec: str) -> str:
    """Return what a field of `Markup.format` becomes: the value, formatted and then escaped.

    What `__html_format__` or `__html__` return is escaped too, unless it is Markup.
    """
    if hasattr(value, "__html_format__"):
        return text(value.__html_format__(format_spec))
    if not hasattr(value, "__html__"):
        return text(format(value, str(format_spec)))
    if format_spec:
        raise ValueError(
            f"{type(value).__name__} has __html__ but not __html_format__, so that it takes no "
            f"format specification, not {str(format_spec)!r}"
        )
    return text(value.__html__())


class _Value:
    """A value for `%`, which is escaped when it is asked for its text."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, key: object) -> _Value:
        return _Value(self.value[key])

    def __str__(self) -> str:
        return text(self.value)

    def __repr__(self) -> str:
        return text(repr(self.value))

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

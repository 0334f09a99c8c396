"""Paths with parameters: `/dishes/<int:id>` taken apart, texts made into values, and back.

Each parameter has a converter, which knows the texts it takes. Nothing here knows of requests or
handlers; routing, above, makes a map of many paths.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from bistro.sockets import BistroError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    Part: TypeAlias = "str | Parameter"
    Segment = Sequence[Part]
    Order = tuple[int, list[int], int, list[int]]
    Shape = tuple[tuple[object, ...], ...]

PART = re.compile(  # of a route's path: a slash, text, or a parameter
    r"""
      /
    | (?P<text>[^/<>]+)
    | <(?:(?P<converter>[A-Za-z_][A-Za-z0-9_]*)(?:\((?P<arguments>[^()]*)\))?:)?
       (?P<name>[A-Za-z_][A-Za-z0-9_]*)>
    """,
    re.VERBOSE,
)
SEGMENT_SAFE = "!$&'()*+,;=:@~"
"""What stands in a segment as it is, besides letters, digits and `-._`: RFC 3986 section 3.3."""
MAX_SEGMENT = 255
"""Characters in a segment that a pattern with several parameters is tried on."""


class RoutingError(BistroError):
    """A route can't be registered, or no URL can be built; the message says why."""


class Converter:
    """What a parameter such as `<int:id>` takes. The base of all; `str` without arguments.

    `pattern` is the regular expression that the text has to match in full. Of several that take a
    text the one with the lowest `rank` is tried first. With `multi` it takes slashes, too.
    """

    pattern = "[^/]+"
    rank = 100
    multi = False

    def to_python(self, text: str) -> Any:
        """Return the value for a text that matches `pattern`; `ValueError` refuses it after all."""
        return text

    def to_text(self, value: Any) -> str:
        """Return the text for a value. Raises `ValueError` or `TypeError` where there is none."""
        return str(value)


class Text(Converter):
    """`str`: a segment, of `minlength` to `maxlength` characters or `length`."""

    def __init__(
        self, minlength: int = 1, maxlength: int | None = None, length: int | None = None
    ) -> None:
        if length is not None:
            minlength = maxlength = length
        if (minlength, maxlength) != (1, None):
            most = "" if maxlength is None else f"{maxlength:d}"
            self.pattern = f"[^/]{{{minlength:d},{most}}}"


class Integer(Converter):
    """`int`: ASCII digits, with `signed` a minus before them; from `min` to `max`."""

    pattern = "[0-9]+"
    rank = 40
    number: type = int

    def __init__(
        self,
        min: float = float("-inf"),  # noqa: A002 - Werkzeug's spelling
        max: float = float("inf"),  # noqa: A002
        signed: bool = False,
    ) -> None:
        self.min = min
        self.max = max
        if signed:
            self.pattern = "-?" + self.pattern

    def to_python(self, text: str) -> Any:
        """Return the number. Raises `ValueError` for one that is not from `min` to `max`."""
        raise NotImplementedError("step 7.2: write Integer.to_python")


class Float(Integer):
    """`float`: digits, a point and digits; `min`, `max` and `signed` as for `int`."""

    pattern = r"[0-9]+\.[0-9]+"
    rank = 50
    number = float

    def to_text(self, value: Any) -> str:
        """Return the text, with a point also for a whole number."""
        return str(float(value))


class Path(Converter):
    """`path`: one or more segments, the slashes between them too."""

    pattern = "[^/].*?"
    rank = 200
    multi = True


class Key(Converter):
    """`uuid`: a UUID in its usual form; the value is a `uuid.UUID`. RFC 9562 section 4."""

    pattern = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
    rank = 30

    def to_python(self, text: str) -> Any:
        """Return the UUID."""
        import uuid

        return uuid.UUID(text)


class AnyOf(Converter):
    """`any(a,b)`: one of the texts given."""

    rank = 20

    def __init__(self, *items: object) -> None:
        texts = [str(item) for item in items]
        if not texts:
            raise ValueError("any needs the texts that it takes: any(lunch,dinner)")
        self.pattern = "|".join(map(re.escape, texts))
        self.multi = "/" in self.pattern


CONVERTERS: dict[str, type[Converter]] = {
    # What every router knows, by the names that paths use.
    "str": Text, "string": Text, "int": Integer, "float": Float, "path": Path, "uuid": Key,
    "any": AnyOf,
}  # fmt: skip


class Parameter:
    """One `<converter(arguments):name>` of a path.

    Those with an equal `key` take the same texts. Of those that take a text the one with the lowest
    `order` is to be tried first.
    """

    __slots__ = ("converter", "fullmatch", "key", "name", "order", "regex", "to_python")

    def __init__(self, name: str, converter: Converter, *arguments: Any) -> None:
        self.name = name
        self.converter = converter
        self.key = (type(converter), *arguments)
        self.order: Order = (0, [], -1, [converter.rank])
        self.regex = f"(?P<{name}>{converter.pattern})"
        self.fullmatch = re.compile(converter.pattern).fullmatch
        self.to_python = converter.to_python

    def read(self, text: str) -> tuple[Any, ...] | None:
        """Return the value for a text, alone in a tuple; `None` where the converter refuses it.

        It does so by its pattern, which has to match in full, or by a `ValueError`.
        """
        raise NotImplementedError("step 7.2: write Parameter.read")

    def write(self, value: Any) -> str:
        """Return the text for a value, quoted for a path: the way back from `read`.

        UTF-8 and percent-encoding for all but letters, digits, `-._` and `SEGMENT_SAFE`; a slash
        stands as it is where the converter is `multi`. Raises `ValueError` for a text that `read`
        would refuse, and as the converter's `to_text` does.
        """
        raise NotImplementedError("step 7.2: write Parameter.write")


class Pattern:
    """Text and parameters, as in `dish-<int:id>.png`, or several segments from a `multi` one on.

    `key` and `order` are as a parameter's: more text goes before less, as in Werkzeug.
    """

    __slots__ = ("fullmatch", "key", "order", "parameters")

    def __init__(self, segments: Sequence[Segment]) -> None:
        parts = [part for segment in segments for part in segment]
        texts = [part for part in parts if isinstance(part, str)]
        self.parameters = [part for part in parts if isinstance(part, Parameter)]
        self.key = shape_of(segments)
        self.order: Order = (
            -len(texts),
            [-len(text) for text in texts],
            -len(self.parameters),
            [parameter.converter.rank for parameter in self.parameters],
        )
        self.fullmatch = re.compile(regex_of(segments)).fullmatch

    def read(self, text: str) -> tuple[Any, ...] | None:
        """Return the values of all parameters in a text; `None` where it does not fit.

        With several parameters, neither does a text with a segment over `MAX_SEGMENT`: trying all
        ways to divide it up takes the square of its length, or worse.
        """
        parameters = self.parameters
        if len(parameters) > 1 and max(map(len, text.split("/"))) > MAX_SEGMENT:
            return None
        match = self.fullmatch(text)
        if match is None:
            return None
        try:
            return tuple(parameter.to_python(match[parameter.name]) for parameter in parameters)
        except ValueError:
            return None


def parse_path(path: str, converters: Mapping[str, type[Converter]]) -> list[list[Part]]:
    """Return the segments of a route's path, each a list of its parts: texts and parameters.

    `"/dishes/<int:id>"` gives `[["dishes"], [Parameter]]`, `"/"` gives `[[]]`, and a slash at the
    end one empty segment more. Raises `RoutingError` for a path that does not begin with one slash,
    and no more; for a `<` or `>` that belongs to no parameter; for a name used twice; and as
    `make_parameter` does.
    """
    raise NotImplementedError("step 7.1: write parse_path")


def make_parameter(
    path: str, match: re.Match[str], converters: Mapping[str, type[Converter]]
) -> Parameter:
    """Return the parameter that `PART` has found in `path`; without a converter it is `str`.

    Raises `RoutingError` for a converter that is not known, or does not take the arguments.
    """
    kind = match["converter"] or "str"
    if kind not in converters:
        known = ", ".join(sorted(converters))
        raise RoutingError(f"{path!r}: no converter is called {kind!r}; there are {known}")
    try:
        arguments, options = parse_arguments(match["arguments"] or "")
        converter = converters[kind](*arguments, **options)
        return Parameter(match["name"], converter, *arguments, *sorted(options.items()))
    except (TypeError, ValueError, re.error) as error:
        raise RoutingError(f"{path!r}: {error}") from error


def parse_arguments(text: str) -> tuple[list[Any], dict[str, Any]]:
    """Return a converter's arguments, those without a name and those with one.

    They are Python's literals, and words, which stand for themselves: `"min=1, max=9"` gives
    `[]` and `{"min": 1, "max": 9}`, `"lunch, 'tea time'"` gives `["lunch", "tea time"]` and `{}`.
    Raises `ValueError` for all else.
    """
    if not text:
        return [], {}
    import ast

    def value_of(node: ast.expr) -> Any:
        return node.id if isinstance(node, ast.Name) else ast.literal_eval(node)

    try:
        call: Any = ast.parse(f"f({text})", mode="eval").body
        options = {keyword.arg: value_of(keyword.value) for keyword in call.keywords}
        return [value_of(node) for node in call.args], options
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"({text}) can't be read; text of more than a word in quotes?") from error


def regex_of(segments: Sequence[Segment]) -> str:
    """Return the regular expression for segments, with a group for each parameter, by its name."""
    return "/".join(
        "".join(re.escape(part) if isinstance(part, str) else part.regex for part in segment)
        for segment in segments
    )


def shape_of(segments: Sequence[Segment]) -> Shape:
    """Return what is equal for segments that take the same texts, whatever names they give them."""
    return tuple(
        tuple(part if isinstance(part, str) else part.key for part in segment)
        for segment in segments
    )

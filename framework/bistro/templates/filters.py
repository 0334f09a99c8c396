"""The filters of the template language: what may stand behind `|`.

A filter is a function of the value and of what is in its parentheses: `{{ name|truncate(20) }}`
calls `truncate(name, 20)`. Names, parameters and results are Jinja's. What a filter needs besides
is said by a decorator, and the compiler puts it in front of the value. Attributes are looked up
through `bistro.templates.runtime`, so that no filter opens what a template must not reach.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import chain, groupby

from bistro.templates.errors import TemplateError
from bistro.templates.escape import Markup, escape, text
from bistro.templates.runtime import attribute as look_up_attribute
from bistro.templates.runtime import item as look_up_item
from bistro.templates.undefined import Undefined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Reversible, Sequence
    from typing import Any, Protocol, TypeVar

    F = TypeVar("F", bound=Callable[..., Any])
    Path = str | int | None
    Getter = Callable[[Any], Any]

    class FilterEnvironment(Protocol):
        """What filters and tests use of an environment."""

        filters: dict[str, Callable[..., Any]]
        tests: dict[str, Callable[..., Any]]
        undefined: type[Undefined]
        autoescape: bool


class FilterError(TemplateError, ValueError):
    """A filter was given an argument that it can do nothing with."""


# ---- What a filter asks for ----------------------------------------------------------------------


def pass_environment(function: F) -> F:
    """Mark a filter or test that wants the environment as its first argument."""
    function.passes = "environment"  # type: ignore[attr-defined]
    return function


def pass_autoescape(function: F) -> F:
    """Mark a filter that wants to know first whether output is escaped where it is used."""
    function.passes = "autoescape"  # type: ignore[attr-defined]
    return function


def pass_context(function: F) -> F:
    """Mark a filter that wants the template's context, a dict, as its first argument."""
    function.passes = "context"  # type: ignore[attr-defined]
    return function


# ---- Looking up attributes -----------------------------------------------------------------------


def split_path(path: Path) -> list[str | int]:
    """Return the parts of a path such as `"address.city"` or `"lines.0"`; digits are numbers.

    `None` has no parts; a path that is no text is itself the only part.
    """
    if path is None:
        return []
    if not isinstance(path, str):
        return [path]
    return [int(part) if part.isdecimal() else part for part in path.split(".")]


def getter(path: Path, undefined: type[Undefined], default: object = None) -> Getter:
    """Return a function that follows `path` from an object, as `object["a"]["b"]` in a template.

    What is not found is an `undefined`, or `default` if that is not `None`.
    """
    parts = split_path(path)

    def get(value: Any) -> Any:
        for part in parts:
            value = look_up_item(value, part, undefined)
            if default is not None and isinstance(value, Undefined):
                value = default
        return value

    return get


def sort_getter(path: Path, undefined: type[Undefined], case_sensitive: bool) -> Getter:
    """Return a function to compare objects by: it follows `path`, and may look at no case."""
    get = getter(path, undefined)
    if case_sensitive:
        return get
    return lambda value: ignore_case(get(value))


def ignore_case(value: Any) -> Any:
    """Return text in lower case, anything else as it is."""
    return value.lower() if isinstance(value, str) else value


@pass_environment
def attr(environment: FilterEnvironment, value: Any, name: str) -> Any:
    """Return the attribute `name`, never the item of that name; undefined when there is none."""
    found = look_up_attribute(value, name, environment.undefined)
    if hasattr(type(value), "__getitem__") and not hasattr(value, name):
        return environment.undefined(name, value)
    return found


# ---- Text ----------------------------------------------------------------------------------------


def soft_text(value: object) -> str:
    """Return text as it is, so that Markup stays Markup, and anything else as `str` has it."""
    return value if isinstance(value, str) else str(value)


def upper(value: object) -> str:
    """Return the text in upper case."""
    return soft_text(value).upper()


def lower(value: object) -> str:
    """Return the text in lower case."""
    return soft_text(value).lower()


def capitalize(value: object) -> str:
    """Return the text with its first character in upper case and all others in lower case."""
    return soft_text(value).capitalize()


def title(value: object) -> str:
    """Return the text with each word's first character in upper case, all others in lower case.

    A word begins behind blanks, `-` and opening brackets; an apostrophe begins none.
    """
    pieces = re.split(r"([-\s({\[<]+)", soft_text(value))
    return "".join([piece[0].upper() + piece[1:].lower() for piece in pieces if piece])


def trim(value: object, chars: str | None = None) -> str:
    """Return the text without blanks at both ends, or without the characters in `chars`."""
    return soft_text(value).strip(chars)


def center(value: object, width: int = 80) -> str:
    """Return the text in the middle of `width` characters."""
    return soft_text(value).center(width)


@pass_autoescape
def replace(autoescape: bool, value: object, old: str, new: str, count: int | None = None) -> str:
    """Return the text with `new` for `old`, only the first `count` times if that is given.

    Where output is escaped and one of the two is safe already, the text is escaped first.
    """
    times = -1 if count is None else count
    if not autoescape:
        return str(value).replace(str(old), str(new), times)
    safe = hasattr(value, "__html__")
    if hasattr(old, "__html__") or (hasattr(new, "__html__") and not safe):
        value = escape(value)
    return soft_text(value).replace(soft_text(old), soft_text(new), times)


def format_text(value: object, *args: object, **kwargs: object) -> str:
    """Return what `value % args`, or `value % kwargs`, makes of the text; not of both at once."""
    if args and kwargs:
        raise FilterError("format takes positional arguments or keyword arguments, not both")
    return soft_text(value) % (kwargs or args)


def truncate(
    value: Any,
    length: int = 255,
    killwords: bool = False,
    end: str = "...",
    leeway: int | None = None,
) -> Any:
    """Return the text cut to `length` characters with `end`, or as it is when it is hardly longer.

    Hardly is `leeway` characters, 5 if not given. The word that the cut goes through is dropped,
    unless `killwords`. Raises `FilterError` when `end` alone is longer than `length`.
    """
    spare = 5 if leeway is None else leeway
    if length < len(end):
        raise FilterError(
            f"truncate needs a length of {len(end)} at least for {end!r}, not {length}"
        )
    if spare < 0:
        raise FilterError(f"truncate needs a leeway of 0 at least, not {spare}")
    if len(value) <= length + spare:
        return value
    kept = value[: length - len(end)]
    if not killwords:
        kept = kept.rsplit(" ", 1)[0]
    return kept + end


def indent(value: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    """Return the text with each line but the first moved in by `width` spaces, or by that text.

    With `first`, the first line too; with `blank`, lines without text too.
    """
    padding, newline = width if isinstance(width, str) else " " * width, "\n"
    if isinstance(value, Markup):
        padding, newline = Markup(padding), Markup(newline)
    head, *rest = (value + newline).splitlines()
    moved = newline.join([head, *(padding + line if line or blank else line for line in rest)])
    return padding + moved if first else moved


def wordwrap(
    value: str,
    width: int = 79,
    break_long_words: bool = True,
    wrapstring: str | None = None,
    break_on_hyphens: bool = True,
) -> str:
    """Return the text with its lines broken at words so that none is longer than `width`.

    The pieces are joined with `wrapstring`, a line end if not given. A word that is longer than a
    line is broken if `break_long_words`, and any at its hyphens if `break_on_hyphens`.
    """
    from textwrap import wrap

    newline = "\n" if wrapstring is None else wrapstring
    lines = [
        wrap(
            line,
            width=width,
            expand_tabs=False,
            replace_whitespace=False,
            break_long_words=break_long_words,
            break_on_hyphens=break_on_hyphens,
        )
        for line in value.splitlines()
    ]
    return newline.join([newline.join(line) for line in lines])


def wordcount(value: object) -> int:
    """Return the number of words: runs of letters, digits and `_`."""
    return len(re.findall(r"\w+", soft_text(value)))


def pprint(value: object) -> str:
    """Return a nested value over several lines, to be read while looking for a mistake."""
    from pprint import pformat

    return pformat(value)


# ---- HTML ----------------------------------------------------------------------------------------


def safe(value: object) -> Markup:
    """Return the value as Markup, unescaped: only for what is known to be HTML."""
    return Markup(value)


def forceescape(value: Any) -> Markup:
    """Return the value escaped, even if it is Markup."""
    if hasattr(value, "__html__"):
        value = value.__html__()
    return escape(str(value))


def striptags(value: Any) -> str:
    """Return the text without tags and comments, unescaped, each run of blanks one space."""
    if hasattr(value, "__html__"):
        value = value.__html__()
    return Markup(str(value)).striptags()


@pass_autoescape
def xmlattr(autoescape: bool, d: Mapping[str, object], autospace: bool = True) -> str:
    """Return a tag's attributes from a mapping: ` class="menu" id="list-4"`, values escaped.

    What is `None` or undefined is left out; `autospace` puts a space in front. Raises `FilterError`
    for a name with a blank, `/`, `>` or `=` in it, which would be more than a name.
    """
    pairs = []
    for name, value in d.items():
        if value is None or isinstance(value, Undefined):
            continue
        if re.search(r"[\s/>=]", name, re.ASCII):
            raise FilterError(f"xmlattr: {name!r} is no name of an attribute")
        pairs.append(f'{text(name)}="{text(value)}"')
    attributes = " ".join(pairs)
    if autospace and attributes:
        attributes = " " + attributes
    return Markup(attributes) if autoescape else attributes


def tojson(value: object, indent: int | None = None) -> Markup:
    """Return the value as JSON that may stand in a `<script>` or in a single-quoted attribute.

    `<`, `>`, `&` and `'` are written as `\\u003c` and so on. Keys are sorted; `indent` spreads it
    over lines. Raises `TypeError` for what JSON has no form for.
    """
    from json import dumps

    json = dumps(value, sort_keys=True, indent=indent)
    for character in "<>&'":
        json = json.replace(character, f"\\u{ord(character):04x}")
    return Markup(json)


# ---- URLs ----------------------------------------------------------------------------------------


def urlencode(value: Any) -> str:
    """Return text percent-encoded for a path, where `/` stays, or pairs or a mapping as a query."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return quote(value, "/")
    pairs = value.items() if isinstance(value, Mapping) else value
    return "&".join([f"{quote_plus(name)}={quote_plus(one)}" for name, one in pairs])


def quote(value: object, safe: str) -> str:
    """Return bytes, or text as UTF-8, with all but letters, digits, `_.-~` and `safe` as `%XX`."""
    from urllib.parse import quote_from_bytes

    data = value if isinstance(value, bytes) else str(value).encode()
    return quote_from_bytes(data, safe)


def quote_plus(value: object) -> str:
    """Return the value as it stands in a query: with `+` for a space."""
    return quote(value, "").replace("%20", "+")


WEB_ADDRESS = r"""(?xi)
    ^( (https?://|www\.) (([\w%-]+\.)+)? ([a-z]{2,63} | xn--[\w%]{2,59})  # with scheme or www
    | ([\w%-]{2,63}\.)+ (com|net|int|edu|gov|org|info|mil)                # a well-known ending
    | https?:// ( \d{1,3}(\.\d{1,3}){3} | \[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}] )  # a number
    )
    (:\d{1,5})? ([/?\#]\S*)? $                                            # port; path, query
"""
MAIL_ADDRESS = r"^\S+@\w[\w.-]*\.\w+$"
SCHEME = r"[\w.+-]{2,}:/{0,2}"
BRACKETS = (("(", ")"), ("<", ">"), ("&lt;", "&gt;"))


@pass_autoescape
def urlize(
    autoescape: bool,
    value: object,
    trim_url_limit: int | None = None,
    nofollow: bool = False,
    target: str | None = None,
    rel: str | None = None,
    extra_schemes: Iterable[str] | None = None,
) -> str:
    """Return the text, escaped, with its web and mail addresses made into links.

    Links show `trim_url_limit` characters at most, have `noopener`, what is in `rel` and with
    `nofollow` that as their `rel`, and `target`. `extra_schemes` are beginnings, such as `"tel:"`,
    that make a link too; raises `FilterError` for one that is no scheme with its colon.
    """
    schemes = tuple(extra_schemes or ())
    for scheme in schemes:
        if not re.fullmatch(SCHEME, scheme):
            raise FilterError(f'urlize: {scheme!r} is no scheme; one looks like "tel:" or "ftp://"')
    relations = {"noopener", *(rel or "").split(), *(["nofollow"] if nofollow else [])}
    attributes = f' rel="{text(" ".join(sorted(relations)))}"'
    if target:
        attributes += f' target="{text(target)}"'
    words = re.split(r"(\s+)", text(value))
    linked = "".join([link_word(word, trim_url_limit, attributes, schemes) for word in words])
    return Markup(linked) if autoescape else linked


def link_word(word: str, limit: int | None, attributes: str, schemes: tuple[str, ...]) -> str:
    """Return an escaped word as a link if it is an address, with the punctuation around it."""
    head, middle, tail = split_punctuation(word)
    if re.match(WEB_ADDRESS, middle):
        target = middle if middle.startswith(("http://", "https://")) else f"https://{middle}"
        shown = middle if limit is None or len(middle) <= limit else f"{middle[:limit]}..."
        middle = f'<a href="{target}"{attributes}>{shown}</a>'
    elif middle.startswith("mailto:") and re.match(MAIL_ADDRESS, middle[7:]):
        middle = f'<a href="{middle}">{middle[7:]}</a>'
    elif is_mail_address(middle):
        middle = f'<a href="mailto:{middle}">{middle}</a>'
    elif any(middle != scheme and middle.startswith(scheme) for scheme in schemes):
        middle = f'<a href="{middle}"{attributes}>{middle}</a>'
    return head + middle + tail


def is_mail_address(word: str) -> bool:
    """Say whether `word` is a mail address without a scheme."""
    if "@" not in word or ":" in word or word.startswith(("@", "www.")):
        return False
    return re.match(MAIL_ADDRESS, word) is not None


def split_punctuation(word: str) -> tuple[str, str, str]:
    """Split an escaped word: opening brackets in front, the word, closing ones and `.,` behind.

    Brackets that are closed only behind the word belong to it: `a(b).` ends in `.` alone.
    """
    opening = re.match(r"([(<]|&lt;)*", word)
    start = opening.end() if opening else 0
    end = len(word)
    while end > start and (word[end - 1] in ")>.," or word.endswith("&gt;", start, end)):
        end -= 1 if word[end - 1] in ")>.," else len("&gt;")
    for left, right in BRACKETS:
        opened = word.count(left, start, end)
        if opened <= word.count(right, start, end):
            continue
        for _ in range(min(opened, word.count(right, end))):
            end = word.index(right, end) + len(right)
    return word[:start], word[start:end], word[end:]


# ---- Numbers -------------------------------------------------------------------------------------


def to_int(value: Any, default: int = 0, base: int = 10) -> int:
    """Return the value as an integer, text read in `base`; `default` when it is no number.

    `"42.9"` is 42.
    """
    try:
        return int(value, base) if isinstance(value, str) else int(value)
    except (TypeError, ValueError, OverflowError):
        pass
    try:
        return int(float(value))
    except (TypeError, ValueError, OverflowError):
        return default


def to_float(value: Any, default: float = 0.0) -> float:
    """Return the value as a floating-point number, `default` when it is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return default


def round_number(value: Any, precision: int = 0, method: str = "common") -> Any:
    """Return the number rounded to `precision` digits behind the point.

    `method` is `"common"`, to the nearest, `"ceil"`, up, or `"floor"`, down; any other raises
    `FilterError`.
    """
    from math import ceil, floor

    if method == "common":
        return round(value, precision)
    if method not in ("ceil", "floor"):
        raise FilterError(f'round knows the methods "common", "ceil" and "floor", not {method!r}')
    scaled = value * 10**precision
    return (ceil(scaled) if method == "ceil" else floor(scaled)) / 10**precision


def filesizeformat(value: str | float, binary: bool = False) -> str:
    """Return a number of bytes as a guest reads it: `13.0 kB`, or if `binary` `12.7 KiB`."""
    size = float(value)
    base = 1024 if binary else 1000
    if size == 1:
        return "1 Byte"
    if size < base:
        return f"{int(size)} Bytes"
    power = 1
    while power < 8 and not size < base ** (power + 1):
        power += 1
    unit = "kMGTPEZY"[power - 1]
    suffix = f"{unit.upper()}iB" if binary else f"{unit}B"
    return f"{base * size / base ** (power + 1):.1f} {suffix}"


@pass_environment
def total(
    environment: FilterEnvironment, iterable: Iterable[Any], attribute: Path = None, start: Any = 0
) -> Any:
    """Return `start` and all items, or what is at `attribute` in them, added up."""
    return sum(map(getter(attribute, environment.undefined), iterable), start)


# ---- One item of many ----------------------------------------------------------------------------


def default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:
    """Return `default_value` for what is undefined, if `boolean` for all that counts as false."""
    if isinstance(value, Undefined) or (boolean and not value):
        return default_value
    return value


@pass_environment
def first(environment: FilterEnvironment, seq: Iterable[Any]) -> Any:
    """Return the first item, undefined when there is none."""
    for item in seq:
        return item
    return environment.undefined("first", message="the first item of nothing")


@pass_environment
def last(environment: FilterEnvironment, seq: Reversible[Any]) -> Any:
    """Return the last item, undefined when there is none."""
    for item in reversed(seq):
        return item
    return environment.undefined("last", message="the last item of nothing")


@pass_environment
def random_item(environment: FilterEnvironment, seq: Sequence[Any]) -> Any:
    """Return an item by chance, undefined when there is none."""
    from random import choice

    if not len(seq):
        return environment.undefined("random", message="a random item of nothing")
    return choice(seq)  # noqa: S311


@pass_environment
def smallest(
    environment: FilterEnvironment,
    value: Iterable[Any],
    case_sensitive: bool = False,
    attribute: Path = None,
) -> Any:
    """Return the item that is least, by `attribute` if given; undefined when there is none."""
    key = sort_getter(attribute, environment.undefined, case_sensitive)
    return extreme(environment, value, "min", partial(min, key=key))


@pass_environment
def largest(
    environment: FilterEnvironment,
    value: Iterable[Any],
    case_sensitive: bool = False,
    attribute: Path = None,
) -> Any:
    """Return the item that is greatest, by `attribute` if given; undefined when there is none."""
    key = sort_getter(attribute, environment.undefined, case_sensitive)
    return extreme(environment, value, "max", partial(max, key=key))


def extreme(environment: FilterEnvironment, value: Iterable[Any], name: str, choose: Getter) -> Any:
    """Return what `choose` takes of the items, undefined when there are none."""
    items = iter(value)
    for item in items:
        return choose(chain([item], items))
    return environment.undefined(name, message=f"the {name} of nothing")


# ---- Order and groups ----------------------------------------------------------------------------


def reverse(value: Any) -> Any:
    """Return text from behind, or an iterator over the items from behind."""
    if isinstance(value, str):
        return value[::-1]
    try:
        return reversed(value)
    except TypeError:
        pass
    try:
        return list(value)[::-1]
    except TypeError:
        raise FilterError(f"reverse: {type(value).__name__} has no items to go through") from None


@pass_environment
def sort(
    environment: FilterEnvironment,
    value: Iterable[Any],
    reverse: bool = False,
    case_sensitive: bool = False,
    attribute: Path = None,
) -> list[Any]:
    """Return a list of the items in order, by `attribute` if given: `"age,name"` is first by age.

    Equal items stay in the order they had, also with `reverse`.
    """
    paths = attribute.split(",") if isinstance(attribute, str) else [attribute]
    getters = [sort_getter(path, environment.undefined, case_sensitive) for path in paths]
    return sorted(value, key=lambda item: [get(item) for get in getters], reverse=reverse)


def dictsort(
    value: Mapping[Any, Any], case_sensitive: bool = False, by: str = "key", reverse: bool = False
) -> list[tuple[Any, Any]]:
    """Return a list of a mapping's pairs in order; raises `FilterError` for an unknown `by`."""
    if by not in ("key", "value"):
        raise FilterError(f'dictsort sorts by "key" or by "value", not by {by!r}')
    position = 0 if by == "key" else 1
    key = (
        (lambda pair: pair[position])
        if case_sensitive
        else (lambda pair: ignore_case(pair[position]))
    )
    return sorted(value.items(), key=key, reverse=reverse)


@pass_environment
def unique(
    environment: FilterEnvironment,
    value: Iterable[Any],
    case_sensitive: bool = False,
    attribute: Path = None,
) -> Iterator[Any]:
    """Go through the items without those that equal an earlier one, by `attribute` if given."""
    key = sort_getter(attribute, environment.undefined, case_sensitive)
    seen = set()
    for item in value:
        mark = key(item)
        if mark not in seen:
            seen.add(mark)
            yield item


class Group(tuple["Any", "list[Any]"]):
    """What `groupby` finds: what the items have in common, `grouper`, and the items, `list`."""

    __slots__ = ()

    @property
    def grouper(self) -> Any:
        """What is at the attribute in each item."""
        return self[0]

    @property
    def list(self) -> Any:
        """The items, in their order."""
        return self[1]


@pass_environment
def group_by(
    environment: FilterEnvironment,
    value: Iterable[Any],
    attribute: Path,
    default: Any = None,
    case_sensitive: bool = False,
) -> list[Group]:
    """Return a list of `Group`s, sorted by what is at `attribute`, `default` where nothing is."""
    get = getter(attribute, environment.undefined, default)

    def key(item: Any) -> Any:
        return get(item) if case_sensitive else ignore_case(get(item))

    groups = [list(items) for _, items in groupby(sorted(value, key=key), key)]
    return [Group((get(items[0]), items)) for items in groups]


def batch(value: Iterable[Any], linecount: int, fill_with: Any = None) -> Iterator[list[Any]]:
    """Go through lists of `linecount` items each; `fill_with`, if given, fills up the last."""
    line: list[Any] = []
    for item in value:
        if len(line) == linecount:
            yield line
            line = []
        line.append(item)
    if not line:
        return
    if fill_with is not None:
        line += [fill_with] * (linecount - len(line))
    yield line


def slice_items(value: Iterable[Any], slices: int, fill_with: Any = None) -> Iterator[list[Any]]:
    """Go through `slices` lists of almost equal length; `fill_with`, if given, makes them equal."""
    items = list(value)
    size, longer = divmod(len(items), slices)
    start = 0
    for number in range(slices):
        end = start + size + (number < longer)
        part = items[start:end]
        if fill_with is not None and number >= longer:
            part.append(fill_with)
        yield part
        start = end


def pairs_of(value: Any) -> Iterator[tuple[Any, Any]]:
    """Go through a mapping's pairs, through none when it is undefined; else raises `TypeError`."""
    if isinstance(value, Undefined):
        return
    if not isinstance(value, Mapping):
        raise TypeError(f"items: needs a mapping, not {type(value).__name__}")
    yield from value.items()


@pass_autoescape
def join(autoescape: bool, value: Iterable[Any], d: str = "", attribute: Path = None) -> str:
    """Return the items as text, or what is at `attribute` in them, with `d` between them.

    Where output is escaped and an item or `d` has `__html__`, what has not is escaped, and the
    result is Markup.
    """
    items = list(map(getter(attribute, Undefined), value) if attribute is not None else value)
    if not autoescape:
        return str(d).join(map(str, items))
    if type(d) is str and {str}.issuperset(map(type, items)):
        return d.join(items)  # most lists are of plain text: a sixth of the time
    parts = [item if hasattr(item, "__html__") else str(item) for item in items]
    if any(hasattr(part, "__html__") for part in [d, *parts]):
        return escape(d).join(parts)
    return str(d).join(parts)


# ---- Each item through a filter or a test --------------------------------------------------------


def bind(environment: FilterEnvironment, kind: str, name: str) -> Callable[..., Any]:
    """Return the environment's filter or test `name`, with what it wants in front of the value.

    `kind` is "filter" or "test". Raises `FilterError` when there is none, and for one that wants
    the context, which a filter does not have.
    """
    function = (environment.filters if kind == "filter" else environment.tests).get(name)
    if function is None:
        raise FilterError(f"there is no {kind} named {name!r}")
    passes = getattr(function, "passes", None)
    if passes is None:
        return function
    if passes == "context":
        raise FilterError(f"the {kind} {name!r} wants the context, which it can't be given here")
    return partial(function, environment if passes == "environment" else environment.autoescape)


@pass_environment
def map_items(
    environment: FilterEnvironment, value: Iterable[Any], *args: Any, **kwargs: Any
) -> Iterator[Any]:
    """Go through the items changed by a filter, or through what is at an attribute in them.

    `map("truncate", 20)` names the filter and its arguments; `map(attribute="city", default="-")`
    the attribute. Raises `FilterError` for anything else.
    """
    if not value:
        return
    if args:
        change = bind(environment, "filter", args[0])
        yield from (change(item, *args[1:], **kwargs) for item in value)
        return
    if "attribute" not in kwargs or kwargs.keys() - {"attribute", "default"}:
        raise FilterError(f"map takes a filter's name, or attribute and default, not {kwargs}")
    yield from map(getter(kwargs["attribute"], environment.undefined, kwargs.get("default")), value)


def checker(
    environment: FilterEnvironment, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Callable[[Any], Any]:
    """Return the test that `args` names with its arguments, or without a name `bool`."""
    if not args:
        return bool
    name, *rest = args
    test = bind(environment, "test", name)
    return lambda value: test(value, *rest, **kwargs)


def attribute_checker(
    environment: FilterEnvironment, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Callable[[Any], Any]:
    """Return what checks the attribute that the first of `args` names, as `checker` does."""
    if not args:
        raise FilterError(f"{name} needs the name of an attribute")
    get = getter(args[0], environment.undefined)
    check = checker(environment, args[1:], kwargs)
    return lambda value: check(get(value))


@pass_environment
def select(
    environment: FilterEnvironment, value: Iterable[Any], *args: Any, **kwargs: Any
) -> Iterator[Any]:
    """Go through the items that pass a test: `select("divisibleby", 3)`; without one, the true."""
    if value:
        yield from filter(checker(environment, args, kwargs), value)


@pass_environment
def reject(
    environment: FilterEnvironment, value: Iterable[Any], *args: Any, **kwargs: Any
) -> Iterator[Any]:
    """Go through the items that `select` would leave out."""
    if value:
        check = checker(environment, args, kwargs)
        yield from (item for item in value if not check(item))


@pass_environment
def selectattr(
    environment: FilterEnvironment, value: Iterable[Any], *args: Any, **kwargs: Any
) -> Iterator[Any]:
    """Go through the items whose attribute passes a test: `selectattr("price", "lt", 10)`."""
    if value:
        yield from filter(attribute_checker(environment, "selectattr", args, kwargs), value)


@pass_environment
def rejectattr(
    environment: FilterEnvironment, value: Iterable[Any], *args: Any, **kwargs: Any
) -> Iterator[Any]:
    """Go through the items that `selectattr` would leave out."""
    if value:
        check = attribute_checker(environment, "rejectattr", args, kwargs)
        yield from (item for item in value if not check(item))


# ---- All of them by name -------------------------------------------------------------------------

FILTERS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "attr": attr,
    "batch": batch,
    "capitalize": capitalize,
    "center": center,
    "count": len,
    "d": default,
    "default": default,
    "dictsort": dictsort,
    "e": escape,
    "escape": escape,
    "filesizeformat": filesizeformat,
    "first": first,
    "float": to_float,
    "forceescape": forceescape,
    "format": format_text,
    "groupby": group_by,
    "indent": indent,
    "int": to_int,
    "items": pairs_of,
    "join": join,
    "last": last,
    "length": len,
    "list": list,
    "lower": lower,
    "map": map_items,
    "max": largest,
    "min": smallest,
    "pprint": pprint,
    "random": random_item,
    "reject": reject,
    "rejectattr": rejectattr,
    "replace": replace,
    "reverse": reverse,
    "round": round_number,
    "safe": safe,
    "select": select,
    "selectattr": selectattr,
    "slice": slice_items,
    "sort": sort,
    "string": soft_text,
    "striptags": striptags,
    "sum": total,
    "title": title,
    "tojson": tojson,
    "trim": trim,
    "truncate": truncate,
    "unique": unique,
    "upper": upper,
    "urlencode": urlencode,
    "urlize": urlize,
    "wordcount": wordcount,
    "wordwrap": wordwrap,
    "xmlattr": xmlattr,
}
"""Each filter by its name in a template."""

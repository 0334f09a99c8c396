"""A failure as a learner meets it: what it holds, and how it is written down.

One failure takes at most 25 lines of 80 columns. The same rows make plain text (pytest) and a
renderable of rich (the watch screen).
"""

from __future__ import annotations

import dataclasses
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import TextWrapper
from typing import TYPE_CHECKING, Any

from course.values import clip

if TYPE_CHECKING:
    from rich.text import Text

COLUMNS = 80
LINES = 25
INDENT = 2
LABEL = 10
"""Columns of the label (`expected`) in front of what it names."""

TITLES = {
    "wrong-value": "wrong value",
    "wrong-bytes": "wrong bytes",
    "wrong-attribute": "the exception carries a wrong value",
    "missing-exception": "an exception is missing",
    "wrong-exception": "the wrong exception",
    "error-in-learner-code": "your code raised an exception",
    "error-in-test": "the test could not go on",
    "hang": "it hangs",
    "died": "Python ended in the middle",
    "exit": "your code ended Python",
    "import-error": "a file cannot be imported",
    "syntax-error": "a file is not valid Python",
    "stub": "not written yet",
}
"""Every kind of failure, and its name in the heading of a report."""


@dataclass(frozen=True)
class Line:
    """A line of code: the file relative to the course, the function it is in, its text."""

    file: str
    number: int
    function: str = ""
    source: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.number}"
        return f"{place}, in {self.function}" if self.function else place


@dataclass(frozen=True)
class Failure:
    """One failed test, as data; `kind` is a key of TITLES. Empty fields are not shown."""

    kind: str
    nodeid: str
    rule: str = ""
    """The test's docstring: the rule that was broken."""
    step: str = ""
    """The label of the test's step, such as "2.3"; empty outside the steps."""
    title: str = ""
    """The step's title."""
    message: str = ""
    """A sentence on what happened, where got and expected do not say it."""
    call: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    """The names in the call and what they stood for."""
    checked: str = ""
    """The expression that was compared, where it is not the call itself."""
    got: str = ""
    expected: str = ""
    caret: int = -1
    """The column of got and expected where they first differ; -1: not marked."""
    note: str = ""
    """What the caret points at."""
    lines: tuple[Line, ...] = ()
    """The learner's own lines, the one where it happened last."""
    look: Line | None = None
    """Where the function under test is defined, when none of its lines failed by itself."""
    test: Line | None = None
    printed: str = ""
    """What the learner's code printed, its end."""
    page: str = ""
    heading: str = ""
    """The heading on the page that tells about this step."""
    earlier: bool = False
    """The step had passed before: a later edit broke it."""

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Failure:
        fields = dict(data)
        for name in ("look", "test"):
            fields[name] = Line(**fields[name]) if fields.get(name) else None
        fields["lines"] = tuple(Line(**line) for line in fields.get("lines", ()))
        fields["call"] = tuple(fields.get("call", ()))
        fields["values"] = tuple((name, value) for name, value in fields.get("values", ()))
        return cls(**fields)

    @property
    def name(self) -> str:
        """The test's name without its file."""
        return self.nodeid.rpartition("::")[2]


@dataclass(frozen=True)
class Row:
    """Lines under one label; `style` names what they are, for colour."""

    label: str
    lines: tuple[str, ...]
    style: str = ""


STYLES = {
    "heading": "bold red",
    "rule": "bold",
    "got": "red",
    "expected": "green",
    "caret": "bold yellow",
    "place": "cyan",
    "code": "",
    "quiet": "dim",
}

_TIGHTER = ((4, 3, 4, 3), (3, 2, 2, 3), (2, 1, 1, 2), (1, 0, 0, 1))
"""Lines for the call, its values, the prints, and what was got; the first that fit are taken."""


def plain(failure: Failure) -> str:
    """The failure as text, at most 25 lines of 80 columns."""
    return "\n".join(text for _, text in _lines(failure))


def render(failure: Failure) -> Text:
    """The failure as a renderable of rich, with the same lines as `plain`."""
    from rich.text import Text

    shown = Text(no_wrap=True, overflow="ellipsis")
    for style, text in _lines(failure):
        head = INDENT + LABEL if style in ("got", "expected", "caret") else 0
        shown.append(text[:head], style="dim")
        shown.append(text[head:] + "\n", style=STYLES.get(style, ""))
    shown.rstrip()
    return shown


def one_line(failure: Failure) -> str:
    """The failure in one line: the rule that was broken, or the test's name where it has none."""
    return clip(failure.rule or failure.name, COLUMNS - INDENT)


def plain_all(failures: Sequence[Failure], most: int = 5) -> str:
    """The first failure in full, the others in a line each."""
    if not failures:
        return ""
    return "\n".join([plain(failures[0]), *more(failures, most)])


def render_all(failures: Sequence[Failure], most: int = 5) -> Text:
    """As `plain_all`, as a renderable of rich."""
    from rich.text import Text

    if not failures:
        return Text()
    shown = render(failures[0])
    for line in more(failures, most):
        shown.append("\n" + line, style="dim")
    return shown


def more(failures: Sequence[Failure], most: int = 5) -> list[str]:
    """What is said of the failures after the first."""
    others = failures[1:]
    if not others:
        return []
    same_step = all(failure.step == failures[0].step for failure in others)
    tests = "1 more test" if len(others) == 1 else f"{len(others)} more tests"
    verb = "fails" if len(others) == 1 else "fail"
    head = f"… and {tests}{' of this step' if same_step and failures[0].step else ''} {verb}"
    if all(failure.kind == "stub" for failure in failures):
        return ["", f"{head}, for the same reason."]
    rules = Counter(one_line(failure) for failure in others)
    listed = [f"  {clip(_times(rule, n), COLUMNS - INDENT)}" for rule, n in rules.items()]
    rest = [f"  … {len(listed) - most} more rules"] if len(listed) > most else []
    return ["", f"{head}:", *listed[:most], *rest]


def _times(rule: str, count: int) -> str:
    return rule if count == 1 else f"({count} tests) {rule}"


def _lines(failure: Failure) -> list[tuple[str, str]]:
    for limits in _TIGHTER:
        lines = [line for row in _rows(failure, *limits) for line in _laid_out(row)]
        if len(lines) <= LINES:
            return lines
    return lines[:LINES]


def _laid_out(row: Row) -> list[tuple[str, str]]:
    if not row.lines:
        return []
    if row.style == "heading":
        return [(row.style, line) for line in row.lines]
    indent = " " * INDENT
    if not row.label:
        return [(row.style, f"{indent}{line}".rstrip()) for line in row.lines]
    labels = [row.label] + [""] * (len(row.lines) - 1)
    return [
        (row.style, f"{indent}{label:<{LABEL}}{line}".rstrip())
        for label, line in zip(labels, row.lines, strict=True)
    ]


def _rows(failure: Failure, calls: int, values: int, prints: int, gots: int) -> list[Row]:
    blank = Row("", ("",))
    rows = [
        Row("", _heading(failure), "heading"),
        Row("", _wrapped(failure.rule, 3), "rule"),
        blank,
        Row("", _wrapped(failure.message, 4)),
        Row("called", _clipped(failure.call, calls), "code"),
        *_value_rows(failure, values),
        Row(_then(failure), _clipped((failure.checked,) if failure.checked else (), 1), "code"),
        Row("line" if failure.kind == "syntax-error" else "got", _value(failure.got, gots), "got"),
        Row("expected", _value(failure.expected, gots), "expected"),
        *_caret_rows(failure),
        blank,
        *_place_rows(failure),
        Row("printed", _printed(failure.printed, prints), "quiet"),
        Row("test", (str(failure.test),) if failure.test else (), "place"),
        Row("read", _read(failure), "place"),
    ]
    return _without_double_blanks(rows)


def _then(failure: Failure) -> str:
    """What the second expression is called: an assertion checks it, else it came after the call."""
    return (
        "checked" if failure.kind in ("wrong-value", "wrong-bytes", "wrong-attribute") else "then"
    )


def _without_double_blanks(rows: list[Row]) -> list[Row]:
    kept: list[Row] = []
    for row in rows:
        if not row.lines or (row.lines == ("",) and kept and kept[-1].lines == ("",)):
            continue
        kept.append(row)
    return kept


def _heading(failure: Failure) -> tuple[str, ...]:
    title = TITLES[failure.kind]
    step = f"{failure.step} {failure.title}: " if failure.step else f"{failure.name}: "
    heading = clip(f"{step}{title}", COLUMNS)
    if not failure.earlier:
        return (heading,)
    return (heading, f"Step {failure.step} had passed before; an edit since then broke it.")


def _wrapped(text: str, most: int) -> tuple[str, ...]:
    lines = textwrap.wrap(text, COLUMNS - INDENT, break_on_hyphens=False)
    if len(lines) > most:
        lines = [*lines[: most - 1], clip(lines[most - 1] + " …", COLUMNS - INDENT)]
    return tuple(lines)


def _clipped(lines: Sequence[str], most: int) -> tuple[str, ...]:
    width = COLUMNS - INDENT - LABEL
    shown = [part for line in lines for part in _folded(line, width)]
    if len(shown) > most:
        shown[most - 1] = clip(shown[most - 1], width - 2) + " …"
    return tuple(shown[:most])


def _folded(line: str, width: int) -> list[str]:
    """A line of code, gone on with in the next where it is too long, deeper by four columns."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    whole = TextWrapper(
        width, subsequent_indent=indent, break_on_hyphens=False, drop_whitespace=False
    )
    return [part.rstrip() for part in whole.wrap(line)]


def _value_rows(failure: Failure, most: int) -> list[Row]:
    width = COLUMNS - INDENT - LABEL
    texts = [clip(f"{name} = {value}", width) for name, value in failure.values[:most]]
    return [Row("with", tuple(texts), "code")]


def _value(text: str, most: int) -> tuple[str, ...]:
    if not text:
        return ()
    width = COLUMNS - INDENT - LABEL
    if len(text) <= width:
        return (text,)
    lines = textwrap.wrap(text, width, max_lines=most, placeholder=" …", break_on_hyphens=False)
    return tuple(lines)


def _caret_rows(failure: Failure) -> list[Row]:
    if failure.caret < 0:
        return [Row("", _wrapped(failure.note, 2), "caret")] if failure.note else []
    width = COLUMNS - INDENT - LABEL
    pad, note = " " * failure.caret, failure.note
    if failure.caret + 2 + len(note) <= width:
        return [Row(" ", (f"{pad}^ {note}",), "caret")]
    if len(note) + 1 <= failure.caret:
        return [Row(" ", (f"{note.rjust(failure.caret - 1)} ^",), "caret")]
    return [Row(" ", (f"{pad}^", clip(note, width)), "caret")]


def _place_rows(failure: Failure) -> list[Row]:
    if not failure.lines:
        return [Row("your code", (str(failure.look),), "place")] if failure.look else []
    rows = []
    labels = ["your code"] if len(failure.lines) == 1 else ["your code", "then"]
    width = COLUMNS - INDENT - LABEL
    for label, line in zip(labels, failure.lines[-2:], strict=True):
        source = (clip(f"    {line.source}", width),) if line.source else ()
        rows.append(Row(label, (str(line), *source), "place"))
    return rows


def _printed(text: str, most: int) -> tuple[str, ...]:
    lines = text.rstrip().splitlines()
    if not lines or not most:
        return ()
    cut = [f"… {len(lines) - most + 1} lines", *lines[1 - most :]] if most > 1 else lines[-1:]
    return tuple(clip(line, COLUMNS - INDENT - LABEL) for line in (lines, cut)[len(lines) > most])


def _read(failure: Failure) -> tuple[str, ...]:
    if not failure.page:
        return ()
    whole = f"{failure.page}, “{failure.heading}”" if failure.heading else failure.page
    if len(whole) <= COLUMNS - INDENT - LABEL:
        return (whole,)
    return (failure.page, clip(f"“{failure.heading}”", COLUMNS - INDENT - LABEL))

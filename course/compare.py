"""The learner's code beside the reference: whole files for a chapter, the functions for a step."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course import cut
from course.book import Chapter, Step
from course.cut import CutError

if TYPE_CHECKING:
    from rich.console import RenderableType

SIDE_BY_SIDE = 72
"""Narrower terminals get the two versions one under the other."""
CONTEXT = 3
"""Lines shown around a difference in a whole file."""


@dataclass(frozen=True)
class Pair:
    """Two versions of one thing; `missing` says why the learner's could not be taken."""

    title: str
    mine: list[str]
    theirs: list[str]
    whole: bool
    """Show every line, not only what surrounds the differences."""
    first: tuple[int, int] = (1, 1)
    """The line numbers at which the two begin."""
    missing: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the comparison: the numbers and texts of both sides; None where a side has none."""

    mine: tuple[int, str] | None
    theirs: tuple[int, str] | None

    @property
    def same(self) -> bool:
        return self.mine is not None and self.theirs is not None and self.mine[1] == self.theirs[1]


def pairs(found: Chapter | Step) -> list[Pair]:
    """What there is to compare in a chapter or a step."""
    if isinstance(found, Chapter):
        return [_files(found, Path(file)) for file in found.files]
    return [
        pair
        for name in found.writes
        for pair in _functions(found.chapter, Path(name.file), name.qualname)
    ]


def lines(pair: Pair) -> Iterator[Line | None]:
    """The lines of a comparison; None stands for lines left out."""
    matcher = difflib.SequenceMatcher(None, pair.mine, pair.theirs, autojunk=False)
    groups: Iterable[Iterable[tuple[str, int, int, int, int]]]
    groups = [matcher.get_opcodes()] if pair.whole else matcher.get_grouped_opcodes(CONTEXT)
    for number, group in enumerate(groups):
        if number:
            yield None
        for _, a, b, c, d in group:
            yield from _aligned(pair, range(a, b), range(c, d))


def render(pair: Pair, width: int) -> RenderableType:
    """The comparison as a renderable of rich that fits into `width` columns."""
    from rich.console import Group
    from rich.text import Text

    heading = Text(pair.title, style="bold")
    if pair.missing:
        return Group(heading, Text(pair.missing, style="yellow"), _stacked(pair))
    if pair.mine == pair.theirs:
        return Group(heading, Text("The same as the reference.", style="green"))
    return Group(heading, _beside(pair) if width >= SIDE_BY_SIDE else _stacked(pair))


def _beside(pair: Pair) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, expand=True, padding=(0, 1, 0, 0), header_style="bold dim")
    for title in ("yours", "the reference"):
        table.add_column("", justify="right", style="dim", width=4)
        table.add_column(title, ratio=1, overflow="fold")
    for line in lines(pair):
        if line is None:
            table.add_row("", Text("⋯", style="dim"), "", Text("⋯", style="dim"))
            continue
        styles = ("", "") if line.same else ("red", "green")
        cells: list[RenderableType] = []
        for side, style in zip((line.mine, line.theirs), styles, strict=True):
            number, text = side or ("", "")
            cells += [str(number), Text(text, style=style)]
        table.add_row(*cells)
    return table


def _stacked(pair: Pair) -> RenderableType:
    from rich.text import Text

    shown = Text()
    for line in lines(pair):
        if line is None:
            shown.append("⋯\n", style="dim")
        elif line.same and line.mine:
            shown.append(f"  {line.mine[1]}\n")
        else:
            if line.mine:
                shown.append(f"- {line.mine[1]}\n", style="red")
            if line.theirs:
                shown.append(f"+ {line.theirs[1]}\n", style="green")
    shown.rstrip()
    return shown


def _aligned(pair: Pair, mine: range, theirs: range) -> Iterator[Line]:
    for offset in range(max(len(mine), len(theirs))):
        left = mine[offset] if offset < len(mine) else None
        right = theirs[offset] if offset < len(theirs) else None
        yield Line(
            None if left is None else (left + pair.first[0], pair.mine[left]),
            None if right is None else (right + pair.first[1], pair.theirs[right]),
        )


def _files(chapter: Chapter, file: Path) -> Pair:
    mine, theirs = chapter.exercise_dir / file, chapter.solution_dir / file
    title = mine.relative_to(chapter.root).as_posix()
    missing = "" if mine.is_file() else "This file is not there."
    return Pair(title, _read(mine), _read(theirs), whole=False, missing=missing)


def _functions(chapter: Chapter, file: Path, qualname: str) -> list[Pair]:
    mine, theirs = chapter.exercise_dir / file, chapter.solution_dir / file
    title = f"{qualname}, in {mine.relative_to(chapter.root).as_posix()}"
    reference = _parts(_read(theirs), qualname)
    try:
        own = _parts(_read(mine), qualname)
    except (CutError, SyntaxError) as error:
        missing = f"Your version cannot be read: {error}"
        return [
            Pair(title, [], part, whole=True, first=(1, first), missing=missing)
            for first, part in reference
        ]
    if len(own) != len(reference):
        return [_files(chapter, file)]
    return [
        _bodies(Pair(title, left, right, whole=True, first=(first, second)))
        for (first, left), (second, right) in zip(own, reference, strict=True)
    ]


def _bodies(pair: Pair) -> Pair:
    """The pair without signature and docstring, where the learner has left them as they were."""
    head = _head(pair.theirs)
    if pair.mine == pair.theirs or pair.mine[:head] != pair.theirs[:head]:
        return pair
    mine, theirs = pair.first
    first = (mine + head, theirs + head)
    return dataclasses.replace(pair, mine=pair.mine[head:], theirs=pair.theirs[head:], first=first)


def _head(function: list[str]) -> int:
    """How many lines a function has up to the end of its docstring; none without a docstring."""
    defined = ast.parse(textwrap.dedent("\n".join(function))).body[0]
    if not isinstance(defined, ast.FunctionDef | ast.AsyncFunctionDef):
        return 0
    return defined.body[0].end_lineno or 0 if ast.get_docstring(defined) else 0


def _parts(text: list[str], qualname: str) -> list[tuple[int, list[str]]]:
    spans = cut.find("\n".join(text) + "\n", qualname)
    return [(span.first, text[span.first - 1 : span.last]) for span in spans]


def reference(step: Step) -> list[tuple[str, str]]:
    """The reference of a step's functions: where each stands, and its text."""
    found = []
    for name in step.writes:
        path = step.chapter.solution_dir / name.file
        for first, text in _parts(_read(path), name.qualname):
            where = f"{path.relative_to(step.chapter.root).as_posix()}:{first}"
            found.append((where, "\n".join(text)))
    return found


def _read(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []

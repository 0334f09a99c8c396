"""The model of the book: chapters and steps, read from the chapters' front matter.

Only the front matter is read, so loading takes a few milliseconds. What is wrong in it is a
BookError that names the page and the entry.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

CHAPTERS = "chapters"
EXERCISES = "exercises"
SOLUTIONS = "solutions"
TESTS = "tests"
PACKAGE = "bistro"
FRAMEWORK = PurePosixPath("framework", PACKAGE)

_FOLDER = re.compile(r"([0-9]{2})-([a-z0-9-]+)")
_LABEL = re.compile(r"([0-9]+)\.([0-9]+)")
_FENCE = "---\n"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BookError(LookupError):
    """A chapter or step that is not there, or front matter that cannot be used."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Writes:
    """A function or method that a step has the learner write."""

    module: str
    """Relative to the package: `sockets`, `orm.fields`."""
    qualname: str
    """Inside the module: `listen`, `Connection.read_until`."""
    file: PurePosixPath
    """Relative to the package's folder: `sockets.py`, `orm/fields.py`."""

    @property
    def name(self) -> str:
        """The whole name, as the front matter spells it."""
        return f"{self.module}.{self.qualname}"


@dataclass(frozen=True)
class Step:
    """One to three functions to write, and the tests that say when they are right."""

    chapter: Chapter = field(repr=False)
    number: int
    title: str
    writes: tuple[Writes, ...]
    tests: Path
    minutes: int
    hints: tuple[str, ...] = field(repr=False)

    @property
    def label(self) -> str:
        """How people and commands call the step: `3.2`."""
        return f"{self.chapter.number}.{self.number}"

    def __str__(self) -> str:
        return f"{self.label} {self.title}"


@dataclass(frozen=True, eq=False)
class Chapter:
    """One floor of the framework: some of its files, the page that explains them, and the steps."""

    root: Path = field(repr=False)
    number: int
    slug: str
    title: str
    part: str
    files: tuple[PurePosixPath, ...]
    minutes: int

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps in order."""
        entries = _list(self.page, _front_matter(self.page), "steps")
        if not entries:
            raise BookError(
                f"{self.page}: the list 'steps' is empty; a chapter has at least one step"
            )
        return tuple(_step(self, number, entry) for number, entry in enumerate(entries, 1))

    @property
    def folder(self) -> str:
        """The name of the chapter's folder wherever it has one: `03-wsgi`."""
        return f"{self.number:02}-{self.slug}"

    @property
    def page(self) -> Path:
        """The chapter's text."""
        return self.root / CHAPTERS / self.folder / "index.md"

    @property
    def restaurant(self) -> Path:
        """The chapter's pay-off, which the learner runs on their own code."""
        return self.page.with_name("restaurant.py")

    @property
    def tests(self) -> Path:
        """The folder of the chapter's tests."""
        return self.root / TESTS / self.folder

    @property
    def mistakes(self) -> Path:
        """The folder of plausible wrong versions that the tests must catch."""
        return self.tests / "mistakes"

    @property
    def exercise_dir(self) -> Path:
        """The folder `bistro` that the learner edits."""
        return self.root / EXERCISES / self.folder / PACKAGE

    @property
    def solution_dir(self) -> Path:
        """The folder `bistro` with the reference."""
        return self.root / SOLUTIONS / self.folder / PACKAGE

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class Book:
    """All chapters in order."""

    root: Path
    chapters: tuple[Chapter, ...]

    @classmethod
    def load(cls, root: Path) -> Book:
        """Read the front matter of every chapter under `root`; BookError where one is unusable."""
        pages = sorted((root / CHAPTERS).glob("[0-9][0-9]-*/index.md"))
        book = cls(root, tuple(_chapter(root, page) for page in pages))
        _check_owners(book)
        return book

    def chapter(self, number: int) -> Chapter:
        """The chapter of that number; BookError names the nearest there is."""
        for chapter in self.chapters:
            if chapter.number == number:
                return chapter
        if not self.chapters:
            raise BookError(f"there is no chapter {number}: {CHAPTERS}/ holds none")
        near = min(self.chapters, key=lambda chapter: abs(chapter.number - number))
        raise BookError(f"there is no chapter {number}; the nearest is {near}")

    def step(self, label: str) -> Step:
        """The step of a label such as `3.2`; BookError names the nearest there is."""
        match = _LABEL.fullmatch(label)
        if match is None:
            raise BookError(f"{label!r} is no step; a step is written as chapter.step, such as 3.2")
        steps = self.chapter(int(match[1])).steps
        number = int(match[2])
        if 1 <= number <= len(steps):
            return steps[number - 1]
        near = steps[0] if number < 1 else steps[-1]
        raise BookError(f"there is no step {label}; the nearest is {near}")

    def steps(self) -> Iterator[Step]:
        """Every step of every chapter, in order."""
        for chapter in self.chapters:
            yield from chapter.steps


def _chapter(root: Path, page: Path) -> Chapter:
    folder = _FOLDER.fullmatch(page.parent.name)
    if folder is None:
        raise BookError(f"{page.parent}: a chapter's folder is named like 07-routing")
    meta = _front_matter(page)
    chapter = Chapter(
        root=root,
        number=int(folder[1]),
        slug=folder[2],
        title=_text(page, meta, "title"),
        part=_text(page, meta, "part"),
        files=tuple(
            PurePosixPath(_str(page, "files", name)) for name in _list(page, meta, "files")
        ),
        minutes=_int(page, meta, "minutes"),
    )
    _ = chapter.steps  # read now, so that a fault in them is told by load()
    return chapter


def _step(chapter: Chapter, number: int, entry: Any) -> Step:
    where = f"{chapter.page}: step {number}"
    if not isinstance(entry, dict):
        raise BookError(f"{where}: a step is a mapping with title, writes, tests, minutes, hints")
    writes = _list(where, entry, "writes")
    return Step(
        chapter=chapter,
        number=number,
        title=_text(where, entry, "title"),
        writes=tuple(_writes(chapter, where, _str(where, "writes", name)) for name in writes),
        tests=chapter.tests / _text(where, entry, "tests"),
        minutes=_int(where, entry, "minutes"),
        hints=tuple(_str(where, "hints", hint) for hint in _list(where, entry, "hints")),
    )


def _writes(chapter: Chapter, where: str, name: str) -> Writes:
    """Split a name into module and qualname by the chapter's files."""
    for file in sorted(chapter.files, key=lambda file: len(file.parts), reverse=True):
        module = module_name(file)
        if name.startswith(module + "."):
            return Writes(module, name.removeprefix(module + "."), file)
    files = ", ".join(map(str, chapter.files))
    raise BookError(f"{where}: {name!r} is not in one of the chapter's files ({files})")


def module_name(file: PurePosixPath) -> str:
    """The module a file of the package is: `orm/fields.py` is `orm.fields`."""
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _check_owners(book: Book) -> None:
    """Each number, file and function belongs to one chapter; each function to one step."""
    owners: dict[object, Chapter | Step] = {}
    for chapter in book.chapters:
        steps = ((name, step) for step in chapter.steps for name in step.writes)
        files = ((file, chapter) for file in chapter.files)
        claims: Iterable[tuple[object, Chapter | Step]]
        claims = ((chapter.number, chapter), *files, *steps)
        for key, owner in claims:
            if key in owners:
                what = f"{key.name} is written" if isinstance(key, Writes) else f"{key} stands"
                raise BookError(f"{chapter.page}: {what} in {owners[key]} already")
            owners[key] = owner


def _front_matter(page: Path) -> dict[str, Any]:
    lines = []
    with page.open(encoding="utf-8") as file:
        if next(file, "") != _FENCE:
            raise BookError(f"{page}: the first line must be '---', which opens the front matter")
        for line in file:
            if line == _FENCE:
                break
            lines.append(line)
        else:
            raise BookError(f"{page}: the front matter has no closing '---'")
    try:
        meta = yaml.load("".join(lines), _Loader)  # noqa: S506  # a safe loader, in C where built
    except yaml.YAMLError as error:
        raise BookError(f"{page}: the front matter is not YAML: {error}") from error
    if not isinstance(meta, dict):
        raise BookError(f"{page}: the front matter must be a mapping with title, files, steps")
    return meta


def _get(where: object, meta: dict[str, Any], key: str) -> Any:
    if key in meta:
        return meta[key]
    near = difflib.get_close_matches(key, [str(name) for name in meta], n=1)
    raise BookError(f"{where}: {key!r} is missing" + (f"; is {near[0]!r} meant?" if near else ""))


def _text(where: object, meta: dict[str, Any], key: str) -> str:
    return _str(where, key, _get(where, meta, key))


def _int(where: object, meta: dict[str, Any], key: str) -> int:
    value = _get(where, meta, key)
    if type(value) is int and value > 0:
        return value
    raise BookError(f"{where}: {key!r} must be a whole number above 0, not {value!r}")


def _list(where: object, meta: dict[str, Any], key: str) -> list[Any]:
    value = _get(where, meta, key)
    if isinstance(value, list):
        return value
    raise BookError(f"{where}: {key!r} must be a list, not {value!r}")


def _str(where: object, key: str, value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise BookError(f"{where}: {key!r} must be text, not {value!r}")

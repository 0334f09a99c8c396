"""Sharp, first half: every plausible mistake in `tests/NN-slug/mistakes/` is caught by its test.

A mistake is a file whose docstring begins with two lines:

    replaces: sockets.Connection.read_until
    caught by: test_2_read.py::test_name

Functions of the named names, a method's written as a plain one, take the place of the framework's;
further definitions are put at the end of its file. Imports are left out: names mean what they mean
in the framework's file.
"""

from __future__ import annotations

import ast
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course import cut
from course.book import PACKAGE, Book, Chapter, Step
from course.proofs.runs import run
from course.proofs.violation import Violation

FEWEST = 3
"""Mistakes that each chapter has at least."""

_HEAD = re.compile(r"replaces: (?P<replaces>.+)\ncaught by: (?P<caught>\S+\.py::\S+)\n")
_INDENT = "    "


class MistakeError(ValueError):
    """A mistake's file that cannot be used."""


@dataclass(frozen=True)
class Mistake:
    """A wrong version, and the test that is to catch it."""

    path: Path
    replaces: tuple[str, ...]
    caught_by: str
    """A test's file and function, as in `test_2_read.py::test_name`."""
    source: str

    @classmethod
    def read(cls, path: Path) -> Mistake:
        """Read a mistake's file; MistakeError says what is wrong with it."""
        source = path.read_text(encoding="utf-8")
        try:
            docstring = ast.get_docstring(ast.parse(source)) or ""
        except SyntaxError as error:
            raise MistakeError(f"is not valid Python: {error}") from error
        head = _HEAD.match(docstring + "\n")
        if head is None:
            raise MistakeError("the docstring must begin with 'replaces: …' and 'caught by: …'")
        names = tuple(name.strip() for name in head["replaces"].split(","))
        return cls(path, names, head["caught"], source)


def sharp(book: Book, chapter: Chapter) -> list[Violation]:
    """Each mistake of the chapter makes the test fail that it names."""
    paths = sorted(chapter.mistakes.glob("*.py"))
    violations = []
    if len(paths) < FEWEST:
        what = f"has {len(paths)} mistakes; a chapter has at least {FEWEST}"
        cure = "think of what a learner would get wrong, and write it down"
        violations.append(Violation(chapter.number, "", what, f"{chapter.folder}/mistakes", cure))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: _uncaught(book, chapter, path), paths)
    return violations + [violation for violation in found if violation]


def _uncaught(book: Book, chapter: Chapter, path: Path) -> Violation | None:
    """What is wrong with one mistake, if anything."""
    where = f"{chapter.folder}/mistakes/{path.name}"
    step = ""
    try:
        mistake = Mistake.read(path)
        step = _step_of(chapter, mistake)
        _expect_caught(book, chapter, mistake)
    except (MistakeError, cut.CutError) as error:
        cure = "mend the mistake's file, or the test it names"
        return Violation(chapter.number, step, str(error), where, cure)
    return None


def _expect_caught(book: Book, chapter: Chapter, mistake: Mistake) -> None:
    """Run the test that the mistake names on it; MistakeError when it does not fail."""
    file, _, name = mistake.caught_by.partition("::")
    tests = chapter.tests / file
    if not tests.exists():
        raise MistakeError(f"there is no {file}")
    with tempfile.TemporaryDirectory(prefix="course-mistake-") as folder:
        place(book, chapter, mistake, Path(folder))
        named = run(book, [f"{tests}::{name}"], folder, "-x")
        if any(outcome.outcome == "failed" for outcome in named.outcomes):
            return
        whole = run(book, [tests], folder)
    if not whole.outcomes:
        raise MistakeError(f"the tests could not be run on it:\n{whole.broken or named.broken}")
    if not named.outcomes and not whole.broken:
        raise MistakeError(f"there is no test {name} in {file}")
    others = [outcome.name for outcome in whole.outcomes if outcome.outcome == "failed"]
    instead = f"; {others[0]} fails" if others else ""
    raise MistakeError(f"{mistake.caught_by} does not fail on it{instead}")


def place(book: Book, chapter: Chapter, mistake: Mistake, folder: Path) -> None:
    """Write the package up to this chapter, with the mistake in it, into `folder`."""
    cut.assemble(book, chapter, folder, filled=len(chapter.steps))
    by_file: dict[PurePosixPath, list[str]] = {}
    for name in mistake.replaces:
        file, qualname = _split(chapter, name)
        by_file.setdefault(file, []).append(qualname)
    for file, qualnames in by_file.items():
        path = folder / PACKAGE / file
        text = replaced(path.read_text(encoding="utf-8"), mistake.source, qualnames)
        path.write_text(text, encoding="utf-8", newline="\n")


def replaced(reference: str, mistake: str, qualnames: list[str]) -> str:
    """The reference with the functions named replaced by the mistake's of the same name."""
    lines = mistake.split("\n")
    definitions: dict[str, list[str]] = {}
    extra: list[str] = []
    wanted = {name.rpartition(".")[2]: name for name in qualnames}
    for node in ast.parse(mistake).body[1:]:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        text = lines[_first_line(node) - 1 : node.end_lineno]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in wanted:
            definitions[wanted[node.name]] = text
        else:
            extra += ["", "", *text]
    missing = [name for name in qualnames if name not in definitions]
    if missing:
        raise MistakeError(f"replaces {missing[0]}, and has no function of that name")
    result = reference
    for name, text in definitions.items():
        result = _put(result, name, text)
    return result + "\n".join([*extra, ""]) if extra else result


def _put(reference: str, qualname: str, text: list[str]) -> str:
    """Replace one function, at its indentation; decorators stay unless the new one has some."""
    spans = cut.find(reference, qualname)
    if len(spans) > 1:
        raise MistakeError(f"there are {len(spans)} functions {qualname}; replace another one")
    span = spans[0]
    lines = reference.split("\n")
    first = span.first
    if not text[0].startswith("@"):
        while lines[first - 1].lstrip().startswith("@") or not _opens(lines[first - 1]):
            first += 1
    indent = span.indent.removesuffix(_INDENT)
    return "\n".join([*lines[: first - 1], *_indented(text, indent), *lines[span.last :]])


def _opens(line: str) -> bool:
    return line.lstrip().startswith(("def ", "async def "))


def _indented(text: list[str], indent: str) -> list[str]:
    """The lines indented, but for those that begin inside a string."""
    inside = {
        line
        for node in ast.walk(ast.parse("\n".join(text)))
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
    }
    return [
        line if number in inside or not line else indent + line
        for number, line in enumerate(text, 1)
    ]


def _split(chapter: Chapter, name: str) -> tuple[PurePosixPath, str]:
    for step in chapter.steps:
        for writes in step.writes:
            if writes.name == name:
                return writes.file, writes.qualname
    names = ", ".join(writes.name for step in chapter.steps for writes in step.writes)
    raise MistakeError(f"replaces {name}, which no step of the chapter writes; they write {names}")


def _step_of(chapter: Chapter, mistake: Mistake) -> str:
    steps: list[Step] = [
        step for step in chapter.steps for writes in step.writes if writes.name in mistake.replaces
    ]
    return steps[0].label if steps else ""


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])

"""True: the page shows every line of the chapter's files, and what it says happens, happens."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from course.book import FRAMEWORK, Book, BookError, Chapter
from course.proofs import console
from course.proofs.markdown import Fence, fences, languages
from course.proofs.runs import environment
from course.proofs.violation import Violation
from course.site import listings
from course.site.directives import Directive, find

TIME_LIMIT = 60.0
"""Seconds for all Python examples of a page."""
NO_SKIPS = "COURSE_NO_SKIPS"

_PYTHON = ("python", "pycon")
_SHOWN = 3
"""Lines that are not shown, named in one violation."""


def true_(book: Book, chapter: Chapter) -> list[Violation]:
    """Every line of the chapter's files is on its page, and its examples come out as it says."""
    blocks = fences(chapter.page)
    return [
        *_unshown(book, chapter),
        *_python(book, chapter, languages(blocks, *_PYTHON)),
        *_console(book, chapter, languages(blocks, "console")),
    ]


def _unshown(book: Book, chapter: Chapter) -> Iterator[Violation]:
    """Lines of the chapter's files that no listing and no reference shows."""
    shown: dict[Path, set[int]] = {}
    for directive in find(chapter.page.read_text(encoding="utf-8")):
        try:
            for listing in _listings(book, directive):
                lines = range(listing.first_line, listing.last_line + 1)
                shown.setdefault(listing.file, set()).update(lines)
        except (listings.ListingError, BookError) as error:
            cure = "name what is in the framework"
            yield _violation(chapter, directive.line, str(error), cure)
    for name in chapter.files:
        file = Path(FRAMEWORK / name)
        text = (book.root / file).read_text(encoding="utf-8")
        absent = [
            (number, line)
            for number, line in enumerate(text.split("\n"), 1)
            if line.strip() and number not in shown.get(file, ())
        ]
        if absent:
            quoted = "".join(f"\n  {number}: {line}" for number, line in absent[:_SHOWN])
            more = f"\n  and {len(absent) - _SHOWN} more" if len(absent) > _SHOWN else ""
            what = f"{file.as_posix()} has lines that the page does not show:{quoted}{more}"
            yield _violation(chapter, 1, what, "add a `::: listing` of what they belong to")


def _listings(book: Book, directive: Directive) -> list[listings.Listing]:
    if directive.name == "listing":
        return [listings.resolve(book.root, directive.argument)]
    if directive.name == "reference":
        step = book.step(directive.argument)
        return [listings.resolve(book.root, writes.name) for writes in step.writes]
    return []


def _python(book: Book, chapter: Chapter, fences: list[Fence]) -> list[Violation]:
    """Examples in Python that do not come out as the page says."""
    if not fences:
        return []
    job = {
        "paths": [str(book.root / FRAMEWORK)],
        "fences": [asdict(fence) for fence in fences],
    }
    with tempfile.TemporaryDirectory(prefix="course-examples-") as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "course.proofs.examples"],
                input=json.dumps(job),
                cwd=folder,
                env=environment(book.root),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=TIME_LIMIT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            what = f"the Python examples did not end within {TIME_LIMIT:.0f} s"
            return [_violation(chapter, fences[0].line, what, "an example must end by itself")]
    if done.returncode or not done.stdout:
        what = f"the Python examples ended the process:\n{done.stderr[-500:]}"
        return [_violation(chapter, fences[0].line, what, "an example must not end Python")]
    cure = "correct the example, or mark a fence that cannot run as `python {.sketch}`"
    return [
        _violation(chapter, found["line"], found["what"], cure) for found in json.loads(done.stdout)
    ]


def _console(book: Book, chapter: Chapter, fences: list[Fence]) -> list[Violation]:
    """Shell sessions that do not come out as the page says."""
    if not fences or not _has_a_shell():
        return []
    cure = "correct what the page shows, or what the command does"
    violations = []
    with (
        tempfile.TemporaryDirectory(prefix="course-console-") as folder,
        console.copy(book, Path(folder)) as root,
    ):
        for fence in fences:
            lacking = console.missing(fence)
            if lacking and _no_skips():
                what = f"needs {' and '.join(lacking)}, and {NO_SKIPS}=1 allows no skips"
                violations.append(_violation(chapter, fence.line, what, "install it"))
            if lacking:
                continue
            found = console.problem(root, fence)
            if found:
                violations.append(_violation(chapter, *found, cure))
    return violations


def _has_a_shell() -> bool:
    """The sessions are those of a POSIX shell; a machine that should have one must."""
    return os.name == "posix" and (shutil.which("bash") is not None or _no_skips())


def _no_skips() -> bool:
    return os.environ.get(NO_SKIPS) == "1"


def _violation(chapter: Chapter, line: int, what: str, cure: str) -> Violation:
    page = chapter.page.relative_to(chapter.root).as_posix()
    return Violation(chapter.number, "", what, f"{page}:{line}", cure)

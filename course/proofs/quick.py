"""Quick: a chapter's tests take under two seconds, a step's verdict comes within half a second."""

from __future__ import annotations

from collections.abc import Iterator

from course.book import Book, Chapter
from course.proofs.runs import Run, run, test_files
from course.proofs.violation import Violation

CHAPTER = 2.0
"""Seconds that all tests of a chapter may take."""
STEP = 0.4
"""Seconds that the tests of a step may take: half a second, less what the runner itself needs."""
TRIES = 3
"""Runs, of which the fastest counts: a busy machine makes no slow test."""


def quick(book: Book, chapter: Chapter) -> list[Violation]:
    """The tests of the chapter and of each step are fast enough on the framework."""
    found: list[Violation] = []
    for _ in range(TRIES):
        found = list(_slow(chapter, run(book, test_files(chapter), "framework")))
        if not found:
            break
    return found


def _slow(chapter: Chapter, result: Run) -> Iterator[Violation]:
    cure = "shorten what its tests wait for: wait for the thing itself, with small limits"
    slowest = max(result.outcomes, key=lambda outcome: outcome.seconds, default=None)
    if slowest is None:
        yield Violation(chapter.number, "", "no test ran", chapter.tests.name, "see proof green")
        return
    total = sum(outcome.seconds for outcome in result.outcomes)
    if total > CHAPTER:
        what = f"the tests take {total:.2f} s, over {CHAPTER} s; this one {slowest.seconds:.2f} s"
        yield Violation(chapter.number, "", what, slowest.name, cure)
    for step in chapter.steps:
        seconds = sum(outcome.seconds for outcome in result.of(step.tests))
        if seconds > STEP:
            what = f"the step's tests take {seconds:.2f} s, over {STEP} s"
            yield Violation(chapter.number, step.label, what, step.tests.name, cure)

"""Red first, a ladder, green: what a chapter's tests say while the learner climbs.

A test file that belongs to no step runs the restaurant: it counts once all steps are written.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course import cut
from course.book import Book, Chapter, Step
from course.proofs.runs import Outcome, Run, restaurant_tests, run, stack, step_tests, test_files
from course.proofs.violation import Violation

RESTAURANT = "_restaurant.py"


def red(book: Book, chapter: Chapter) -> list[Violation]:
    """On the cut exercises every test of a step fails, and says which step is not written."""
    result = _run_filled(book, chapter, 0, step_tests(chapter.steps))
    if result.broken:
        return [_broke_off(chapter, "", "on the cut exercises", result)]
    return [
        violation
        for step in chapter.steps
        for violation in _not_red(step, result, range(1, step.number + 1))
    ]


def ladder(book: Book, chapter: Chapter) -> list[Violation]:
    """With steps 1 to k written the tests of 1 to k pass, and all of step k + 1 fail."""
    rungs = range(1, len(chapter.steps) + 1)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda filled: _rung(book, chapter, filled), rungs)
    return [violation for violations in found for violation in violations]


def green(book: Book, chapter: Chapter) -> list[Violation]:
    """The framework, and the solutions of this chapter and those before it, pass all its tests."""
    floors = book.chapters[: book.chapters.index(chapter) + 1]
    solutions = stack(floor.solution_dir.parent for floor in floors)
    violations = list(_stray_files(chapter))
    violations += _uncut(floors)
    if violations:
        return violations
    for name, target in (("the framework", "framework"), ("the solutions", solutions)):
        result = run(book, test_files(chapter), target)
        violations += _not_green(chapter, result, f"on {name}")
    return violations


def _rung(book: Book, chapter: Chapter, filled: int) -> list[Violation]:
    written, unwritten = chapter.steps[:filled], chapter.steps[filled : filled + 1]
    tests = step_tests([*written, *unwritten])
    if not unwritten:
        tests += restaurant_tests(chapter)
    result = _run_filled(book, chapter, filled, tests)
    state = f"with steps 1 to {filled} written"
    climbed = Run(
        tuple(o for o in result.outcomes if o.file not in {step.tests.name for step in unwritten}),
        result.broken,
    )
    violations = _not_green(chapter, climbed, state)
    if not result.broken:
        for step in unwritten:
            violations += _not_red(step, result, range(step.number, step.number + 1))
    return violations


def _run_filled(book: Book, chapter: Chapter, filled: int, tests: list[Path]) -> Run:
    with tempfile.TemporaryDirectory(prefix="course-ladder-") as folder:
        return run(book, tests, cut.assemble(book, chapter, Path(folder), filled=filled))


def _not_red(step: Step, result: Run, right: range) -> Iterator[Violation]:
    """What is wrong with the failures of an unwritten step; `right` are the steps they may name."""
    outcomes = result.of(step.tests)
    where = f"{step.tests.parent.name}/{step.tests.name}"
    if not outcomes:
        cure = "write the step's tests, or name the right file under 'tests' in the front matter"
        yield Violation(step.chapter.number, step.label, "holds no test", where, cure)
    labels = [f"{step.chapter.number}.{number}" for number in right]
    for outcome in outcomes:
        what = why_not_red(outcome, labels)
        if what:
            cure = f"let the test reach {_names(step)} before anything else can decide it"
            yield Violation(step.chapter.number, step.label, what, outcome.name, cure)


def why_not_red(outcome: Outcome, labels: list[str]) -> str:
    """What is wrong with a test's outcome while the steps of these labels are not written."""
    if outcome.outcome == "skipped":
        return ""
    if outcome.outcome == "passed":
        return f"passes although step {labels[-1]} is not written"
    if outcome.kind != "stub":
        kind = outcome.kind or "no kind that is known"
        return f"fails, but as {kind}, not as a step that is not written: {outcome.message}"
    if outcome.stub not in labels:
        return f"names step {outcome.stub or '?'} as not written, not {' or '.join(labels)}"
    return ""


def _not_green(chapter: Chapter, result: Run, state: str) -> list[Violation]:
    if result.broken:
        return [_broke_off(chapter, "", state, result)]
    by_file = {step.tests.name: step.label for step in chapter.steps}
    failed = [outcome for outcome in result.outcomes if outcome.outcome == "failed"]
    if not result.outcomes:
        cure = "write test files named test_1_name.py, one a step"
        return [Violation(chapter.number, "", f"no test ran {state}", chapter.tests.name, cure)]
    return [
        Violation(
            chapter.number,
            by_file.get(outcome.file, ""),
            f"fails {state}: {outcome.kind} {outcome.message}".rstrip(": "),
            outcome.name,
            "a test may need its own step and those before it, and nothing that comes later",
        )
        for outcome in failed
    ]


def _broke_off(chapter: Chapter, step: str, state: str, result: Run) -> Violation:
    last = result.outcomes[-1].name if result.outcomes else chapter.tests.name
    what = f"the run broke off {state}:\n{result.broken}"
    return Violation(chapter.number, step, what, last, "every test must end by itself, and import")


def _stray_files(chapter: Chapter) -> Iterator[Violation]:
    for path in restaurant_tests(chapter):
        if not path.name.endswith(RESTAURANT):
            cure = f"name it in a step's 'tests', or call it test_N{RESTAURANT}"
            yield Violation(chapter.number, "", "belongs to no step", path.name, cure)
    for path in step_tests(chapter.steps):
        if not path.exists():
            cure = "write it, or mend 'tests' in the front matter"
            yield Violation(chapter.number, "", "is missing", path.name, cure)


def _uncut(floors: Sequence[Chapter]) -> Iterator[Violation]:
    for chapter in floors:
        for file in chapter.files:
            if not (chapter.solution_dir / file).exists():
                where = f"solutions/{chapter.folder}"
                cure = "write it with `python3 -m course cut`"
                yield Violation(chapter.number, "", f"{file} is missing", where, cure)


def _names(step: Step) -> str:
    return ", ".join(name.qualname for name in step.writes)

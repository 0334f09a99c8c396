"""Running the tests of steps on the learner's code, and taking down what has passed."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.book import Book, Chapter, Step
from course.progress import FOLDER, Progress
from course.report import Failure

if TYPE_CHECKING:
    from course.runner import Runner

TARGET = "exercises"
BEFORE_TESTS = ("syntax-error", "import-error")
"""Kinds of failure that stop a file's tests before the first."""
CHECKED = "checked.json"
"""What the files were when the passed steps were last found to pass; a note of the machine's."""


@dataclass
class Outcome:
    """What became of one step's tests."""

    step: Step
    passed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    duration: float = 0.0

    @property
    def ok(self) -> bool:
        return bool(self.passed) and not self.failures

    @property
    def blank(self) -> bool:
        """Whether nothing is wrong yet but that the step is not written."""
        return bool(self.failures) and all(failure.kind == "stub" for failure in self.failures)

    def __str__(self) -> str:
        tests = len(self.passed) + len(self.failures)
        if self.ok:
            skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
            return f"{count(tests)} passed{skipped}"
        if not tests:
            return "no test ran"
        if self.blank:
            return "not written yet"
        if any(failure.kind in BEFORE_TESTS for failure in self.failures):
            return "no test could run"
        not_run = f", {len(self.skipped)} not run" if self.skipped else ""
        return f"{len(self.failures)} of {count(tests)} failed{not_run}"


@dataclass
class Run:
    """What became of a run: an outcome a step, and every test's event as the runner told it."""

    outcomes: list[Outcome]
    events: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""
    """Why there is no verdict; empty when there is one."""

    @property
    def ok(self) -> bool:
        return not self.trouble and all(outcome.ok for outcome in self.outcomes)


def count(tests: int) -> str:
    return "1 test" if tests == 1 else f"{tests} tests"


def files(step: Step) -> list[Path]:
    """The test files of a step; the last step of a chapter brings those that belong to no step."""
    if step is not step.chapter.steps[-1]:
        return [step.tests]
    own = {other.tests for other in step.chapter.steps}
    return [step.tests, *sorted(set(step.chapter.tests.glob("test_*.py")) - own)]


def run(book: Book, steps: Sequence[Step], runner: Runner) -> Run:
    """Run the tests of the steps on the learner's code."""
    owners = {file.resolve(): step for step in steps for file in files(step)}
    outcomes = {step: Outcome(step) for step in steps}
    events: list[dict[str, Any]] = []

    def take(event: dict[str, Any]) -> None:
        if event.get("event") != "test":
            return
        events.append(event)
        file = (book.root / event["nodeid"].partition("::")[0]).resolve()
        _add(outcomes[owners[file]], event)

    result = runner.run(list(owners), TARGET, on_event=take)
    for outcome in outcomes.values():
        outcome.failures = _own_first(book, outcome)
    return Run(list(outcomes.values()), events, result.trouble)


def _add(outcome: Outcome, event: dict[str, Any]) -> None:
    outcome.duration += event["duration"]
    if event["outcome"] == "failed":
        known = event["failure"]
        failure = Failure.from_json(known) if known else Failure("error-in-test", event["nodeid"])
        outcome.failures.append(failure)
    elif event["outcome"] == "skipped":
        outcome.skipped.append(event["nodeid"])
    else:
        outcome.passed.append(event["nodeid"])


def _own_first(book: Book, outcome: Outcome) -> list[Failure]:
    """The failures of the step's own file; those of no step's are told once these are mended."""
    own = outcome.step.tests.relative_to(book.root).as_posix()
    return [f for f in outcome.failures if f.nodeid.startswith(own)] or outcome.failures


def record(book: Book, outcomes: Iterable[Outcome]) -> list[Step]:
    """Take down what passed, and what passes no longer; returns the steps that broke."""
    progress = Progress.load(book.root)
    before = set(progress.passed)
    outcomes = list(outcomes)
    for outcome in outcomes:
        label = outcome.step.label
        (progress.passed.add if outcome.ok else progress.passed.discard)(label)
    broken = [
        outcome.step for outcome in outcomes if outcome.step.label in before - progress.passed
    ]
    if progress.passed != before:
        progress.save()
    _note_checked(book, outcomes, progress)
    return broken


def unchecked(book: Book, progress: Progress) -> list[Step]:
    """The passed steps whose files, or an earlier chapter's, have changed since they passed."""
    known = _checked(book)
    return [
        step
        for chapter in book.chapters
        if chapter.number not in progress.skipped
        for step in chapter.steps
        if step.label in progress.passed and known.get(step.label) != _digest(book, chapter)
    ]


def _note_checked(book: Book, outcomes: Sequence[Outcome], progress: Progress) -> None:
    known = {label: seen for label, seen in _checked(book).items() if label in progress.passed}
    digests = {outcome.step.chapter: "" for outcome in outcomes}
    for chapter in digests:
        digests[chapter] = _digest(book, chapter)
    known |= {o.step.label: digests[o.step.chapter] for o in outcomes if o.ok}
    path = book.root / FOLDER / CHECKED
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(known, indent=0), encoding="utf-8")


def _checked(book: Book) -> dict[str, str]:
    try:
        known = json.loads((book.root / FOLDER / CHECKED).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _digest(book: Book, last: Chapter) -> str:
    """Stands for the learner's files of the chapters up to `last`."""
    digest = hashlib.sha256()
    for chapter in book.chapters[: book.chapters.index(last) + 1]:
        for file in chapter.files:
            path = chapter.exercise_dir / file
            digest.update(path.read_bytes() if path.is_file() else b"")
            digest.update(b"\0")
    return digest.hexdigest()[:16]


def junit(run: Run) -> str:
    """The run as JUnit XML, a suite a step, for graders and CI."""
    root = ET.Element("testsuites", name="bistro")
    by_test = {event["nodeid"]: event for event in run.events}
    for outcome in run.outcomes:
        suite = ET.SubElement(
            root,
            "testsuite",
            name=str(outcome.step),
            tests=str(len(outcome.passed) + len(outcome.skipped) + len(outcome.failures)),
            failures=str(len(outcome.failures)),
            skipped=str(len(outcome.skipped)),
            errors="0",
            time=f"{outcome.duration:.3f}",
        )
        failed = {failure.nodeid: failure for failure in outcome.failures}
        for nodeid in [*outcome.passed, *outcome.skipped, *failed]:
            _case(suite, by_test.get(nodeid, {}), nodeid, failed.get(nodeid))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, event: dict[str, Any], nodeid: str, failure: Failure | None) -> None:
    from course import report

    file, _, name = nodeid.partition("::")
    classname = file.removesuffix(".py").replace("/", ".")
    time = f"{event.get('duration', 0):.3f}"
    case = ET.SubElement(suite, "testcase", classname=classname, name=name or file, time=time)
    if failure:
        wrong = ET.SubElement(case, "failure", message=_printable(report.one_line(failure)))
        wrong.text = _printable(report.plain(failure))
    elif event.get("outcome") == "skipped":
        ET.SubElement(case, "skipped", message=_printable(event.get("reason") or ""))


def _printable(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else "�" for c in text
    )

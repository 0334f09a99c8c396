"""The pytest plugin of the course.

It puts the `bistro` to be tested in place (`--target`), skips what a machine lacks (`needs`), keeps
a record for other programs (`--course-report`), limits the time of a chapter's tests, and has their
failures speak to a learner instead of showing a traceback.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Generator
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from course import fresh, target
from course.book import Book, BookError, Chapter, Step
from course.diagnose import Case, Comparison, diagnose, relative, stack
from course.limit import GRACE, TimeLimitExceeded, Watchdog, limited
from course.progress import Progress
from course.report import Failure, one_line, plain

pytest_plugins = ["course.opening"]
NO_SKIPS = "COURSE_NO_SKIPS"
"""Set to 1 where every program is expected: a missing one is a failure then, not a skip."""
TIME_LIMIT = "COURSE_TIME_LIMIT"
"""Seconds a chapter's test may take, where the default does not suit the machine."""
SECONDS = 5.0
_PARTING = 0.5
"""Seconds that each thread left behind gets to end by itself."""

_CHAPTER_TESTS = re.compile(r"tests/[0-9]{2}-[^/]+/")
_Limit = contextlib.AbstractContextManager[None]
_COURSE = pytest.StashKey["Course"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("course", "the course")
    group.addoption(
        "--target",
        metavar="WHICH",
        help="the bistro under test: exercises (the default), solutions, framework, or folders",
    )
    group.addoption("--course-report", metavar="FILE", help="write events as JSON lines to FILE")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*programs): skipped where a program is missing")
    course = Course(config)
    config.stash[_COURSE] = course
    config.pluginmanager.register(course, "course-failures")
    file = config.getoption("--course-report")
    if file:
        config.pluginmanager.register(FileRecorder(course, Path(file)), "course-file-recorder")


def pytest_report_header(config: pytest.Config) -> str:
    return f"bistro under test: {config.stash[_COURSE].which}"


def course_of(config: pytest.Config) -> Course:
    """The plugin's own state in a run."""
    return config.stash[_COURSE]


def pytest_runtest_setup(item: pytest.Item) -> None:
    needed = [name for marker in item.iter_markers("needs") for name in marker.args]
    missing = [name for name in needed if shutil.which(name) is None]
    if not missing:
        return
    reason = f"needs {' and '.join(missing)}, which this machine does not have"
    if os.environ.get(NO_SKIPS) == "1":
        pytest.fail(f"{reason}, and {NO_SKIPS}=1 allows no skips", pytrace=False)
    pytest.skip(reason)


class Course:
    """Follows a run test by test, and turns what fails in a chapter's tests into Failures."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.rootpath.resolve()
        chosen = config.getoption("--target") or os.environ.get(target.VARIABLE)
        self.which = str(chosen or target.DEFAULT)
        self.seconds = float(os.environ.get(TIME_LIMIT, SECONDS))
        self.trouble = ""
        self.folders = self._install()
        self.last_words = os.fdopen(os.dup(2), "w", encoding="utf-8")
        self.watchdog = Watchdog(self.last_words)
        self.comparison: Comparison | None = None
        self.threads: list[BaseException] = []
        self.recorders: list[Recorder] = []
        self.told: set[str] = set()
        self.hanging: set[Path] = set()
        self.ran_chapters = False
        self.status = 0

    def _install(self) -> list[Path]:
        """Put the target in place; what is wrong with it is told once a chapter's test needs it."""
        try:
            folders = target.paths_for(self.book, self.which, self.progress)
            target.install(folders)
        except (BookError, target.TargetError) as error:
            self.trouble = str(error)
            return []
        folders = [folder.resolve() for folder in folders]
        fresh.install(folders)
        return folders

    @cached_property
    def book(self) -> Book:
        return Book.load(self.root)

    @cached_property
    def progress(self) -> Progress:
        return Progress.load(self.root)

    # Which tests

    def is_chapters(self, path: Path) -> bool:
        """Is this a file of a chapter's tests?"""
        return _CHAPTER_TESTS.match(relative(path.resolve(), self.root)) is not None

    def chapter_of(self, path: Path) -> Chapter | None:
        chapters = () if self.trouble else self.book.chapters
        return next((chapter for chapter in chapters if chapter.tests in path.parents), None)

    def step_of(self, path: Path) -> Step | None:
        chapter = self.chapter_of(path)
        return (
            next((step for step in chapter.steps if step.tests == path), None) if chapter else None
        )

    # Hooks

    def pytest_collectstart(self, collector: pytest.Collector) -> None:
        module = isinstance(collector, pytest.Module)
        if module and self.trouble and self.is_chapters(collector.path):
            raise pytest.UsageError(self.trouble)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        if not (isinstance(collector, pytest.Module) and self.is_chapters(collector.path)):
            return (yield)
        try:
            with self.limited(collector):
                report = yield
        finally:
            self.watchdog.leave()
        if report.failed:
            caught = report.__dict__["call"].excinfo.value
            self._tell(report, self._case(collector, caught, printed=_printed(report)))
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        self.comparison = None
        self.threads.clear()
        fresh.reached.clear()
        if not self.is_chapters(item.path):
            return (yield)
        self.ran_chapters = True
        item.repr_failure = _no_traceback  # type: ignore[assignment,method-assign]
        before = threading.excepthook
        threading.excepthook = self._thread_ended
        try:
            return (yield)
        finally:
            threading.excepthook = before
            if nextitem is None or not self.is_chapters(nextitem.path):
                self.watchdog.leave()

    def _thread_ended(self, ended: Any) -> None:
        if ended.exc_value is not None:
            self.threads.append(ended.exc_value)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        if item.path in self.hanging:
            pytest.skip("not run, since a test before it hangs")
        with self.limited_for(item):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        with self.limited_for(item):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        with self.limited_for(item):
            return (yield)

    def limited_for(self, item: pytest.Item) -> _Limit:
        return self.limited(item) if self.is_chapters(item.path) else contextlib.nullcontext()

    def limited(self, node: pytest.Item | pytest.Collector) -> _Limit:
        self.watchdog.watch(self.seconds + GRACE)
        return limited(self.seconds, lambda frame: self._give_up(node, frame))

    def _give_up(self, node: pytest.Item | pytest.Collector, frame: FrameType | None) -> None:
        """Tell of a test that cannot be stopped, and end the process: nothing else would."""
        case = self._case(node, TimeLimitExceeded(), printed="")
        case.places = [(found, found.f_lineno) for found in stack(frame)][::-1]
        failure = diagnose(case)
        for recorder in self.recorders:
            recorder.test_ended(node.nodeid, failure)
            recorder.pytest_sessionfinish(pytest.ExitCode.TESTS_FAILED)
        self.last_words.write(f"\n{plain(failure)}\n\nThe other tests were not run.\n")
        self.last_words.flush()
        os._exit(pytest.ExitCode.TESTS_FAILED)

    @pytest.hookimpl(wrapper=True)
    def pytest_assertrepr_compare(
        self, op: str, left: object, right: object
    ) -> Generator[None, list[str] | None, list[str] | None]:
        """Keep what was compared; pytest's own account of it is short on every machine.

        Where CI is set it would be a full diff, which takes minutes for a large value.
        """
        self.comparison = Comparison(op, left, right)
        before = os.environ.pop("CI", None)
        try:
            return (yield)
        finally:
            if before is not None:
                os.environ["CI"] = before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if not (report.failed and call.excinfo and self.is_chapters(item.path)):
            return report
        self._tell(report, self._case(item, call.excinfo.value, printed=_printed(report)))
        return report

    # Failures

    def _case(
        self, node: pytest.Item | pytest.Collector, error: BaseException, printed: str
    ) -> Case:
        step, chapter = self.step_of(node.path), self.chapter_of(node.path)
        return Case(
            root=self.root,
            folders=self.folders,
            nodeid=node.nodeid,
            file=node.path,
            rule=rule_of(node),
            error=error,
            step=step,
            page=chapter.page if chapter else None,
            comparison=self.comparison,
            stubs=tuple(dict.fromkeys(fresh.reached)),
            threads=tuple(self.threads),
            printed=printed,
            limit=self.seconds,
            earlier=bool(
                step and self.which == target.DEFAULT and step.label in self.progress.passed
            ),
        )

    def _tell(self, report: Any, case: Case) -> None:
        """Replace what pytest would print: a step's first failure in full, others in a line."""
        failure = diagnose(case)
        if failure.kind == "hang":
            self.hanging.add(case.file)
        report.course_failure = failure.to_json()
        report.longrepr = one_line(failure) if failure.step in self.told else plain(failure)
        report.sections = []
        if failure.step:
            self.told.add(failure.step)

    def if_it_dies(self, item: pytest.Item) -> Failure:
        """What to report should the process end during this test."""
        case = self._case(item, RuntimeError(), printed="")
        return case.base("died")

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self.status = int(exitstatus)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Threads that the tested code left behind must not keep the process from ending."""
        self.last_words.close()
        if not self.ran_chapters:
            return
        for thread in _threads_in_the_way():
            thread.join(_PARTING)
        if any(_threads_in_the_way()):
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(self.status)


def _no_traceback(caught: object, style: object = None) -> str:
    """Stands in for pytest's own way to show a failure, which takes longer than most tests."""
    return ""


def _threads_in_the_way() -> list[threading.Thread]:
    """The threads that Python would wait for before it ends."""
    others = (thread for thread in threading.enumerate() if thread is not threading.main_thread())
    return [thread for thread in others if not thread.daemon]


def rule_of(node: pytest.Item | pytest.Collector) -> str:
    """The test's docstring, in one line; none for a file that could not be imported."""
    if isinstance(node, pytest.Collector):
        return ""
    return " ".join((getattr(getattr(node, "obj", None), "__doc__", "") or "").split())


def _printed(report: Any) -> str:
    return "".join(text for name, text in report.sections if name.startswith("Captured std"))


class Recorder:
    """Tells what happens in a run, one JSON-able event at a time."""

    def __init__(self, course: Course, emit: Callable[[dict[str, Any]], None]) -> None:
        self.course = course
        course.recorders.append(self)
        self.emit = emit
        self.rule = ""
        self.parts: list[Any] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        self.parts = []
        self.rule = rule_of(item)
        dying = self.course.if_it_dies(item).to_json()
        self.emit({"event": "start", "nodeid": item.nodeid, "if_it_dies": dying})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.parts.append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.emit(_test_event(nodeid, self.rule, self.parts))

    def test_ended(self, nodeid: str, failure: Failure) -> None:
        """Tell of a test that failed without an end of its own."""
        event = _test_event(nodeid, failure.rule, [])
        self.emit(event | {"outcome": "failed", "failure": failure.to_json()})

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.emit(_test_event(report.nodeid, "", [report]))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self.emit({"event": "done", "exit": int(exitstatus)})


class FileRecorder(Recorder):
    """Writes the events of a run to a file, each at once, so that a crash loses none."""

    def __init__(self, course: Course, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8")
        super().__init__(course, self._write)

    def _write(self, event: dict[str, Any]) -> None:
        self.file.write(json.dumps(event) + "\n")
        self.file.flush()

    def pytest_unconfigure(self) -> None:
        self.file.close()


def _test_event(nodeid: str, rule: str, reports: list[Any]) -> dict[str, Any]:
    """One event from the reports of a test's set-up, call and tear-down."""
    failed = next((report for report in reports if report.failed), None)
    skipped = next((report for report in reports if report.skipped), None)
    return {
        "event": "test",
        "nodeid": nodeid,
        "outcome": "failed" if failed else "skipped" if skipped else "passed",
        "duration": round(sum(getattr(report, "duration", 0.0) for report in reports), 4),
        "rule": rule,
        "failure": getattr(failed, "course_failure", None),
        "reason": _skip_reason(skipped) if skipped and not failed else None,
    }


def _skip_reason(report: Any) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", ""))

"""The pytest plugin of the course.

It puts the `bistro` to be tested in place (`--target`), skips what a machine lacks (`needs`), keeps
a record for other programs (`--course-report`), and has every failure of a chapter's test speak to a
learner instead of showing a traceback.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NO_SKIPS = "COURSE_NO_SKIPS"
"""Set to 1 where every program is expected: a missing one is a failure then, not a skip."""


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
    install_target(config)
    file = config.getoption("--course-report")
    if file:
        config.pluginmanager.register(FileRecorder(Path(file)), "course-file-recorder")


def install_target(config: pytest.Config) -> None:
    if importlib.util.find_spec("course.target") is None:
        return
    from course import target
    from course.book import Book
    from course.progress import Progress

    which = config.getoption("--target") or os.environ.get("COURSE_TARGET") or "exercises"
    root = config.rootpath
    target.install(target.paths_for(Book.load(root), which, Progress.load(root)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    needed = [name for marker in item.iter_markers("needs") for name in marker.args]
    missing = [name for name in needed if shutil.which(name) is None]
    if not missing:
        return
    reason = f"needs {' and '.join(missing)}, which this machine does not have"
    if os.environ.get(NO_SKIPS) == "1":
        pytest.fail(f"{reason}, and {NO_SKIPS}=1 allows no skips", pytrace=False)
    pytest.skip(reason)


class Recorder:
    """Tells what happens in a run, one JSON-able event at a time."""

    def __init__(self, emit: Callable[[dict[str, Any]], None]) -> None:
        self.emit = emit
        self.parts: list[pytest.TestReport] = []

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.parts = []
        self.emit({"event": "start", "nodeid": nodeid})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.parts.append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.emit(test_event(nodeid, self.parts))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.emit(test_event(report.nodeid, [report]))

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self.emit({"event": "done", "exit": int(exitstatus)})


class FileRecorder(Recorder):
    """Writes the events of a run to a file, each at once, so that a crash loses none."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("w", encoding="utf-8")
        super().__init__(self.write)

    def write(self, event: dict[str, Any]) -> None:
        self.file.write(json.dumps(event) + "\n")
        self.file.flush()

    def pytest_unconfigure(self) -> None:
        self.file.close()


def test_event(
    nodeid: str, reports: list[pytest.TestReport] | list[pytest.CollectReport]
) -> dict[str, Any]:
    """One event from the reports of a test's set-up, call and tear-down."""
    failed = next((report for report in reports if report.failed), None)
    skipped = next((report for report in reports if report.skipped), None)
    outcome = "failed" if failed else "skipped" if skipped else "passed"
    return {
        "event": "test",
        "nodeid": nodeid,
        "outcome": outcome,
        "duration": round(sum(getattr(report, "duration", 0.0) for report in reports), 4),
        "rule": next((getattr(report, "rule", "") for report in reports), ""),
        "failure": getattr(failed, "course_failure", None) if failed else None,
        "reason": skip_reason(skipped) if skipped and not failed else None,
    }


test_event.__test__ = False  # type: ignore[attr-defined]


def skip_reason(report: Any) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr or getattr(report, "wasxfail", ""))

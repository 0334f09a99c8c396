"""A chapter's tests, run by pytest in a process of their own, and what became of each.

The processes are copies of warm ones: most runs are short, and pytest is long in coming.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import course
from course.book import Book, Chapter, Step
from course.target import VARIABLE

TIME_LIMIT = 300.0
"""Seconds for one run of a chapter's tests."""

PLAIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Keeps pytest to our plugin: others that happen to be installed take seconds to import."""

PYTEST = (
    *("-q", "-p", "no:cacheprovider", "-p", "course.plugin"),
    "--import-mode=importlib",
)

_PASSED, _FAILED, _NO_TESTS = 0, 1, 5
_STUB = re.compile(r"step ([0-9]+\.[0-9]+)", re.IGNORECASE)
_TOOLS = str(Path(course.__file__).parents[1])


@dataclass(frozen=True)
class Outcome:
    """What became of one test."""

    nodeid: str
    outcome: str
    """passed, failed or skipped."""
    kind: str = ""
    """The kind of failure, as the reports of the course name it."""
    message: str = ""
    seconds: float = 0.0

    @property
    def file(self) -> str:
        """The name of the test's file."""
        return self.nodeid.partition("::")[0].rpartition("/")[2]

    @property
    def name(self) -> str:
        """File and function, without the folders: `test_1_listen.py::test_port[0]`."""
        return self.nodeid.rpartition("/")[2] if "[" not in self.nodeid else self._parametrized()

    @property
    def stub(self) -> str:
        """The label of the step that is not written, where that is why the test failed."""
        match = _STUB.search(self.message) if self.kind == "stub" else None
        return match[1] if match else ""

    def _parametrized(self) -> str:
        head, bracket, values = self.nodeid.partition("[")
        return head.rpartition("/")[2] + bracket + values


@dataclass(frozen=True)
class Run:
    """The outcomes of a run, and why it broke off where it did."""

    outcomes: tuple[Outcome, ...]
    broken: str = ""
    """Empty when every test was run; otherwise the last lines of what pytest printed."""

    def of(self, tests: Path) -> list[Outcome]:
        """The outcomes of one file."""
        return [outcome for outcome in self.outcomes if outcome.file == tests.name]


def run(book: Book, tests: Sequence[Path | str], target: str | Path, *options: str) -> Run:
    """Run test files, or single tests, on a target: a name, or a folder that holds a `bistro/`."""
    with tempfile.TemporaryDirectory(prefix="course-run-") as folder:
        report, said = Path(folder, "report.jsonl"), Path(folder, "said")
        arguments = ["--course-report", str(report), *options, *map(str, tests)]
        status = ask(book, target, arguments, said=said)
        outcomes = _outcomes(report)
        if status is None:
            return Run(outcomes, f"the tests did not end within {TIME_LIMIT:.0f} s")
        if status in (_PASSED, _FAILED, _NO_TESTS):
            return Run(outcomes)
        return Run(outcomes, _tail(said) or f"pytest ended with {status}")


def ask(
    book: Book,
    target: str | Path,
    arguments: Sequence[str],
    variables: Mapping[str, str] | None = None,
    *,
    seconds: float = TIME_LIMIT,
    said: Path = Path(os.devnull),
) -> int | None:
    """Run pytest in a copy of a warm process; its exit status, or None when it took too long."""
    job = {
        "root": str(book.root),
        "arguments": [*PYTEST, "--rootdir", str(book.root), "--target", str(target), *arguments],
        "environment": environment(book.root)
        | PLAIN
        | {VARIABLE: str(target), **(variables or {})},
        "seconds": seconds,
        "said": str(said),
    }
    try:
        worker = _FREE.get_nowait()
    except queue.Empty:
        worker = _Worker()
    status = worker.judge(job)
    _FREE.put(worker)
    return status


class _Worker:
    """A process of `course.worker`; it ends when its input does, with this process."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "course.worker"],
            cwd=_TOOLS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.process.communicate)

    def judge(self, job: dict[str, Any]) -> int | None:
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the worker ended during {' '.join(job['arguments'])}")
        status: int | None = json.loads(answer)
        return status


_FREE: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
"""The workers that have no job; there are as many in all as were asked at once."""


def environment(root: Path) -> dict[str, str]:
    """The environment for a process that uses the course's tools on the book under `root`."""
    path = os.pathsep.join([str(root), _TOOLS])
    return {**os.environ, "PYTHONPATH": path}


def test_files(chapter: Chapter) -> list[Path]:
    """The chapter's test files, in order of their names."""
    return sorted(chapter.tests.glob("test_*.py"))


def restaurant_tests(chapter: Chapter) -> list[Path]:
    """The files that belong to no step: they run the restaurant once all steps are written."""
    of_steps = step_tests(chapter.steps)
    return [path for path in test_files(chapter) if path not in of_steps]


def step_tests(steps: Iterable[Step]) -> list[Path]:
    """The test files of some steps, each once."""
    return list(dict.fromkeys(step.tests for step in steps))


def stack(folders: Iterable[Path]) -> str:
    """A target made of several folders that each hold a `bistro/`."""
    return os.pathsep.join(map(str, folders))


def _outcomes(report: Path) -> tuple[Outcome, ...]:
    if not report.exists():
        return ()
    events = map(json.loads, report.read_text(encoding="utf-8").splitlines())
    return tuple(_outcome(event) for event in events if event["event"] == "test")


def _outcome(event: dict[str, Any]) -> Outcome:
    failure = event.get("failure") or {}
    return Outcome(
        nodeid=event["nodeid"],
        outcome=event["outcome"],
        kind=failure.get("kind", ""),
        message=failure.get("message", ""),
        seconds=event.get("duration", 0.0),
    )


def _tail(said: Path) -> str:
    output = said.read_text(encoding="utf-8", errors="replace")
    return "\n".join(output.strip().splitlines()[-12:])

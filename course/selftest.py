"""Everything that is promised, tried: one plan, one row a part, one closing line.

The parts run in three lanes side by side; those that measure time have the machine to themselves.
A few tests that failed beside others run once more alone: what passes then is told as unsteady.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from course.book import Book
from course.progress import FOLDER

CODE = ("framework", "course", "benchmarks")
LANES = 3
FEW = 5
"""How many failures of a part may be the doing of what ran beside it; with more, it has failed."""
BOOK = "tests/course/test_the_book.py"
SETUP = "tests/course/test_setup.py"
PAGES = "tests/course/test_site.py tests/course/test_site_browser.py"
TIMED = "tests/course tests/framework"
TOGETHER = "'not alone'"
EXAMPLES = f"-m {TOGETHER} -k 'test_proof and true'"
EXAMPLES_NOT = f"-m {TOGETHER} -k 'not (test_proof and true)'"


@dataclass(frozen=True)
class Part:
    """A command to run, and what it proves."""

    name: str
    command: tuple[str, ...]
    proves: str
    alone: bool = False
    counts: bool = False
    """Whether it is pytest, which counts its tests in a JUnit file."""


@dataclass
class Done:
    """What became of a part."""

    part: Part
    ok: bool
    seconds: float
    output: str
    tests: dict[str, int] = field(default_factory=dict)
    unsteady: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        if not self.tests:
            return "passed" if self.ok else "FAILED"
        names = ("failed", "passed", "skipped")
        return ", ".join(f"{self.tests[name]} {name}" for name in names if self.tests.get(name))


def plan(root: Path) -> list[Part]:
    """The parts, the longest first within what may run side by side."""
    book = Book.load(root)
    present = [name for name in CODE if any((root / name).rglob("*.py"))]
    others = " ".join(f"--ignore={path}" for path in (BOOK, SETUP, *PAGES.split()))
    chapters = " ".join(chapter.tests.relative_to(root).as_posix() for chapter in book.chapters)
    python = sys.executable
    return [
        _pytest(root, "proofs", f"{BOOK} {EXAMPLES_NOT}", "red, ladder, sharp; the floors"),
        _pytest(root, "examples", f"{BOOK} {EXAMPLES}", "true"),
        _pytest(root, "framework", f"tests/framework -m {TOGETHER}", "beyond the course"),
        _pytest(root, "pages", PAGES, "the site, in a browser too"),
        _pytest(root, "set-up", SETUP, "the first start"),
        _pytest(root, "tools", f"tests/course {others} -m {TOGETHER}", "the command"),
        _pytest(root, "on framework", chapters, "green"),
        _pytest(root, "on solutions", chapters, "green, stacked", target="solutions"),
        Part("types", (python, "-m", "mypy", *present), "mypy --strict"),
        Part("lint", (python, "-m", "ruff", "check", "."), "ruff check"),
        Part("format", (python, "-m", "ruff", "format", "--check", "."), "ruff format"),
        Part("cut", (python, "-m", "course", "cut", "--check"), "exercises and solutions"),
        _pytest(root, "timed", f"{TIMED} -m alone", "quick; the learner's loop", alone=True),
    ]


def _pytest(
    root: Path,
    name: str,
    arguments: str,
    proves: str,
    *,
    target: str = "framework",
    alone: bool = False,
) -> Part:
    command = [sys.executable, "-m", "pytest", "-q", "-rsfE", "--color=no"]
    command += ["-o", f"cache_dir={_junit(root, name).with_suffix('.cache')}"]
    command += ["--target", target, f"--junitxml={_junit(root, name)}", *shlex.split(arguments)]
    return Part(name, tuple(command), proves, alone, counts=True)


def _junit(root: Path, name: str) -> Path:
    return root / FOLDER / "selftest" / f"{name.replace(' ', '-')}.xml"


def run(root: Path, only: Iterable[str] = ()) -> int:
    """Run the parts, print as they end, and return 0 when all is well, else 1."""
    wanted = set(only)
    parts = [part for part in plan(root) if not wanted or part.name in wanted]
    (root / FOLDER / "selftest").mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    _print_plan(parts)
    done = []
    together = [part for part in parts if not part.alone]
    with ThreadPoolExecutor(LANES) as lanes:
        running = [lanes.submit(_run, root, part) for part in together]
        for future in as_completed(running):
            done.append(_told(future.result()))
    done = [_told(_again(root, one)) if _may_be_unsteady(one) else one for one in done]
    done += [_told(_run(root, part)) for part in parts if part.alone]
    return _close(done, time.monotonic() - begun)


def _run(root: Path, part: Part) -> Done:
    begun = time.monotonic()
    junit = _junit(root, part.name)
    junit.unlink(missing_ok=True)
    ended = subprocess.run(  # noqa: S603  the commands are those of the plan
        part.command,
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "100"},
    )
    tests = counted(junit) if part.counts else {}
    ok = ended.returncode == 0 and (not part.counts or tests.get("passed", 0) > 0)
    return Done(part, ok, time.monotonic() - begun, ended.stdout, tests)


def _may_be_unsteady(done: Done) -> bool:
    return not done.ok and 0 < done.tests.get("failed", 0) <= FEW


def _again(root: Path, done: Done) -> Done:
    """Run what failed of a part once more, with nothing beside it."""
    last_failed = ("--last-failed", "--last-failed-no-failures=none")
    again = _run(root, replace(done.part, command=(*done.part.command, *last_failed)))
    first = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.output, re.MULTILINE)
    if not again.ok:
        return replace(
            again, part=done.part, seconds=done.seconds + again.seconds, tests=done.tests
        )
    passed = done.tests["passed"] + done.tests["failed"]
    tests = {**done.tests, "failed": 0, "passed": passed}
    return replace(
        again, part=done.part, seconds=done.seconds + again.seconds, tests=tests, unsteady=first
    )


def counted(junit: Path) -> dict[str, int]:
    """How many tests passed, failed and were skipped, from pytest's JUnit file; {} without one."""
    try:
        suites = ET.parse(junit).getroot().iter("testsuite")  # noqa: S314  pytest wrote it for us
    except (FileNotFoundError, ET.ParseError):
        return {}
    total = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in suites:
        for name in total:
            total[name] += int(suite.get(name, 0))
    failed = total["failures"] + total["errors"]
    return {
        "failed": failed,
        "passed": total["tests"] - failed - total["skipped"],
        "skipped": total["skipped"],
    }


def _print_plan(parts: list[Part]) -> None:
    print("The plan:")
    for part in parts:
        print(f"  {part.name:<16}{part.proves}{' (alone)' if part.alone else ''}")
    print(flush=True)


def _told(done: Done) -> Done:
    """Print a part's row; all of its output when it failed, the reasons of its skips when not."""
    mark = "ok  " if done.ok else "FAIL"
    print(f"{mark} {done.part.name:<16}{done.seconds:>6.1f} s  {done.said}", flush=True)
    if not done.ok:
        print(f"\n$ {' '.join(done.part.command)}\n{done.output}", flush=True)
    else:
        skips = [line for line in done.output.splitlines() if line.startswith("SKIPPED")]
        for line in [*skips, *(f"UNSTEADY {test}: failed beside others" for test in done.unsteady)]:
            print(f"       {line}")
    return done


def _close(done: list[Done], seconds: float) -> int:
    print("\nTimes, the longest first:")
    for one in sorted(done, key=lambda one: -one.seconds):
        print(f"  {one.part.name:<16}{one.seconds:>6.1f} s  {one.said}")
    failed = [one.part.name for one in done if not one.ok]
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    total = {"failed": 0, "passed": 0, "skipped": 0}
    for one in done:
        for name, number in one.tests.items():
            total[name] += number
        if not one.tests:  # a tool without tests of its own counts as one
            total["passed" if one.ok else "failed"] += 1
    total["failed"] = max(total["failed"], len(failed))
    said = ", ".join(f"{number} {name}" for name, number in total.items() if number)
    print(f"\n{f' {said} in {seconds:.1f}s ':=^80}", flush=True)
    return 1 if failed else 0

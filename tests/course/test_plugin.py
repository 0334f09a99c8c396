"""The pytest plugin: targets, programs a machine may lack, the record of a run, time limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course.plugin import NO_SKIPS
from tests.course.till import TILL, make_course

COURSE = Path(__file__).parents[2]
ADD = "tests/01-till/test_1_add.py"
SUM = "    return sum(prices)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_course(tmp_path, TILL)
    return tmp_path


def run_pytest(
    root: Path, *arguments: str, folder: str = ".", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run pytest as a learner would, with the course's plugin."""
    ours = ("COURSE_TARGET", "COURSE_NO_SKIPS")
    known = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "course.plugin", *arguments],
        cwd=root / folder,
        env={**known, "PYTHONPATH": str(COURSE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def events_of(root: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (root / "r.jsonl").read_text("utf-8").splitlines()]


def total_is(folder: Path, body: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "till.py").write_text(TILL.replace(SUM, body), encoding="utf-8")


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text, encoding="utf-8")


# Targets


def test_exercises_are_the_default(root: Path) -> None:
    """Plain pytest tests what the learner wrote, and says so."""
    done = run_pytest(root, ADD)
    assert done.returncode == 0, done.stdout
    assert "bistro under test: exercises" in done.stdout


def test_from_a_folder_below(root: Path) -> None:
    """Pytest started in the tests' folder finds the course all the same."""
    total_is(root / "exercises/01-till/bistro", "    return 1\n")
    done = run_pytest(root, "test_1_add.py", folder="tests/01-till")
    assert "got       1" in done.stdout
    assert "exercises/01-till/bistro/till.py" in done.stdout


@pytest.mark.parametrize("how", ["option", "variable"])
def test_solutions(root: Path, how: str) -> None:
    """The target is named by the option, or by COURSE_TARGET."""
    total_is(root / "solutions/01-till/bistro", "    return 1\n")
    chosen = ["--target", "solutions"] if how == "option" else []
    done = run_pytest(root, ADD, *chosen, **({} if chosen else {"COURSE_TARGET": "solutions"}))
    assert done.returncode == 1
    assert "solutions/01-till/bistro/till.py" in done.stdout


def test_framework(root: Path) -> None:
    """The framework is imported as the regular package that it is."""
    total_is(root / "framework/bistro", "    return 1\n")
    write(root, "framework/bistro/__init__.py", "")
    done = run_pytest(root, ADD, "--target", "framework")
    assert done.returncode == 1
    assert "framework/bistro/till.py" in done.stdout


def test_skipped_chapter(root: Path) -> None:
    """In a skipped chapter the solution stands in."""
    total_is(root / "solutions/01-till/bistro", SUM)
    total_is(root / "exercises/01-till/bistro", "    return 1\n")
    assert run_pytest(root, ADD).returncode == 1
    write(root, ".course/progress.toml", "skipped = [1]\n")
    assert run_pytest(root, ADD).returncode == 0


def test_unknown_target(root: Path) -> None:
    """A target that is none is said in a sentence."""
    done = run_pytest(root, ADD, "--target", "exercices")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "should be one of exercises, solutions, framework" in done.stdout + done.stderr


def test_broken_book_stops_chapters_only(root: Path) -> None:
    """A page that cannot be read is named by its chapter's tests; other tests still run."""
    write(root, "chapters/01-till/index.md", "# No front matter\n")
    write(root, "tests/other/test_other.py", "def test_other():\n    pass\n")
    assert run_pytest(root, "tests/other").returncode == 0
    done = run_pytest(root, ADD)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "chapters/01-till/index.md" in done.stdout + done.stderr


# Programs


NEEDS = """\
import pytest


@pytest.mark.needs("python-of-another-world", "moon-browser")
def test_page():
    pass
"""


def test_missing_program_is_skipped(root: Path) -> None:
    """A test that needs a program this machine lacks is skipped, with the reason."""
    write(root, "tests/01-till/test_3_page.py", NEEDS)
    run_pytest(root, "tests/01-till/test_3_page.py", "--course-report=r.jsonl")
    (event,) = [event for event in events_of(root) if event["event"] == "test"]
    assert event["outcome"] == "skipped"
    assert event["reason"] == (
        "needs python-of-another-world and moon-browser, which this machine does not have"
    )


def test_no_skips(root: Path) -> None:
    """Where everything must be installed, such a skip is a failure."""
    write(root, "tests/01-till/test_3_page.py", NEEDS)
    done = run_pytest(root, "tests/01-till/test_3_page.py", **{NO_SKIPS: "1"})
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "which this machine does not have, and COURSE_NO_SKIPS=1 allows no skips" in said


def test_program_that_is_there(root: Path) -> None:
    """A test whose programs are there is run."""
    text = NEEDS.replace('"python-of-another-world", "moon-browser"', repr(sys.executable))
    write(root, "tests/01-till/test_3_page.py", text)
    assert "1 passed" in run_pytest(root, "tests/01-till/test_3_page.py").stdout


# The record


def test_record(root: Path) -> None:
    """The record has the start and the outcome of each test, and how the run ended."""
    total_is(root / "exercises/01-till/bistro", "    return 0\n")
    run_pytest(root, ADD, "--course-report=r.jsonl")
    events = events_of(root)
    assert [event["event"] for event in events] == [*["start", "test"] * 6, "done"]
    tests = [event for event in events if event["event"] == "test"]
    assert tests[0]["nodeid"] == f"{ADD}::test_sum_of_prices"
    assert tests[0]["outcome"] == "failed"
    assert tests[0]["rule"] == "The total is the sum of all the prices."
    assert tests[0]["failure"]["kind"] == "wrong-value"  # type: ignore[index]
    assert {test["outcome"] for test in tests[1:]} == {"passed"}
    assert events[-1] == {"event": "done", "exit": 1}


def test_record_of_a_file_that_cannot_be_imported(root: Path) -> None:
    """A test file whose import fails is on record as one failed test."""
    total_is(root / "exercises/01-till/bistro", "    return (\n")
    run_pytest(root, ADD, "--course-report=r.jsonl")
    (event,) = [event for event in events_of(root) if event["event"] == "test"]
    assert (event["nodeid"], event["outcome"]) == (ADD, "failed")
    assert event["failure"]["kind"] == "syntax-error"  # type: ignore[index]


def test_missing_file(root: Path) -> None:
    """A file that is gone is named, in the folder where it should be."""
    (root / "exercises/01-till/bistro/till.py").unlink()
    said = " ".join(run_pytest(root, ADD).stdout.split())
    assert "the file exercises/01-till/bistro/till.py is missing" in said


# Other tests, time, threads


def test_other_tests_keep_their_tracebacks(root: Path) -> None:
    """Outside the chapters, a failure is pytest's own."""
    write(root, "tests/other/test_other.py", "def test_other():\n    assert [1] == [2]\n")
    done = run_pytest(root, "tests/other")
    assert "At index 0 diff: 1 != 2" in done.stdout


def test_other_tests_have_no_limit(root: Path) -> None:
    """Outside the chapters, a test takes the time it takes."""
    write(root, "tests/other/test_other.py", "import time\ndef test_other(): time.sleep(0.5)\n")
    assert run_pytest(root, "tests/other", COURSE_TIME_LIMIT="0.2").returncode == 0


@pytest.mark.parametrize(
    "place",
    [
        "@pytest.fixture\ndef slow():\n    while True: pass\ndef test_it(slow): pass\n",
        "@pytest.fixture\ndef slow():\n    yield\n    while True: pass\ndef test_it(slow): pass\n",
        "while True: pass\ndef test_it(): pass\n",
    ],
    ids=["set-up", "tear-down", "import"],
)
def test_limit_everywhere(root: Path, place: str) -> None:
    """What does not end is stopped in a fixture and in an import, too."""
    write(root, "tests/01-till/test_3_slow.py", f"import pytest\n\n{place}")
    arguments = ("tests/01-till/test_3_slow.py", "--course-report=r.jsonl")
    done = run_pytest(root, *arguments, COURSE_TIME_LIMIT="0.4")
    assert done.returncode in (1, 2), done.stdout
    (event,) = [event for event in events_of(root) if event["event"] == "test"]
    assert event["failure"]["kind"] == "hang"  # type: ignore[index]


def test_threads_left_behind(root: Path) -> None:
    """A thread that never ends does not keep pytest from ending, with its verdict."""
    body = "    threading.Thread(target=threading.Event().wait).start()\n    return 0\n"
    total_is(root / "exercises/01-till/bistro", body)
    started = time.monotonic()
    done = run_pytest(root, ADD)
    assert time.monotonic() - started < 20
    assert done.returncode == 1
    assert "1 failed, 5 passed" in done.stdout


def test_a_thread_that_fails(root: Path) -> None:
    """An exception in a thread of the learner's is told, though the test saw only silence."""
    text = TILL.replace("        line = self.connection.recv(100)\n", "        line = None\n")
    write(root, "exercises/01-till/bistro/till.py", text)
    bill = "tests/01-till/test_2_bill.py::test_answer_in_background"
    done = run_pytest(root, bill)
    assert "got       AttributeError: 'NoneType' object has no attribute 'strip'" in done.stdout
    assert "It was raised in another thread" in done.stdout
    assert "self.connection.sendall(bill([(line.strip()" in done.stdout

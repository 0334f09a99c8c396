"""The process that runs a learner's tests: quick, always fresh, not taken along by a crash."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.runner import Runner
from tests.course.till import TILL, make_course

ADD = Path("tests/01-till/test_1_add.py")
BILL = Path("tests/01-till/test_2_bill.py")
EXERCISE = Path("exercises/01-till/bistro/till.py")
SUM = "    return sum(prices)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_course(tmp_path, TILL)
    return tmp_path


@pytest.fixture
def runner(root: Path) -> Iterator[Runner]:
    with Runner(root) as runner:
        yield runner


def total_is(root: Path, body: str) -> None:
    (root / EXERCISE).write_text(TILL.replace(SUM, body), encoding="utf-8")


def test_passes(runner: Runner) -> None:
    """Right code passes, and each test is told as it ends."""
    events: list[str] = []
    result = runner.run([ADD], on_event=lambda event: events.append(event["event"]))
    assert result.ok
    assert len(result.passed) == 6
    assert events == [*["start", "test"] * 6, "done"]


def test_fails(root: Path, runner: Runner) -> None:
    """Wrong code fails, with what went wrong and what was printed."""
    total_is(root, '    print("adding")\n    return 0\n')
    result = runner.run([ADD])
    assert not result.ok
    assert [failure.name for failure in result.failures] == ["test_sum_of_prices"]
    assert (result.failures[0].got, result.failures[0].printed) == ("0", "adding\n")


def test_saved_twice_within_a_second(root: Path, runner: Runner) -> None:
    """Old code never runs, though the new file has the same size and the same time."""
    verdicts = []
    for body in (
        "    return max(prices)\n",
        "    return sum(prices)\n",
        "    return min(prices)\n",
    ):
        total_is(root, body)
        os.utime(root / EXERCISE, (1_700_000_000, 1_700_000_000))
        verdicts.append(runner.run([ADD.with_name("test_1_add.py")]).ok)
    assert verdicts == [False, True, False]


def test_old_bytecode_is_not_used(root: Path, runner: Runner) -> None:
    """A compiled file that another command left behind is not taken for the source."""
    total_is(root, "    return min(prices)\n")
    os.utime(root / EXERCISE, (1_700_000_000, 1_700_000_000))
    folder = str((root / EXERCISE).parent)
    os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-m", "compileall", "-q", folder])
    assert list((root / EXERCISE).parent.glob("__pycache__/*.pyc"))
    total_is(root, SUM)
    os.utime(root / EXERCISE, (1_700_000_000, 1_700_000_000))
    assert runner.run([ADD]).ok


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    import os\n    os._exit(3)\n", "exit status 3"),
        ("    import ctypes\n    ctypes.string_at(0)\n", ""),
    ],
    ids=["exit", "segfault"],
)
def test_death(root: Path, runner: Runner, body: str, said: str) -> None:
    """When Python itself ends, the test that ran says so, and the next run is well."""
    total_is(root, body)
    result = runner.run([ADD])
    assert [failure.kind for failure in result.failures] == ["died"]
    assert "ended while this test ran" in result.failures[0].message
    assert said in result.failures[0].message
    assert result.failures[0].rule == "The total is the sum of all the prices."
    total_is(root, SUM)
    assert runner.run([ADD]).ok


def test_segfault_names_the_line(root: Path, runner: Runner) -> None:
    """After a crash the learner's line is known."""
    total_is(root, "    import ctypes\n    ctypes.string_at(0)\n")
    line = runner.run([ADD]).failures[0].lines[-1]
    assert (line.file, line.source) == (EXERCISE.as_posix(), "ctypes.string_at(0)")


def test_uninterruptible(root: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that swallows every interruption is ended all the same, with its line."""
    monkeypatch.setenv("COURSE_TIME_LIMIT", "0.3")
    runner.run([ADD])  # uses up the spare that was started before the limit was set
    swallow = "        except BaseException:\n            pass\n"
    total_is(
        root,
        "    def once():\n        try:\n            while True: pass\n" + swallow
        + "    while True:\n        try:\n            once()\n" + swallow,
    )  # fmt: skip
    result = runner.run([ADD])
    assert [failure.kind for failure in result.failures] == ["hang"]
    assert result.failures[0].lines[-1].file == EXERCISE.as_posix()


def test_stuck_in_c(root: Path, runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that never comes back to Python, so that nothing interrupts it, is ended too."""
    monkeypatch.setenv("COURSE_TIME_LIMIT", "0.3")
    runner.run([ADD])  # uses up the spare that was started before the limit was set
    total_is(root, "    import itertools\n    return sum(itertools.repeat(0))\n")
    (failure,) = runner.run([ADD]).failures
    assert failure.kind == "hang"
    assert failure.lines[-1].source == "return sum(itertools.repeat(0))"


def test_time_limit_of_a_run(root: Path, runner: Runner) -> None:
    """A run that takes too long is stopped; the test that was running has failed."""
    total_is(root, "    import time\n    time.sleep(4.5)\n")
    result = runner.run([ADD], time_limit=2.5)
    assert result.duration < 4
    assert [failure.kind for failure in result.failures] == ["hang"]
    assert "2.5 seconds" in result.failures[0].message


def test_cancel(root: Path, runner: Runner) -> None:
    """A run that is not wanted any more ends at once."""
    total_is(root, "    import time\n    time.sleep(4)\n")
    running = threading.Event()
    waiting = threading.Thread(target=lambda: (running.wait(5), runner.cancel()))
    waiting.start()
    result = runner.run([ADD], on_event=lambda event: running.set())
    waiting.join()
    assert result.cancelled
    assert not result.ok
    assert result.duration < 3


def test_leftovers(root: Path, runner: Runner) -> None:
    """A server that a run leaves behind, in a thread or a process, is gone in the next."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    serve = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(99)"
    total_is(
        root,
        "    import socket, subprocess, sys, threading\n"
        f"    subprocess.Popen([sys.executable, '-c', {serve!r}])\n"
        f"    while socket.socket().connect_ex(('127.0.0.1', {port})): pass\n"
        "    threading.Thread(target=threading.Event().wait).start()\n" + SUM,
    )
    result = runner.run([ADD.with_name("test_1_add.py")], arguments=["-k", "no_prices"])
    assert result.ok
    assert socket.socket().connect_ex(("127.0.0.1", port)) != 0


def test_import_error_is_told_once(root: Path, runner: Runner) -> None:
    """A file that cannot be imported fails each test file that needs it, not each test."""
    (root / EXERCISE).write_text("def total(:\n", encoding="utf-8")
    result = runner.run([ADD, BILL])
    assert [failure.kind for failure in result.failures] == ["syntax-error"] * 2


@pytest.mark.parametrize(
    ("tests", "target", "said"),
    [
        ([ADD], "exercise", "should be one of exercises, solutions, framework"),
        ([Path("tests/01-till/none.py")], "exercises", "none.py"),
    ],
    ids=["target", "file"],
)
def test_trouble(runner: Runner, tests: list[Path], target: str, said: str) -> None:
    """What keeps the tests from running at all is said in a sentence."""
    result = runner.run(tests, target)
    assert not result.ok
    assert said in result.trouble
    assert "\n" not in result.trouble


def test_nothing_to_run(runner: Runner) -> None:
    """No test is no pass."""
    result = runner.run([ADD], arguments=["-k", "nonesuch"])
    assert (result.ok, result.trouble) == (False, "There are no tests to run.")


def test_junit(root: Path, runner: Runner) -> None:
    """A teacher's autograder gets its file, whole, with what the learner is told."""
    total_is(root, "    return 0\n")
    runner.run([ADD], arguments=[f"--junitxml={root / 'result.xml'}"])
    written = (root / "result.xml").read_text(encoding="utf-8")
    assert 'tests="6"' in written
    assert "expected  1730" in written


def test_other_target(root: Path, runner: Runner) -> None:
    """Any folder that holds a bistro can be the target."""
    other = root / "other/bistro"
    other.mkdir(parents=True)
    (other / "till.py").write_text(TILL.replace(SUM, "    return 7\n"), encoding="utf-8")
    assert runner.run([ADD]).ok
    assert runner.run([ADD], str(root / "other")).failures[0].got == "7"


def test_all_is_told_when_everything_is_wrong(root: Path, runner: Runner) -> None:
    """Fifty failures are fifty failures in the result, none lost on the way."""
    (root / EXERCISE).write_text(TILL.replace("def total(prices):", "def total():"), "utf-8")
    texts = ", ".join(f'"{number}"' for number in range(50))
    many = (root / ADD).read_text("utf-8").replace('"4,50", "4.5"', texts)
    (root / ADD).write_text(many.replace("parse_price(text)", "total(text)"), "utf-8")
    assert len(runner.run([ADD]).failures) == 52

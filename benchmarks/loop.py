"""What a learner waits for: set-up, start, verdicts, pages; in a clone of the repository.

Measured as a learner would meet it: the commands themselves, the watch screen in a pseudo-terminal
(POSIX). The clone holds what is committed.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.table import Table

from benchmarks.table import console

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
FIRST_FILE = Path("01-sockets") / "bistro" / "sockets.py"


def run(rounds: int, *, selftest: bool) -> None:
    """Measure the whole loop and print the table; with `selftest`, that too."""
    table = Table(title="the learner's loop", title_justify="left")
    table.add_column("what")
    table.add_column("seconds, median", justify="right")
    table.add_column("target", justify="right")

    def row(what: str, seconds: list[float], target: str = "") -> None:
        table.add_row(what, f"{statistics.median(seconds):.2f}", target)
        console.print(f"{what}: {statistics.median(seconds):.2f} s", style="dim")

    with TemporaryDirectory() as folder:
        clone = Path(folder) / "bistro"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        row("first set-up", [command(clone, sys.executable, "-m", "course")], "60")
        python = sys.executable
        row("second start", [command(clone, python, "-m", "course") for _ in range(rounds)], "0.5")
        row("watch screen to its first verdict", [first_verdict(clone) for _ in range(rounds)])
        passes, failures = verdicts(clone, rounds)
        row("save to verdict, step 1.1 passes", passes, "0.5")
        row("save to verdict, step 1.1 fails", failures, "0.5")
        learner = venv_python(clone)
        for chapter in sorted((clone / "tests").glob("[0-9][0-9]-*")):
            tests = [learner, "-m", "pytest", "-q", str(chapter), "--target", "solutions"]
            row(f"tests of {chapter.name}", [command(clone, *tests)], "2")
        row("mkdocs build", [command(clone, learner, "-m", "mkdocs", "-q", "build")])
        if selftest:
            row("selftest, with its set-up", [command(clone, python, "-m", "course", "selftest")])
    console.print(table)


def venv_python(clone: Path) -> str:
    """Return the interpreter of the learner's own environment."""
    return str(clone / ".venv" / "bin" / "python")


def command(clone: Path, *arguments: str) -> float:
    """Return how long a command takes in the clone, in seconds; it has to succeed."""
    start = time.perf_counter()
    subprocess.run(
        arguments, cwd=clone, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


@contextlib.contextmanager
def watch_screen(clone: Path) -> Iterator[int]:
    """Run `python3 -m course` in a pseudo-terminal; give the file descriptor of its other end."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(clone)
        os.environ.update(TERM="xterm-256color", COLUMNS="90", LINES="30")
        os.execv(sys.executable, [sys.executable, "-m", "course"])
    try:
        yield terminal
    finally:
        os.write(terminal, b"q")
        os.waitpid(process, 0)
        os.close(terminal)


def wait_for(terminal: int, text: str) -> float:
    """Return how many seconds pass until `text` is on the screen; 30 at most."""
    start = time.perf_counter()
    shown = b""
    while text.encode() not in shown:
        if not select.select([terminal], [], [], 30)[0]:
            raise SystemExit(f"{text!r} did not come up on the watch screen")
        shown += os.read(terminal, 65_536)
    return time.perf_counter() - start


def first_verdict(clone: Path) -> float:
    """Return how long the watch screen takes from its start to its first verdict."""
    with watch_screen(clone) as terminal:
        return wait_for(terminal, "not written yet")


def verdicts(clone: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Return the times from a save to a pass, and from a save to a failure, of step 1.1."""
    exercise = clone / "exercises" / FIRST_FILE
    blank = exercise.read_text(encoding="utf-8")
    right = (clone / "solutions" / FIRST_FILE).read_text(encoding="utf-8")
    wrong = right.replace("listener.listen(backlog)", "pass")
    passes, failures = [], []
    for _ in range(rounds):
        shutil.rmtree(clone / ".course", ignore_errors=True)
        exercise.write_text(blank, encoding="utf-8")
        with watch_screen(clone) as terminal:
            wait_for(terminal, "not written yet")
            time.sleep(1)  # as a person would: the next process is warm by then
            exercise.write_text(wrong, encoding="utf-8")
            failures.append(wait_for(terminal, "tests failed"))
            time.sleep(1)
            exercise.write_text(right, encoding="utf-8")
            passes.append(wait_for(terminal, "passes"))
    exercise.write_text(blank, encoding="utf-8")
    return passes, failures

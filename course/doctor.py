"""Finds what is wrong with the set-up, and says what puts it right."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from course import restaurant, setup
from course.book import Book, BookError
from course.place import ME
from course.progress import FOLDER, Progress

PATIENCE = 2.0
"""Seconds to wait for the file system to tell of a change."""
SPACE = 200
"""Megabytes of free disk that are enough."""
CONFLICT = re.compile(r"^(<<<<<<<|=======|>>>>>>>)( |$)", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, what was found, and the cure where it is not."""

    what: str
    ok: bool
    found: str
    cure: str = ""


Check = Callable[[Path], Finding]


def run(root: Path) -> int:
    """Print every finding; exit status 1 if one is bad."""
    findings = [check(root) for check in CHECKS]
    for finding in findings:
        print(f"{'✓' if finding.ok else '✗'} {finding.what:<18} {finding.found}")
        if not finding.ok:
            print(f"  {'':<18} {finding.cure}")
    bad = sum(not finding.ok for finding in findings)
    print("\nAll is well." if not bad else f"\n{bad} of {len(findings)} need your attention.")
    return 1 if bad else 0


def python(root: Path) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python", sys.version_info >= (3, 11), f"{version} in {sys.prefix}", "Take 3.11."
    )


def packages(root: Path) -> Finding:
    if not setup.inside():
        found = f"this is {sys.executable}, not the course's own .venv"
        return Finding("packages", False, found, f"Run `{ME} doctor`, without `python -c` or -I.")
    if setup.installed("all"):
        return Finding("packages", True, "all.txt is installed as locked")
    ok = setup.installed("learn")
    found = "learn.txt is installed as locked" if ok else "the locked packages are not all there"
    return Finding("packages", ok, found, f"Delete the folder .venv and run `{ME}` again.")


def disk(root: Path) -> Finding:
    free = shutil.disk_usage(root).free // 1_000_000
    return Finding("disk", free >= SPACE, f"{free} MB free", "Make room: backups need some.")


def writable(root: Path) -> Finding:
    probe = root / FOLDER / "doctor.tmp"
    try:
        probe.parent.mkdir(exist_ok=True)
        probe.write_text("", encoding="ascii")
        probe.unlink()
    except OSError as error:
        return Finding("folder", False, f"{error}", "Move the course to a folder of yours.")
    return Finding("folder", True, f"{root} can be written to")


def chapters(root: Path) -> Finding:
    try:
        book = Book.load(root)
    except BookError as error:
        return Finding("chapters", False, str(error), "Get that page back: git checkout chapters/")
    steps = sum(len(chapter.steps) for chapter in book.chapters)
    return Finding(
        "chapters", bool(steps), f"{len(book.chapters)}, with {steps} steps", "Clone anew."
    )


def progress(root: Path) -> Finding:
    found = Progress.load(root)
    if found.warning:
        return Finding("progress", False, found.warning, f"Mend or delete {FOLDER}/progress.toml")
    return Finding("progress", True, f"{len(found.passed)} steps passed")


def code(root: Path) -> Finding:
    """The learner's files: all there, valid Python, no leftovers of a merge."""
    for chapter in Book.load(root).chapters:
        for file in chapter.files:
            path = chapter.exercise_dir / file
            where = path.relative_to(root).as_posix()
            back = f"`{ME} reset {chapter.number}` puts the chapter back and keeps a backup."
            if not path.is_file():
                return Finding("your code", False, f"{where} is missing", back)
            text = path.read_text(encoding="utf-8", errors="replace")
            if CONFLICT.search(text):
                cure = "Choose one of the versions between the marks and delete the marks."
                return Finding("your code", False, f"{where} has marks of a git conflict", cure)
            try:
                ast.parse(text)
            except (SyntaxError, ValueError) as error:
                line = getattr(error, "lineno", 0)
                return Finding("your code", False, f"{where}, line {line}: {error.args[0]}", back)
    return Finding("your code", True, "every file is there and is valid Python")


def saves(root: Path) -> Finding:
    """Whether the file system tells of a save."""
    from watchfiles import watch

    folder = root / FOLDER / "doctor"
    folder.mkdir(parents=True, exist_ok=True)
    told, stopping = threading.Event(), threading.Event()

    def listen() -> None:
        for _ in watch(folder, stop_event=stopping, rust_timeout=100, raise_interrupt=False):
            told.set()
            return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    end = time.monotonic() + PATIENCE
    while not told.is_set() and time.monotonic() < end:
        (folder / "saved.txt").write_text(str(time.monotonic()), encoding="ascii")
        told.wait(0.1)
    stopping.set()
    listener.join(PATIENCE)
    shutil.rmtree(folder, ignore_errors=True)
    cure = f"Use `{ME} watch --poll`."
    ok = told.is_set()
    return Finding(
        "saves", ok, "are noticed" if ok else "are not told of by this file system", cure
    )


def port(root: Path) -> Finding:
    free = restaurant.free_port()
    ok = free == restaurant.PORT
    found = (
        f"{restaurant.PORT} is free" if ok else f"{restaurant.PORT} is in use by another program"
    )
    return Finding("port", ok, found, f"A server left running? `{ME} run` takes {free} meanwhile.")


def terminal(root: Path) -> Finding:
    if not sys.stdout.isatty():
        return Finding("terminal", True, "none here: the output is piped")
    columns, lines = os.get_terminal_size()
    ok = columns >= 60 and lines >= 20
    return Finding("terminal", ok, f"{columns} x {lines}", "Make the window 60 x 20 at least.")


CHECKS: tuple[Check, ...] = (
    python, packages, disk, writable, chapters, progress, code, saves, port, terminal,
)  # fmt: skip

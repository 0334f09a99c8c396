"""The shell sessions of a page, run in a copy of the repository; the solutions stand in there.

In a fence `console`, a line that begins with `$ ` is a command, continued by a backslash at its
end; the other lines are what the whole block prints. `...` in a line stands for anything, a line of
its own for any number of lines.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from course import cut
from course.book import Book
from course.progress import Progress
from course.proofs.markdown import Fence
from course.proofs.runs import environment

TIME_LIMIT = 60.0
"""Seconds for one block."""
FOREIGN = ("curl", "nc", "wrk")
"""Programs that PyPI cannot bring; a block that uses one is left out where it is missing."""
PORT = 8000
_PORT_PATIENCE = 20.0

_PROMPT = "$ "
_ANYTHING = "..."
_LEFT_OUT = shutil.ignore_patterns(
    *(".*", "__pycache__", "site", "build", "dist", "*.egg-info", "node_modules")
)


@contextmanager
def copy(book: Book, folder: Path) -> Iterator[Path]:
    """A copy of the repository in `folder`, freshly cut, in which every chapter is skipped."""
    root = folder / "course"
    shutil.copytree(book.root, root, ignore=_LEFT_OUT)
    venv = book.root / ".venv"
    if venv.exists():
        (root / ".venv").symlink_to(venv, target_is_directory=True)
    cut.cut(root, force=True)
    progress = Progress.load(root)
    progress.skipped = {chapter.number for chapter in book.chapters}
    progress.save()
    (folder / ".curlrc").write_text("no-progress-meter\n", encoding="utf-8")
    yield root


def missing(fence: Fence) -> list[str]:
    """The programs that a block needs and this machine lacks."""
    script, _ = parse(fence.text)
    words = set(re.findall(r"[\w.-]+", script))
    return [name for name in FOREIGN if name in words and shutil.which(name) is None]


def problem(root: Path, fence: Fence) -> tuple[int, str] | None:
    """Run a block in a copy; the line and the first difference to what the page says, if any."""
    script, expected = parse(fence.text)
    if not script:
        return fence.line, "holds no command; a command's line begins with '$ '"
    if not _wait_for_free(PORT):
        return fence.line, f"port {PORT} is used by another program; end that, and run this again"
    printed, ended = _bash(script, root)
    if not ended:
        return fence.line, f"did not end within {TIME_LIMIT:.0f} s; it had printed:\n{printed}"
    number = difference(expected, printed.splitlines())
    if number is None:
        return None
    lines = "\n".join(f"  {line}" for line in printed.splitlines()) or "  (nothing)"
    wanted = expected[number] if number < len(expected) else "(nothing more)"
    return fence.line, f"the page says\n  {wanted}\nwhere the command prints\n{lines}"


def parse(text: str) -> tuple[str, list[str]]:
    """A block's commands as one script, and the lines it is said to print."""
    commands: list[str] = []
    expected: list[str] = []
    continued = False
    for line in text.splitlines():
        if continued:
            commands.append(line)
        elif line.startswith(_PROMPT):
            commands.append(line.removeprefix(_PROMPT))
        else:
            expected.append(line)
            continue
        continued = line.endswith("\\")
    return "\n".join(commands), expected


def difference(expected: Sequence[str], printed: Sequence[str]) -> int | None:
    """The index of the first expected line that is not met; None when all are, in full.

    The length of `expected` says that more was printed than expected.
    """
    places = {0}  # how many printed lines the expected ones so far may have taken
    for index, line in enumerate(expected):
        if line.strip() == _ANYTHING:
            places = set(range(min(places), len(printed) + 1))
            continue
        pattern = _pattern(line)
        places = {
            place + 1
            for place in places
            if place < len(printed) and pattern.fullmatch(printed[place].rstrip())
        }
        if not places:
            return index
    return None if len(printed) in places else len(expected)


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, line.rstrip().split(_ANYTHING))))


def _bash(script: str, root: Path) -> tuple[str, bool]:
    """What a script prints, and whether it ended in time; whatever it left running is ended."""
    process = subprocess.Popen(  # noqa: S603  # running the page's commands is the purpose
        ["bash", "-c", script],  # noqa: S607  # the reader's bash
        cwd=root,
        env=_environment(root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    end = time.monotonic() + TIME_LIMIT
    try:
        process.wait(TIME_LIMIT)
        ended = True
    except subprocess.TimeoutExpired:
        ended = time.monotonic() < end
    _end_group(process.pid)
    printed, _ = process.communicate()
    return printed, ended


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _environment(root: Path) -> dict[str, str]:
    venv = root / ".venv" / "bin"
    programs = str(venv if venv.exists() else Path(sys.executable).parent)
    return {
        **(os.environ if (root / "course").exists() else environment(root)),
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", os.defpath)]),
        "CURL_HOME": str(root.parent),
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "COLUMNS": "80",
    }


def _wait_for_free(port: int) -> bool:
    end = time.monotonic() + _PORT_PATIENCE
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return True
        time.sleep(0.2)
    return False

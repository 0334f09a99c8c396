"""The pay-off of a chapter: its restaurant, run on the learner's own code."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator

from course import fresh
from course.book import Book, BookError, Chapter
from course.progress import Progress

PORT = 8000
TRIES = 20
URL = re.compile(r"https?://[\w.\[\]:-]+/?[^\s\"]*")


def command(chapter: Chapter) -> list[str]:
    """What runs a chapter's restaurant in a process of its own, from the course's folder."""
    script = chapter.restaurant.relative_to(chapter.root).as_posix()
    return [sys.executable, "-m", "course.target", "exercises", script]


def start(chapter: Chapter, port: int) -> subprocess.Popen[str]:
    """Start the restaurant; its output and errors come on one pipe, a line at a time."""
    if not chapter.restaurant.is_file():
        raise BookError(f"chapter {chapter} has no restaurant to run")
    return subprocess.Popen(  # noqa: S603  the command is ours, and there is no shell
        command(chapter),
        cwd=chapter.root,
        env=os.environ | {"PORT": str(port), "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        bufsize=1,
    )


def stop(child: subprocess.Popen[str]) -> None:
    """End a restaurant that may be running still."""
    child.terminate()
    try:
        child.wait(3)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def free_port(wanted: int = PORT) -> int:
    """The wanted port, or the next that nobody listens on."""
    for port in range(wanted, wanted + TRIES):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError(f"ports {wanted} to {wanted + TRIES - 1} are all in use; set PORT to a free one")


def relay(lines: Iterable[str], opened: Callable[[str], object]) -> Iterator[str]:
    """The restaurant's lines for the learner: `opened` is told the address, once it is printed.

    A traceback that ends at a function not yet written becomes the sentence that says so; one that
    ends at Ctrl-C says nothing.
    """
    traceback: list[str] = []
    told = False
    for line in lines:
        if traceback or line.startswith("Traceback (most recent call last)"):
            traceback.append(line)
            if line.startswith((" ", "Traceback", "\n")):
                continue
            yield from _shortened(traceback)
            traceback = []
            continue
        address = URL.search(line)
        if address and not told:
            told = True
            opened(address[0])
        yield line
    yield from traceback


def _shortened(traceback: list[str]) -> list[str]:
    if traceback[-1].startswith("KeyboardInterrupt"):
        return []
    stub = fresh.SENTENCE.search(traceback[-1])
    if stub is None or "NotImplementedError" not in traceback[-1]:
        return traceback
    return [
        f"Step {stub[1]} is not written yet: write {stub[2]} (python3 -m course test {stub[1]}).\n"
    ]


def stand_ins(book: Book, chapter: Chapter) -> str:
    """One line on the chapters up to this one that are skipped; empty when none is."""
    from course import place

    upto = book.chapters[: book.chapters.index(chapter) + 1]
    return place.stand_ins(upto, Progress.load(book.root))

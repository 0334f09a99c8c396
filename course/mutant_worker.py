"""Runs pytest on one mutant after the other, each in a process of its own.

Where the system can fork, the process is a copy of this one, which has imported pytest already.
Jobs are lines of JSON on the standard input; each is answered with pytest's exit status, or null
when the run took too long.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import wsgiref.validate
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest

from course import plugin, target

WARM = (futures, plugin, urllib.request, wsgiref.validate)
"""Imported here for the sake of the copies; the tests use them."""
_PAUSE = 0.005


def main() -> None:
    """Answer jobs until the input ends."""
    judge = _forked if hasattr(os, "fork") else _spawned
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line))), flush=True)


def arguments(job: dict[str, Any]) -> list[str]:
    """The command line of pytest for a job."""
    return [
        *("-x", "-q", "-p", "no:cacheprovider", "-p", "course.plugin"),
        *("--import-mode=importlib", "--rootdir", str(Path.cwd())),
        *("--target", job["target"], *job["tests"]),
    ]


def _forked(job: dict[str, Any]) -> int | None:
    child = os.fork()
    if child == 0:
        _become_pytest(job)
    try:
        return _wait(child, job["seconds"])
    finally:
        _end_group(child)


def _become_pytest(job: dict[str, Any]) -> None:
    """Run the tests in this copy, with a process group of its own, and end."""
    os.setsid()
    with Path(os.devnull).open("r+b") as nothing:
        for standard in (0, 1, 2):
            os.dup2(nothing.fileno(), standard)
    os.environ[target.VARIABLE] = job["target"]
    status = 1
    try:
        status = int(pytest.main(arguments(job)))
    finally:
        os._exit(status)


def _wait(child: int, seconds: float) -> int | None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(_PAUSE)
    _end_group(child)
    os.waitpid(child, 0)
    return None


def _end_group(leader: int) -> None:
    """End what the run started and left behind, too."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _spawned(job: dict[str, Any]) -> int | None:
    command = [sys.executable, "-m", "pytest", *arguments(job)]
    environment = {**os.environ, target.VARIABLE: job["target"]}
    try:
        return subprocess.run(  # noqa: S603  # our own command line
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=job["seconds"],
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return None


if __name__ == "__main__":
    main()

"""Runs pytest for the proofs, one job after the other, each in a process of its own.

Where the system can fork, the process is a copy of this one, which has imported pytest already.
Jobs are lines of JSON on the standard input; each is answered with pytest's exit status, or null
when the run took too long. `course.proofs.runs` asks.
"""

from __future__ import annotations

import gc
import importlib
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
import yaml
from _pytest.config import default_plugins

from course import plugin

WARM = (futures, plugin, urllib.request, wsgiref.validate, yaml)
"""Imported here for the sake of the copies; the plugin and the tests use them."""
_PAUSE = 0.005


def main() -> None:
    """Answer jobs until the input ends."""
    for name in default_plugins:
        importlib.import_module(f"_pytest.{name}")
    gc.freeze()  # the copies need not look through it again
    judge = _forked if hasattr(os, "fork") else _spawned
    for line in sys.stdin:
        print(json.dumps(judge(json.loads(line))), flush=True)


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
    with Path(os.devnull).open("rb") as nothing, Path(job["said"]).open("wb") as said:
        for standard, file in enumerate((nothing, said, said)):
            os.dup2(file.fileno(), standard)
    os.chdir(job["root"])
    sys.path[0] = job["root"]
    os.environ.clear()
    os.environ.update(job["environment"])
    status = 1
    try:
        status = int(pytest.main(job["arguments"]))
        sys.stdout.flush()
        sys.stderr.flush()
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
    with Path(job["said"]).open("wb") as said:
        try:
            return subprocess.run(  # noqa: S603  # our own command line
                [sys.executable, "-m", "pytest", *job["arguments"]],
                cwd=job["root"],
                env=job["environment"],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=job["seconds"],
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return None


if __name__ == "__main__":
    main()

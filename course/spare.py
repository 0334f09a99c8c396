"""The process that runs a step's tests: it imports all it needs ahead, then waits for a job.

It reads one line of JSON from its input, runs pytest, and writes the events of the run, a line of
JSON each, to what was its output; what tests print goes elsewhere. It runs one job and ends, with
whatever threads and sockets the tested code left behind.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from typing import Any, TextIO

import pytest
from _pytest.config import default_plugins

from course import plugin, target

_ALSO = ("http.client", "logging", "selectors", "socket", "subprocess", "urllib.request", "yaml")
"""What the chapters' tests import, and what is imported at the first use of it."""


def main() -> None:
    events = _taken_output()
    _warm_up()
    line = sys.stdin.readline()
    if not line:
        return
    status = run(json.loads(line), events)
    for stream in (events, sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def _taken_output() -> TextIO:
    """Keep the output for events alone: whatever is printed from now on goes nowhere."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return events


def _warm_up() -> None:
    for name in (*(f"_pytest.{name}" for name in default_plugins), *_ALSO):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def run(job: dict[str, Any], events: TextIO) -> int:
    """Run the job's tests; returns pytest's exit status."""

    def emit(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    os.environ[target.VARIABLE] = job["target"]
    os.chdir(job["root"])
    arguments = ["-p", "course.plugin", "--disable-plugin-autoload", "-q", "--no-header"]
    arguments += [
        "-p",
        "no:cacheprovider",
        "--no-summary",
        "--continue-on-collection-errors",
        "--rootdir",
        job["root"],
    ]
    return int(pytest.main([*arguments, *job["arguments"], *job["tests"]], [_Told(emit)]))


class _Told:
    """Registers the recorder once the course's plugin is there."""

    def __init__(self, emit: Any) -> None:
        self.emit = emit

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        recorder = plugin.Recorder(plugin.course_of(config), self.emit)
        config.pluginmanager.register(recorder, "course-recorder")


if __name__ == "__main__":
    main()

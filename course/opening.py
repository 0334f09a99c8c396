"""Fixtures that open a chapter's restaurant for its tests, in a process of its own.

A part of the pytest plugin: `restaurant` is the one of the chapter whose tests ask for it, on the
`bistro` that is tested, on a free port.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

Restaurant = tuple["subprocess.Popen[str]", int]
"""A running restaurant's process, and its port on 127.0.0.1."""


@pytest.fixture(scope="module")
def open_restaurant(request: pytest.FixtureRequest) -> Iterator[Callable[..., Restaurant]]:
    """`open_restaurant(**environment)`: the process and the port; each is killed at the end."""
    opened: list[subprocess.Popen[str]] = []

    def open_one(**environment: str) -> Restaurant:
        process = start(request.path.parents[2], request.path.parent.name, environment)
        opened.append(process)
        return process, port_of(process)

    yield open_one
    for process in opened:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def restaurant(open_restaurant: Callable[..., Restaurant]) -> Restaurant:
    """The running restaurant's process and port."""
    return open_restaurant()


@pytest.fixture(scope="module")
def port(restaurant: Restaurant) -> int:
    """The running restaurant's port."""
    return restaurant[1]


def start(root: Path, slug: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Run a chapter's restaurant on the files that this process tests."""
    target = os.pathsep.join(str(Path(path).parent) for path in import_module("bistro").__path__)
    script = root / "chapters" / slug / "restaurant.py"
    # A shell has its background jobs ignore Ctrl-C, and the restaurant would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(  # noqa: S603  the command is ours
            [sys.executable, "-m", "course.target", target, str(script)],
            cwd=root,
            env={
                **os.environ,
                **environment,
                "PORT": "0",
                "PYTHONUNBUFFERED": "1",
                "PYTHONIOENCODING": "utf-8",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
    finally:
        signal.signal(signal.SIGINT, before)


def port_of(process: subprocess.Popen[str]) -> int:
    """The port in the address that the restaurant prints; without one, the test fails."""
    line = ""
    for line in process.stdout or ():
        if found := re.search(r"http://127\.0\.0\.1:([0-9]+)", line):
            return int(found[1])
    process.kill()
    # The last line of a traceback is the error.
    pytest.fail(f"the restaurant did not open: {line}", pytrace=False)

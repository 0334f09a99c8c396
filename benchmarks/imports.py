"""How long an import takes in a fresh interpreter, over what starting the interpreter takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks.table import Target, interleave, show, show_versions

FRAMEWORK = Path(__file__).parent.parent / "framework"
SERVERS = {
    "bistro": "bistro.server",
    "waitress": "waitress",
    "cheroot": "cheroot.wsgi",
    "gunicorn": "gunicorn.app.wsgiapp",
}
WEB = {
    "bistro": "bistro.app",
    "bottle": "bottle",
    "falcon": "falcon",
    "flask": "flask",
    "pyramid": "pyramid.config",
    "django": "django.core.handlers.wsgi",
    "starlette": "starlette.applications",
}
"""Of each, what the module with a small application imports."""


def milliseconds(code: str) -> float:
    """Return how long a fresh interpreter takes to run `code`, in ms."""
    environment = {
        **os.environ, "PYTHONPATH": str(FRAMEWORK), "PYTHONDONTWRITEBYTECODE": "",
    }  # fmt: skip
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return (time.perf_counter() - start) * 1000


def over_nothing(module: str) -> float:
    """Return how much longer an interpreter that imports `module` takes than one that does not."""
    return milliseconds(f"import {module}") - milliseconds("pass")


def run(rounds: int) -> None:
    """Measure the imports of all servers, and of all frameworks, and print the tables."""
    show_versions("waitress", "cheroot", "gunicorn")
    compare("import of the server", SERVERS, rounds, Target("waitress", 0.9))
    show_versions("bottle", "falcon", "flask", "pyramid", "django", "starlette")
    compare("import of the web part", WEB, rounds, Target("bottle", 0.6))


def compare(title: str, modules: dict[str, str], rounds: int, target: Target) -> None:
    """Measure imports, at least 21 times each, and print the table."""
    subjects = {name: partial(over_nothing, module) for name, module in modules.items()}
    for measure in subjects.values():  # leaves the compiled modules behind, as an installer does
        measure()
    measured = interleave(subjects, max(rounds, 21))
    show(title, "ms", measured, more_is_better=False, target=target)

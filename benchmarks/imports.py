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
MODULES = {
    "bistro": "bistro.server",
    "waitress": "waitress",
    "cheroot": "cheroot.wsgi",
    "gunicorn": "gunicorn.app.wsgiapp",
}


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
    """Measure all servers' imports and print the table."""
    subjects = {name: partial(over_nothing, module) for name, module in MODULES.items()}
    for measure in subjects.values():  # leaves the compiled modules behind, as an installer does
        measure()
    show_versions("waitress", "cheroot", "gunicorn")
    show(
        "import of the server",
        "ms",
        interleave(subjects, max(rounds, 21)),
        more_is_better=False,
        target=Target("waitress", 0.9),
    )

"""Servers under load from wrk: the servers on one core, wrk on another, one at a time in turn.

Needs wrk, and `taskset` (Linux) to keep the two apart.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.table import Target, console, interleave, show, show_versions

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
PYTHON = sys.executable
COMMANDS = {
    "bistro": [PYTHON, "-m", "bistro", "serve", "benchmarks.apps:app", "--port", "{port}"],
    "waitress": [
        PYTHON, "-m", "waitress", "--threads=8", "--listen=127.0.0.1:{port}", "benchmarks.apps:app",
    ],
    "cheroot": [
        PYTHON, "-m", "cheroot", "--threads=8", "--bind=127.0.0.1:{port}", "benchmarks.apps:app",
    ],
    "gunicorn gthread": [
        PYTHON, "-m", "gunicorn", "--threads=8", "--worker-class=gthread", "--log-level=error",
        "--bind=127.0.0.1:{port}", "benchmarks.apps:app",
    ],
    "wsgiref": [PYTHON, "-m", "benchmarks.apps", "{port}"],
}  # fmt: skip

# What wrk prints at its end, for us to read: requests, microseconds, p99 in µs, errors.
SCRIPT = """
wrk.method = "%(method)s"
wrk.body = string.rep("x", %(body)d)
%(fields)s
function done(summary, latency, requests)
    local e = summary.errors
    print("RESULT", summary.requests, summary.duration, latency:percentile(99),
          e.connect + e.read + e.write + e.status + e.timeout)
end
"""


@dataclass(frozen=True)
class Case:
    """One kind of load. `body` is the size of what is posted, 0 for a GET."""

    title: str
    path: str
    target: Target
    p99: Target | None = None
    body: int = 0
    close: bool = False

    def script(self) -> str:
        fields = 'wrk.headers["Connection"] = "close"' if self.close else ""
        method = "POST" if self.body else "GET"
        return SCRIPT % {"method": method, "body": self.body, "fields": fields}


# 1 ms, where waitress has 4.6: as a ratio, because what a machine gives changes by the hour.
HELLO = Case("hello", "/", Target("waitress", 3.0), p99=Target("waitress", 0.22))
CASES = [
    HELLO,
    Case("10 KiB response", "/page", Target("waitress", 3.0)),
    Case("64 KiB echoed", "/echo", Target("cheroot", 2.5), body=65_536),
    Case("a connection a request", "/", Target("waitress", 1.8), close=True),
]


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, the 99th percentile of latency in ms, failed requests."""

    rate: float
    p99: float
    errors: int


def on_core(core: int, pinned: bool) -> list[str]:
    """Return the command before a command that keeps it on `core`."""
    if not pinned:
        return []
    if not shutil.which("taskset"):
        raise SystemExit("taskset is needed to keep servers and load on cores of their own")
    return ["taskset", "--cpu-list", str(core)]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextlib.contextmanager
def serving(name: str, *more: str, pinned: bool = True) -> Iterator[tuple[int, int]]:
    """Run a server; give its port and process id once it answers."""
    port = free_port()
    command = [part.format(port=port) for part in COMMANDS[name]]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "framework")]),
    }
    with subprocess.Popen(
        [*on_core(0, pinned), *command, *more],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(port, process)
            yield port, process.pid
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until something listens on `port`, 20 seconds at most."""
    for _ in range(400):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit(f"{process.args!r} does not listen")


def load(
    port: int, case: Case, *, seconds: int, connections: int = 16, pinned: bool = True
) -> Load:
    """Let wrk ask `port` for `seconds` over `connections` connections."""
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed (Debian: apt-get install wrk)")
    with TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(case.script())
        output = subprocess.run(
            [
                *on_core(1, pinned), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
                f"-s{script}", f"http://127.0.0.1:{port}{case.path}",
            ],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    line = next(line for line in output.splitlines() if line.startswith("RESULT"))
    requests, duration, p99, errors = line.split()[1:]
    rate = float(requests) / (float(duration) / 1e6)
    return Load(rate=rate, p99=float(p99) / 1000, errors=int(float(errors)))


def run(rounds: int, seconds: int) -> None:
    """Measure every case on every server and print a table each."""
    show_versions("waitress", "cheroot", "gunicorn")
    with contextlib.ExitStack() as stack:
        ports = {name: stack.enter_context(serving(name))[0] for name in COMMANDS}
        for name, port in ports.items():
            load(port, HELLO, seconds=1)
            console.print(f"{name} is warm", style="dim")
        for case in CASES:
            measure(case, ports, rounds, seconds)


def measure(case: Case, ports: dict[str, int], rounds: int, seconds: int) -> None:
    """Measure one case on every server; print the rates, the latencies, and what failed."""
    loads: dict[str, list[Load]] = {name: [] for name in ports}

    def rate(name: str, port: int) -> float:
        loads[name].append(load(port, case, seconds=seconds))
        return loads[name][-1].rate

    rates = interleave(
        {name: partial(rate, name, port) for name, port in ports.items()},
        rounds,
    )
    show(case.title, "requests/s", rates, more_is_better=True, target=case.target)
    latencies = {name: [load.p99 for load in loads[name]] for name in loads}
    title = f"{case.title}: 99th percentile"
    show(title, "ms", latencies, more_is_better=False, target=case.p99)
    for name in loads:
        if errors := sum(load.errors for load in loads[name]):
            console.print(f"{name}: {errors} requests failed\n")


def grow(rounds: int, seconds: int) -> None:
    """Print how the server grows: with connections, with processes, and in memory."""
    with serving("bistro") as (port, _):
        for connections in (16, 128, 1000):
            loads = [
                load(port, HELLO, seconds=seconds, connections=connections) for _ in range(rounds)
            ]
            report(f"{connections:5} connections", loads)
    for workers in (1, 2, 4):
        with serving("bistro", "--workers", str(workers), pinned=False) as (port, _):
            loads = [
                load(port, HELLO, seconds=seconds, connections=64, pinned=False)
                for _ in range(rounds)
            ]
            report(f"{workers:5} processes, not pinned", loads)
    with serving("bistro") as (port, process), contextlib.ExitStack() as stack:
        before = resident(process)
        for _ in range(1000):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        time.sleep(2)
        each = (resident(process) - before) / 1000
        console.print(f"memory: {before:,.0f} KiB, and {each:.2f} KiB for each idle connection")


def report(what: str, loads: list[Load]) -> None:
    """Print the median rate and latency of several loads, and all that failed."""
    middle = sorted(loads, key=lambda load: load.rate)[len(loads) // 2]
    errors = sum(load.errors for load in loads)
    console.print(f"{what}: {middle.rate:9,.0f}/s, p99 {middle.p99:.2f} ms, {errors} failed")


def resident(process: int) -> float:
    """Return the resident memory of a process in KiB. Linux: proc(5)."""
    status = Path(f"/proc/{process}/status").read_text()
    return float(status.split("VmRSS:")[1].split()[0])

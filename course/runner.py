"""Runs tests in a process of their own that is warm already, and says what came of them.

One spare process waits with everything imported, so that a verdict comes at once. Each run takes
the spare, uses it up and starts the next: code that is tested twice never meets its own leftovers.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from course.report import Failure, Line

SECONDS = 60.0
"""How long a whole run may take, in seconds."""

Event = dict[str, Any]

_NO_TESTS = 5
"""The exit status of pytest where nothing was collected."""
_STACK_LINE = re.compile(r'  File "(?P<file>.+)", line (?P<number>\d+) in (?P<function>.+)')


@dataclass
class Result:
    """What came of a run."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    """One for each failed test, in the order of the run."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a test was skipped, by its nodeid."""
    duration: float = 0.0
    """Seconds from the call to the verdict."""
    trouble: str = ""
    """Why there is no verdict: no tests, a target that is not there. Empty when all is well."""
    cancelled: bool = False

    @property
    def ok(self) -> bool:
        """Did everything pass that could run?"""
        return not (self.failed or self.trouble or self.cancelled)


class Runner:
    """Runs tests under `root`, one run at a time. Close it, or use it in a `with` statement."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._spare = _Process(self.root)
        self._running: _Process | None = None
        self._cancelled = False

    def run(
        self,
        tests: Sequence[Path],
        target: str = "exercises",
        *,
        on_event: Callable[[Event], None] | None = None,
        time_limit: float = SECONDS,
        arguments: Sequence[str] = (),
    ) -> Result:
        """Run test files against a target; `arguments` are pytest's own.

        `on_event` is called for each event as it comes. After `time_limit` seconds the run is
        stopped, and the test that was running has failed.
        """
        process, started = self._spare, time.perf_counter()
        self._running, self._cancelled = process, False
        told = _Told(self.root, on_event or _ignore)
        try:
            process.send(self._job(tests, target, arguments))
            in_time = told.listen(process, started + time_limit)
            told.close(process, time_limit if not in_time else 0.0, cancelled=self._cancelled)
        finally:
            self._running = None
            process.close()
            told.result.duration = time.perf_counter() - started
            self._spare = _Process(self.root)
        return told.result

    def _job(self, tests: Sequence[Path], target: str, arguments: Sequence[str]) -> Event:
        return {
            "root": str(self.root),
            "tests": [str(self.root / test) for test in tests],
            "target": target,
            "arguments": list(arguments),
        }

    def cancel(self) -> None:
        """Stop the run that is going on in another thread, if there is one."""
        running = self._running
        if running is not None:
            self._cancelled = True
            running.kill()

    def close(self) -> None:
        """End the spare process."""
        self.cancel()
        self._spare.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _ignore(event: Event) -> None:
    pass


class _Process:
    """A spare process, and what it says: lines of events, then None at its end."""

    def __init__(self, root: Path) -> None:
        self.errors = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        home = str(Path(__file__).resolve().parents[1])
        paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
        self.child = subprocess.Popen(
            [sys.executable, "-m", "course.spare"],
            cwd=root,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            encoding="utf-8",
            **_own_group(),
        )
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in _stream(self.child.stdout):
            self.lines.put(line)
        self.lines.put(None)

    def send(self, job: Event) -> None:
        stdin = _stream(self.child.stdin)
        with contextlib.suppress(BrokenPipeError):
            stdin.write(json.dumps(job) + "\n")
            stdin.flush()

    def last_words(self) -> str:
        """What it wrote to its standard error: a crash, or a stack."""
        self.errors.seek(0)
        return self.errors.read()

    def kill(self) -> None:
        """End the process and every process it has started."""
        _kill_tree(self.child)
        self.child.wait()

    def close(self) -> None:
        """End it, and let go of its streams."""
        self.kill()
        self.reader.join(timeout=1)
        for stream in (self.child.stdin, self.child.stdout, self.errors):
            with contextlib.suppress(OSError, ValueError):
                _stream(stream).close()


def _stream(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise ValueError("the process was started without this stream")
    return stream


def _own_group() -> dict[str, Any]:
    """What Popen needs for a process that is ended together with all that it starts."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _kill_tree(child: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        command = ["taskkill", "/T", "/F", "/PID", str(child.pid)]
        subprocess.run(command, capture_output=True, check=False)  # noqa: S603
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


class _Told:
    """Makes a Result of what a process tells."""

    def __init__(self, root: Path, on_event: Callable[[Event], None]) -> None:
        self.root = root
        self.on_event = on_event
        self.result = Result()
        self.running: Failure | None = None
        """What to report should the process end now."""
        self.exit: int | None = None

    def listen(self, process: _Process, deadline: float) -> bool:
        """Take events until the run is done or the process ends; False at the deadline."""
        while self.exit is None:
            try:
                line = process.lines.get(timeout=max(0.0, deadline - time.perf_counter()))
            except queue.Empty:
                return False
            if line is None:
                return True
            self._take(json.loads(line))
        return True

    def _take(self, event: Event) -> None:
        match event["event"]:
            case "start":
                self.running = Failure.from_json(event["if_it_dies"])
            case "test":
                self._take_test(event)
            case "done":
                self.exit = event["exit"]
        self.on_event(event)

    def _take_test(self, event: Event) -> None:
        self.running = None
        outcomes = {
            "passed": self.result.passed,
            "failed": self.result.failed,
            "skipped": self.result.skipped,
        }
        outcomes[event["outcome"]].append(event["nodeid"])
        if event["outcome"] == "skipped":
            self.result.reasons[event["nodeid"]] = event["reason"]
        if event["outcome"] == "failed":
            self.result.failures.append(_failure_of(event))

    def close(self, process: _Process, too_long: float, *, cancelled: bool) -> None:
        """Say what is missing from the events: how the process ended, and why."""
        self.result.cancelled = cancelled
        if cancelled:
            return
        if self.exit == _NO_TESTS:
            self.result.trouble = "There are no tests to run."
        elif self.exit is None or self.exit > 1:
            self._ended_early(process, too_long)

    def _ended_early(self, process: _Process, too_long: float) -> None:
        if too_long:
            process.kill()
        else:
            process.child.wait()
        words = process.last_words()
        if self.running is None and too_long:
            stopped = f"The run was stopped after {too_long:g} seconds, between tests"
            self.result.trouble = f"{stopped}. Run it again."
            return
        if self.running is None:
            self.result.trouble = _told_by_pytest(words, process.child.returncode)
            return
        failure = _ending(self.running, words, process.child.returncode, too_long, self.root)
        event = {"event": "test", "nodeid": failure.nodeid, "outcome": "failed", "duration": 0.0}
        event |= {"rule": failure.rule, "failure": failure.to_json(), "reason": None}
        self._take(event)


def _failure_of(event: Event) -> Failure:
    if event["failure"]:
        return Failure.from_json(event["failure"])
    return Failure("error-in-test", event["nodeid"], rule=event["rule"])


def _ending(
    running: Failure, words: str, status: int | None, too_long: float, root: Path
) -> Failure:
    """The failure of the test during which the process ended."""
    lines = _lines_under_test(words, root)
    if "Timeout (" in words or too_long:
        after = f" The whole run was stopped after {too_long:g} seconds." if too_long else ""
        at = ", at the line below" if lines else ""
        message = f"It did not end and could not be interrupted{at}.{after}"
        return dataclasses.replace(running, kind="hang", message=message, lines=lines)
    message = f"The whole Python process ended while this test ran: {_status(status)}."
    return dataclasses.replace(running, message=message, lines=lines)


def _lines_under_test(words: str, root: Path) -> tuple[Line, ...]:
    """The innermost line of a `bistro` in the stack that a dying process wrote."""
    for match in map(_STACK_LINE.fullmatch, words.splitlines()):
        file = Path(match["file"]) if match else Path()
        if match and "bistro" in file.parts and file.is_relative_to(root):
            number = int(match["number"])
            source = _source_line(file, number)
            shown = file.relative_to(root).as_posix()
            return (Line(shown, number, match["function"], source),)
    return ()


def _source_line(file: Path, number: int) -> str:
    try:
        return file.read_text(encoding="utf-8").splitlines()[number - 1].strip()
    except (OSError, UnicodeDecodeError, IndexError):
        return ""


def _status(status: int | None) -> str:
    if status is not None and status < 0:
        name = signal.strsignal(-status) or f"signal {-status}"
        return f"it was killed ({name.lower()})"
    return f"exit status {status}, as after os._exit({status})"


def _told_by_pytest(words: str, status: int | None) -> str:
    lines = [line.removeprefix("ERROR: ").strip() for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else f"The tests could not be run (exit status {status})."

"""Makes `.venv` on the first start, fills it from the locked requirements, and moves into it.

Nothing but the standard library here: this runs before anything is installed. Every failure ends
in one sentence that says what is wrong and what cures it, and exit status 2.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import venv

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "course" / "requirements"
VENV = ROOT / ".venv"
FOLDER = ROOT / ".course"
LOG = FOLDER / "setup.log"
UNFINISHED = FOLDER / "setup.unfinished"
"""Stands there while .venv is being made and filled; found later, that was interrupted."""

NEEDS_ALL = {"selftest", "prove", "mutants"}
"""The commands that need the second group, all.txt; every other is content with learn.txt."""

STARTING = "Setting up the course, once"


class SetupError(Exception):
    """The set-up cannot be done; the message is one sentence with the cure."""


def ready(arguments: Sequence[str]) -> int | None:
    """Have what the command needs, and run it in `.venv`.

    Returns None when this process is already the right one, an exit status when it is over.
    On POSIX a start outside `.venv` becomes a start inside it and does not return.
    """
    group = "all" if _command(arguments) in NEEDS_ALL else "learn"
    try:
        if not installed(group):
            install(group)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The next start takes up the set-up again.", file=sys.stderr)
        return 130
    if inside():
        return None
    return _move(arguments)


def installed(group: str) -> bool:
    """Whether `.venv` holds the group as it is locked now. all.txt covers learn.txt."""
    if UNFINISHED.exists() or not python().exists() or not (VENV / "pyvenv.cfg").exists():
        return False
    return any(_stamped(name) for name in dict.fromkeys((group, "all")))


def install(group: str) -> None:
    """Make `.venv` if there is none that works, and install the group's lock file into it."""
    with _alone():
        if installed(group):  # another start did it while this one waited
            return
        started = time.monotonic()
        _make_environment()
        _install_packages(group)
        print(f"Set up in {time.monotonic() - started:.0f} s.", file=sys.stderr)


def inside() -> bool:
    """Whether this process runs in the course's own `.venv`."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def python() -> Path:
    """The interpreter of `.venv`."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def _site_packages() -> Path:
    if os.name == "nt":
        return VENV / "Lib" / "site-packages"
    return next(VENV.glob("lib/python*/site-packages"), VENV)


def lock(group: str) -> Path:
    return REQUIREMENTS / f"{group}.txt"


def _command(arguments: Sequence[str]) -> str:
    return next((argument for argument in arguments if not argument.startswith("-")), "")


def _stamp(group: str) -> Path:
    return VENV / f"course-{group}.stamp"


def _stamped(group: str) -> bool:
    try:
        return _stamp(group).read_text(encoding="ascii") == _digest(group)
    except (OSError, UnicodeDecodeError):
        return False


def _digest(group: str) -> str:
    return hashlib.sha256(lock(group).read_bytes()).hexdigest()


# Moving into .venv


def _move(arguments: Sequence[str]) -> int:
    command = [str(python()), "-m", "course", *arguments]
    if os.name != "nt":
        sys.stdout.flush()
        sys.stderr.flush()
        os.execv(command[0], command)  # noqa: S606  the command is ours, and there is no shell
    child = subprocess.Popen(command)  # noqa: S603
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child has had it too, and decides


# One at a time


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the set-up's lock; the system frees it when the process ends, however it ends."""
    with _explained("making .course"):
        FOLDER.mkdir(exist_ok=True)
        file = (FOLDER / "setup.lock").open("a+")
    with file:
        if not _lock(file):
            print("Another start is setting the course up; waiting for it.", file=sys.stderr)
            while not _lock(file):
                time.sleep(0.2)
        yield


def _lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# The environment


def _make_environment() -> None:
    """Leave a `.venv` that works as it is; make one anew where it is missing or broken."""
    if not UNFINISHED.exists() and _works():
        return
    if inside():
        raise SetupError(
            "The environment in .venv is broken, and you run from within it: leave it with "
            "`deactivate`, then run `python3 -m course` again."
        )
    builder = _builder()
    _show(f"{STARTING}: making .venv")
    with _explained("making .venv"):
        _mark_unfinished()
        try:
            builder.create(VENV)
        except subprocess.CalledProcessError as error:  # ensurepip, run by venv
            LOG.write_bytes(error.output or b"")
            raise SetupError(cause((error.output or b"").decode(errors="replace"))) from error


def _works() -> bool:
    """Whether `.venv` has a new enough Python, that starts, and a pip."""
    if not (VENV / "pyvenv.cfg").exists():
        return False
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        done = subprocess.run([python(), "-c", question], capture_output=True)  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0


def _builder() -> venv.EnvBuilder:
    try:
        import ensurepip  # noqa: F401  only to know that venv will be able to use it
        import venv
    except ImportError as error:
        raise SetupError(
            f"This Python has no {error.name} module, which sets up the course: on Debian or "
            f"Ubuntu run `sudo apt install python3-venv` (or python{sys.version_info[0]}."
            f"{sys.version_info[1]}-venv), elsewhere install Python from "
            "https://www.python.org/downloads/; then run this again."
        ) from error
    return venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt")


def _mark_unfinished() -> None:
    UNFINISHED.write_text("The set-up is under way, or was interrupted.\n", encoding="ascii")


# The packages


def _install_packages(group: str) -> None:
    total = len(re.findall(r"^[\w.-]+==", lock(group).read_text(encoding="utf-8"), re.MULTILINE))
    with _explained("installing into .venv"):
        for name in ("learn", "all"):
            _stamp(name).unlink(missing_ok=True)
        _mark_unfinished()
        output, code = _pip(group, total)
        LOG.write_text(output, encoding="utf-8")
        if code != 0:
            raise SetupError(cause(output))
        _make_importable()
        _stamp(group).write_text(_digest(group), encoding="ascii")
        UNFINISHED.unlink()


def _make_importable() -> None:
    """Let `.venv`'s own commands find `course`: mkdocs.yml and zensical use our extension."""
    packages = _site_packages()
    (packages / "bistro_course.pth").write_text(os.path.relpath(ROOT, packages) + "\n", "ascii")


def _pip(group: str, total: int) -> tuple[str, int]:
    """Run pip on the group's lock, drawing a bar; its whole output and exit status."""
    command = [str(python()), "-m", "pip", "install", "--require-hashes", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--retries", "2"]
    command += ["-r", str(lock(group))]
    child = subprocess.Popen(  # noqa: S603  the command is ours, and there is no shell
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env=_pip_environment(),
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert child.stdout is not None  # noqa: S101  for the type checker: PIPE was asked for
    bar, lines = Bar(total, _site_packages()), []
    try:
        for line in child.stdout:
            lines.append(line)
            bar.heard(line)
    except BaseException:
        child.terminate()
        raise
    finally:
        child.wait()
        bar.close()
    return "".join(lines), child.returncode


def _pip_environment() -> dict[str, str]:
    """The environment without what would send the packages elsewhere than into `.venv`."""
    astray = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_QUIET", "PIP_VERBOSE", "PYTHONHOME"}
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    return kept | {"PIP_USER": "0", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}


class Bar:
    """One line on a terminal that counts packages as they come; on a pipe, a line at the start.

    The first half of the bar is fetching, told by pip's lines; the second is installing, of which
    pip says nothing, told by the packages that stand in `site_packages`.
    """

    WIDTH = 24
    FETCHED = ("Collecting ", "Requirement already satisfied: ", "Ignoring ")

    def __init__(self, total: int, site_packages: Path) -> None:
        self.total, self.fetched, self.before = total, 0, 0
        self.site_packages, self.installing, self.over = site_packages, False, threading.Event()
        if not sys.stderr.isatty():
            print(f"{STARTING}: {total} packages into .venv", file=sys.stderr)
        self.drawing = threading.Thread(target=self._draw, daemon=True)
        self.drawing.start()

    def heard(self, line: str) -> None:
        """Take in a line of pip's output."""
        if line.startswith(self.FETCHED):
            self.fetched = min(self.fetched + 1, self.total)
        elif line.startswith("Installing collected packages"):
            self.before = self._standing()
            self.installing = True

    def text(self) -> str:
        done = min(self._standing() - self.before, self.total) if self.installing else self.fetched
        share = (self.installing * self.total + done) / (2 * max(self.total, 1))
        full = int(self.WIDTH * share)
        doing = "installed" if self.installing else "fetched"
        return f"[{'#' * full}{'.' * (self.WIDTH - full)}] {doing} {done}/{self.total}"

    def close(self) -> None:
        self.over.set()
        self.drawing.join()
        _show("")

    def _standing(self) -> int:
        return sum(1 for _ in self.site_packages.glob("*.dist-info"))

    def _draw(self) -> None:
        while not self.over.wait(0.1):
            _show(f"{STARTING} {self.text()}")


def _show(text: str) -> None:
    """Put one line in the place of the last one, on a terminal; nothing on a pipe."""
    if not sys.stderr.isatty():
        return
    width = os.get_terminal_size(sys.stderr.fileno()).columns or 80
    sys.stderr.write(f"\r\x1b[K{text[: width - 1]}")
    sys.stderr.flush()


# What went wrong


AGAIN = "then run `python3 -m course` again."

CAUSES = [
    (
        r"No space left on device|not enough space on the disk|Disk quota exceeded",
        f"The disk is full: make some room (the set-up takes about 400 MB), {AGAIN}",
    ),
    (
        r"Read-only file system|Permission denied|Access is denied",
        f"The course's folder, {ROOT}, cannot be written to: move it to a folder of yours, {AGAIN}",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSL: ",
        "The package index could not be trusted (its certificate was refused): if your network "
        f"puts its own in between, point PIP_CERT to that certificate's file, {AGAIN}",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "A package arrived that is not the one locked (its hash differs): empty pip's cache with "
        f"`python3 -m pip cache purge`, check the mirror or proxy you use, {AGAIN}",
    ),
    (
        r"Failed to establish a new connection|Temporary failure in name resolution|getaddrinfo"
        r"|Name or service not known|Network is unreachable|Connection refused|ProxyError"
        r"|Connection(?: to \S+)? timed out|ConnectTimeout|ReadTimeout|NewConnectionError"
        r"|Connection(?:Reset|Refused)?Error|connection broken",
        "The package index cannot be reached: check the network connection (and HTTPS_PROXY or "
        f"pip's settings, if you use a proxy or mirror), {AGAIN}",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "The package index lacks a package that the course needs: if you use a mirror, see "
        f"`python3 -m pip config list`, or try a newer Python, {AGAIN}",
    ),
]


def cause(output: str) -> str:
    """One sentence for what pip or ensurepip said as it failed."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, output):
            return sentence
    errors = re.findall(r"^ERROR: (.+)$", output, re.MULTILINE)
    said = f" ({errors[-1].strip().rstrip('.')})" if errors else ""
    where = LOG.relative_to(ROOT).as_posix()
    return f"Installing the packages failed{said}: read {where} for what pip said, {AGAIN}"


@contextmanager
def _explained(doing: str) -> Iterator[None]:
    """Turn an error of the file system, met while `doing`, into its sentence."""
    try:
        yield
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM):
            known = {errno.EPERM: "Permission denied"}
            raise SetupError(cause(known.get(error.errno, said))) from error
        raise SetupError(f"The set-up failed while {doing} ({said}): mend that, {AGAIN}") from error

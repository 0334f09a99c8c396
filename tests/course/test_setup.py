"""The first start: `.venv` made and filled, the cure for each failure, and the speed."""

from __future__ import annotations

import ast
import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from course import __main__ as start
from course import setup

ROOT = Path(__file__).resolve().parents[2]

CLI = """\
import sys
def main():
    import tiny
    print("ran in", sys.prefix, "with", sys.argv[1:], "and tiny", tiny.VERSION)
    return 7
"""


def wheel(folder: Path, name: str, version: str = "1.0") -> str:
    """Make a wheel by hand; its line for a lock file."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {version!r}\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(
            f"{info}/WHEEL",
            "Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Clone:
    """A clone with a made-up command, that needs a package called tiny."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.requirements = root / "course" / "requirements"
        self.wheels = root / "wheels"

    def fill(self) -> None:
        self.requirements.mkdir(parents=True)
        for name in ("__init__.py", "__main__.py", "setup.py"):
            shutil.copy(ROOT / "course" / name, self.root / "course" / name)
        (self.root / "course" / "cli.py").write_text(CLI, encoding="utf-8")
        self.lock("learn", wheel(self.wheels, "tiny"))
        self.lock("all", wheel(self.wheels, "tiny") + wheel(self.wheels, "bigger"))

    def lock(self, group: str, text: str) -> None:
        (self.requirements / f"{group}.txt").write_text(text, encoding="utf-8")

    def environment(self, **changes: str) -> dict[str, str]:
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PYTHON"))}
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return plain | {"PIP_CONFIG_FILE": os.devnull} | (changes or offline)

    def command(self, *arguments: str) -> list[str]:
        return [sys._base_executable, "-m", "course", *arguments]  # type: ignore[attr-defined]

    def start(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A clean clone."""
    clone = Clone(tmp_path / "clone")
    clone.fill()
    return clone


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clone, str]:
    """A clone that has been started once, and what that start printed as it set up."""
    clone = Clone(tmp_path_factory.mktemp("ready") / "clone")
    clone.fill()
    done = clone.start("status")
    assert done.returncode == 7, done.stderr
    return clone, done.stderr


@pytest.fixture
def started(tmp_path: Path, ready: tuple[Clone, str]) -> Clone:
    """A clone that has been started once, to change."""
    copied = shutil.copytree(ready[0].root, tmp_path / "started", symlinks=True)
    return Clone(copied)


def one_sentence(said: str) -> str:
    """The last line of what was printed, after the lines that tell how far it got."""
    *before, last = said.splitlines()
    assert all(line.startswith("Setting up the course, once") for line in before), said
    assert last.endswith((".", ")"))
    return last


def test_a_first_start_sets_up_and_moves_into_the_environment(clone: Clone) -> None:
    done = clone.start("test", "3.2")
    assert done.returncode == 7, done.stderr
    assert done.stdout.split() == (
        f"ran in {clone.root / '.venv'} with ['test', '3.2'] and tiny 1.0".split()
    )
    assert done.stderr.startswith("Setting up the course, once: 1 packages into .venv\nSet up in ")


def test_a_second_start_is_silent(ready: tuple[Clone, str]) -> None:
    clone, _ = ready
    clone.start()
    done = clone.start()
    assert (done.returncode, done.stderr) == (7, "")


def test_a_start_inside_the_environment_stays_in_its_process(ready: tuple[Clone, str]) -> None:
    clone, _ = ready
    inner = clone.root / setup.python().relative_to(setup.ROOT)
    code = (
        "import os, runpy, sys; sys.argv = ['course']; os.execv = None; "
        "runpy.run_module('course', run_name='__main__')"
    )
    done = subprocess.run(
        [inner, "-c", code], cwd=clone.root, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (7, "")


def test_a_new_lock_is_installed_on_the_next_start(started: Clone) -> None:
    started.lock("learn", wheel(started.wheels, "tiny", "2.0"))
    done = started.start()
    assert "tiny 2.0" in done.stdout
    assert "Setting up" in done.stderr


def test_selftest_brings_the_second_group_and_learners_commands_stay_content(
    started: Clone,
) -> None:
    assert not list(started.root.glob(".venv/**/bigger.py"))
    assert "2 packages" in started.start("selftest").stderr
    assert list(started.root.glob(".venv/**/bigger.py"))
    assert started.start("test").stderr == ""
    assert started.start("selftest").stderr == ""


def test_an_interrupted_set_up_is_made_anew(started: Clone) -> None:
    module = next(started.root.glob(".venv/**/tiny.py"))
    module.unlink()
    (started.root / ".course" / "setup.unfinished").write_text("", encoding="ascii")
    done = started.start()
    assert "tiny 1.0" in done.stdout, done.stderr


def test_an_environment_that_does_not_start_is_made_anew(started: Clone) -> None:
    (started.root / ".venv" / "pyvenv.cfg").unlink()
    assert "tiny 1.0" in started.start().stdout


def test_an_environment_of_the_learners_own_is_kept(clone: Clone) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", clone.root / ".venv"], check=True, capture_output=True
    )
    mine = clone.root / ".venv" / "mine.txt"
    mine.write_text("mine", encoding="ascii")
    assert "tiny 1.0" in clone.start().stdout
    assert mine.exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT to send to one process")
def test_ctrl_c_stops_with_one_line_and_the_next_start_repairs(clone: Clone) -> None:
    child = subprocess.Popen(
        clone.command(),
        cwd=clone.root,
        env=clone.environment(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (clone.root / ".course" / "setup.unfinished").exists():
        time.sleep(0.01)
    os.killpg(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert said.splitlines()[-1] == "Stopped. The next start takes up the set-up again."
    assert "Traceback" not in said
    assert "tiny 1.0" in clone.start().stdout


def test_two_starts_at_once_set_up_once(clone: Clone) -> None:
    children = [
        subprocess.Popen(
            clone.command(),
            cwd=clone.root,
            env=clone.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [child.communicate(timeout=120) for child in children]
    assert all("tiny 1.0" in out for out, _ in said), said
    assert sum("Set up in" in error for _, error in said) == 1
    assert sum("Another start is setting the course up" in error for _, error in said) == 1


def test_warnings_from_pips_own_settings_are_not_shown(clone: Clone, tmp_path: Path) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(
        f"[global]\nno-index = yes\nfind-links = {clone.wheels}\nuser = yes\nverbose = 3\n"
        "extra-index-url = http://127.0.0.1:9/simple\n",
        encoding="utf-8",
    )
    done = clone.start(PIP_CONFIG_FILE=str(config))
    assert "tiny 1.0" in done.stdout
    assert [line.partition(":")[0][:10] for line in done.stderr.splitlines()] == [
        "Setting up",
        "Set up in ",
    ]


def test_no_network_is_said_in_one_sentence(clone: Clone) -> None:
    done = clone.start(PIP_INDEX_URL="http://127.0.0.1:9/simple")
    assert done.returncode == 2
    assert one_sentence(done.stderr).startswith("The package index cannot be reached: check the")
    assert "tiny 1.0" in clone.start().stdout


def test_a_package_that_is_not_the_locked_one_is_refused(clone: Clone) -> None:
    wheel(clone.wheels, "tiny", "1.0.1")
    shutil.copy(
        clone.wheels / "tiny-1.0.1-py3-none-any.whl", clone.wheels / "tiny-1.0-py3-none-any.whl"
    )
    done = clone.start()
    assert done.returncode == 2
    assert "not the one locked" in one_sentence(done.stderr)


def test_a_package_that_the_index_lacks_is_said(clone: Clone) -> None:
    clone.lock("learn", "absent==1.0 --hash=sha256:" + "0" * 64 + "\n")
    done = clone.start()
    assert done.returncode == 2
    assert "index lacks a package" in one_sentence(done.stderr)


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_a_missing_venv_module_is_said_with_the_package_that_has_it(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(setup.SetupError) as caught:
        setup._builder()
    assert f"This Python has no {missing} module" in str(caught.value)
    assert "sudo apt install python3-venv" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "cannot be written to"),
        (errno.EACCES, "cannot be written to"),
        (errno.EPERM, "cannot be written to"),
        (errno.EIO, "The set-up failed while making .venv"),
    ],
)
def test_an_error_of_the_file_system_is_said_with_its_cure(number: int, said: str) -> None:
    with pytest.raises(setup.SetupError) as caught, setup._explained("making .venv"):
        raise OSError(number, os.strerror(number))
    assert said in str(caught.value)
    assert str(caught.value).endswith("then run `python3 -m course` again.")


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
         "The disk is full"),
        ("OSError: [WinError 112] There is not enough space on the disk", "The disk is full"),
        ("ERROR: Could not install packages: [Errno 13] Permission denied: 'x'",
         "cannot be written to"),
        ("WARNING: Retrying after connection broken by 'NewConnectionError(…): Failed to establish "
         "a new connection: [Errno -3] Temporary failure in name resolution'\n"
         "ERROR: Could not find a version that satisfies the requirement click==8.5.1\n"
         "ERROR: No matching distribution found for click==8.5.1", "cannot be reached"),
        ("WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, "
         "'[SSL: CERTIFICATE_VERIFY_FAILED] …'\nERROR: No matching distribution found for click",
         "certificate"),
        ("WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.')'",
         "cannot be reached"),
        ("ERROR: Something new.\n", "(Something new): read .course/setup.log"),
    ],
)  # fmt: skip
def test_what_pip_said_becomes_one_sentence(output: str, said: str) -> None:
    assert said in setup.cause(output)
    assert "\n" not in setup.cause(output)


def test_a_python_too_old_is_said_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    monkeypatch.setenv("PATH", "")
    assert start.main() == 2
    assert capsys.readouterr().err == (
        "Bistro needs Python 3.11 or newer, and this is 3.10: "
        "install a newer one (https://www.python.org/downloads/), then run this again.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows finds newer Pythons with py, not on PATH")
def test_a_python_too_old_names_a_newer_one_that_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = tmp_path / "python3.12"
    newer.write_text("#!/bin/sh\nexit 0\n", encoding="ascii")
    newer.chmod(0o755)
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="ascii")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert start.too_old().endswith("run `python3.12 -m course` instead.")


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_what_an_old_python_reads_first_is_old_python(name: str) -> None:
    ast.parse((ROOT / "course" / name).read_text(encoding="utf-8"), feature_version=(3, 4))


def test_the_bar_counts_what_is_fetched_and_then_what_is_installed(tmp_path: Path) -> None:
    bar = setup.Bar(4, tmp_path)
    bar.close()
    assert bar.text() == "[........................] fetched 0/4"
    for line in ("Collecting a==1\n", "  Downloading a.whl\n", "Ignoring b: markers\n"):
        bar.heard(line)
    assert bar.text() == "[######..................] fetched 2/4"
    bar.heard("Installing collected packages: a, c\n")
    (tmp_path / "a-1.dist-info").mkdir()
    assert bar.text() == "[###############.........] installed 1/4"


def test_the_locks_are_hashed_and_the_second_covers_the_first() -> None:
    pins = {}
    for group in ("learn", "all"):
        lines = setup.lock(group).read_text(encoding="utf-8").splitlines()
        pins[group] = {line.split(" ")[0] for line in lines if "==" in line[:60] and line[0] != " "}
        assert sum("--hash=sha256:" in line for line in lines) >= len(pins[group]) > 0
    assert pins["learn"] <= pins["all"]

"""The self-test: its plan, its counting, and its closing line."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from course import selftest
from course.selftest import Part
from tests.course import made_up

GOOD = "def test_a(): pass\ndef test_b(): pass\n"
BAD = "def test_c(): assert 1 == 2\n"
SKIPPED = "import pytest\n@pytest.mark.skip(reason='no moon')\ndef test_d(): pass\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".course/selftest").mkdir(parents=True)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return tmp_path


def part(root: Path, name: str, source: str, *, alone: bool = False) -> Part:
    """A part that is a pytest run of one small file."""
    file = made_up.write(root / f"test_{name}.py", source)
    junit = root / f".course/selftest/{name}.xml"
    command: tuple[str, ...] = (sys.executable, "-m", "pytest", "-q", "-rsfE")
    command += (f"--rootdir={root}", "-c", "none.ini")
    cache = f"cache_dir={root}/.course/selftest/{name}.cache"
    made_up.write(root / "none.ini", "[pytest]\n")
    return Part(
        name, (*command, "-o", cache, f"--junitxml={junit}", str(file)), name, alone, counts=True
    )


def tool(name: str, code: str) -> Part:
    return Part(name, (sys.executable, "-c", code), name)


def run(root: Path, parts: list[Part], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(selftest, "plan", lambda _: parts)
    return selftest.run(root)


def test_all_well_is_status_0_and_one_closing_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [
        part(root, "good", GOOD),
        part(root, "skipped", GOOD + SKIPPED, alone=True),
        tool("tool", ""),
    ]
    assert run(root, parts, monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"=+ 5 passed, 1 skipped in [\d.]+s =+", lines[-1])
    assert any("no moon" in line for line in lines), "a skip is told with its reason"
    assert sum(line.startswith("ok ") for line in lines) == 3


def test_a_failure_is_status_1_and_shows_what_was_said(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = [part(root, "bad", GOOD + BAD), tool("tool", "raise SystemExit('a fault')")]
    assert run(root, parts, monkeypatch) == 1
    out = capsys.readouterr().out
    assert "assert 1 == 2" in out
    assert "a fault" in out
    assert re.fullmatch(r"=+ 2 failed, 2 passed in [\d.]+s =+", out.splitlines()[-1])
    assert re.search(r"^Failed: (bad, tool|tool, bad)$", out, re.MULTILINE)


def test_what_fails_beside_others_only_is_unsteady(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It runs once more; the second time decides, and it is told that there was a first."""
    once = "from pathlib import Path\nSEEN = Path(__file__).with_suffix('.seen')\n"
    once += "def test_e():\n    seen = SEEN.exists()\n    SEEN.touch()\n    assert seen\n"
    assert run(root, [part(root, "once", GOOD + once)], monkeypatch) == 0
    out = capsys.readouterr().out
    assert "UNSTEADY test_once.py::test_e" in out
    assert re.fullmatch(r"=+ 3 passed in [\d.]+s =+", out.splitlines()[-1])


def test_many_failures_are_no_accident(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many = "".join(f"def test_f{n}(): assert 0\n" for n in range(selftest.FEW + 1))
    assert run(root, [part(root, "many", many)], monkeypatch) == 1
    assert capsys.readouterr().out.count("FAIL many") == 1


@pytest.mark.parametrize("source", ["", "raise RuntimeError('broken')\n"])
def test_a_part_that_ran_no_test_has_failed(
    root: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    assert run(root, [part(root, "none", source)], monkeypatch) == 1


def test_a_part_that_died_is_not_counted_by_its_last_run(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = made_up.write(
        root / ".course/selftest/died.xml", '<testsuite tests="9" failures="0" errors="0"/>'
    )
    died = Part("died", (sys.executable, "-c", "raise SystemExit(3)"), "", counts=True)
    assert run(root, [died], monkeypatch) == 1
    assert not stale.exists()


def test_the_plan_is_the_whole_of_it() -> None:
    root = Path(__file__).resolve().parents[2]
    parts = selftest.plan(root)
    said = " ".join(" ".join(part.command) for part in parts)
    for wanted in ("mypy", "ruff check", "format --check", "cut --check", "--target solutions"):
        assert wanted in said
    for folder in ("tests/course", "tests/framework"):
        assert folder in said


def test_what_one_part_leaves_out_another_runs() -> None:
    root = Path(__file__).resolve().parents[2]
    commands = [part.command for part in selftest.plan(root)]
    words = {word for command in commands for word in command}
    left_out = {word.removeprefix("--ignore=") for word in words if word.startswith("--ignore=")}
    assert left_out
    assert left_out <= words
    for command in commands:
        if "not alone" in command:
            folder = "/".join(next(w for w in command if w.startswith("tests/")).split("/")[:2])
            assert any(folder in other and "alone" in other for other in commands)

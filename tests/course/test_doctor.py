"""The doctor: what it finds wrong, and the cure it names."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from course import cut, doctor, restaurant, setup
from tests.course import made_up


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made_up.book(tmp_path)
    cut.cut(tmp_path)
    return tmp_path


def dough(root: Path) -> Path:
    return root / "exercises/01-dough/bistro/dough.py"


def test_a_healthy_course_has_no_complaint(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "inside", lambda: True)
    monkeypatch.setattr(setup, "installed", lambda group: True)
    monkeypatch.setattr(restaurant, "free_port", lambda: restaurant.PORT)
    monkeypatch.setattr(os, "get_terminal_size", lambda: os.terminal_size((80, 24)))
    assert doctor.run(root) == 0
    out = capsys.readouterr().out
    assert out.count("✓") == len(doctor.CHECKS)
    assert out.endswith("All is well.\n")


def test_a_complaint_is_status_1_with_its_cure(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (doctor.chapters, doctor.code))
    dough(root).unlink()
    assert doctor.run(root) == 1
    assert capsys.readouterr().out.splitlines() == [
        "✓ chapters           2, with 3 steps",
        "✗ your code          exercises/01-dough/bistro/dough.py is missing",
        " " * 21 + "`python3 -m course reset 1` puts the chapter back and keeps a backup.",
        "",
        "1 of 2 need your attention.",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def f(:\n", "dough.py, line 1: invalid syntax"),
        ("a = 1\n<<<<<<< HEAD\nb = 2\n", "dough.py has marks of a git conflict"),
    ],
)
def test_broken_code_is_found_with_its_place(root: Path, text: str, found: str) -> None:
    dough(root).write_text(text, encoding="utf-8")
    finding = doctor.code(root)
    assert not finding.ok
    assert finding.found.endswith(found)
    assert finding.cure


def test_a_chapter_that_cannot_be_read_is_found(root: Path) -> None:
    (root / "chapters/01-dough/index.md").write_text("no front matter", encoding="utf-8")
    finding = doctor.chapters(root)
    assert not finding.ok
    assert "01-dough" in finding.found


def test_a_broken_progress_file_is_found(root: Path) -> None:
    made_up.write(root / ".course/progress.toml", "passed = [")
    assert not doctor.progress(root).ok


def test_packages_that_are_not_as_locked_are_found(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "inside", lambda: True)
    monkeypatch.setattr(setup, "installed", lambda group: False)
    finding = doctor.packages(root)
    assert not finding.ok
    assert "Delete the folder .venv" in finding.cure


def test_a_course_outside_its_environment_is_found(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "inside", lambda: False)
    assert "not the course's own .venv" in doctor.packages(root).found


def test_saves_are_noticed_here(root: Path) -> None:
    assert doctor.saves(root).ok
    assert not (root / ".course/doctor").exists()


def test_saves_that_are_not_told_of_name_polling(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import watchfiles

    monkeypatch.setattr(watchfiles, "watch", lambda *_, **__: iter(()))
    monkeypatch.setattr(doctor, "PATIENCE", 0.3)
    finding = doctor.saves(root)
    assert not finding.ok
    assert "watch --poll" in finding.cure


def test_a_port_in_use_is_found(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(restaurant, "PORT", port)
        monkeypatch.setattr(restaurant, "free_port", lambda: port + 1)
        assert f"{port} is in use" in doctor.port(root).found


def test_a_folder_that_cannot_be_written_to_is_found(root: Path) -> None:
    made_up.write(root / ".course", "a file where the folder should be")
    finding = doctor.writable(root)
    assert not finding.ok
    assert "Move the course" in finding.cure

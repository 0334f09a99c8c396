"""The learner's progress file."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.progress import Progress


def write(root: Path, text: str) -> Path:
    path = root / ".course" / "progress.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_file_is_a_fresh_start(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    assert (progress.here, progress.passed, progress.skipped, progress.hints) == (
        "",
        set(),
        set(),
        {},
    )
    assert progress.warning == ""


def test_what_is_saved_is_loaded_again(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    progress.here = "2.1"
    progress.passed |= {"1.10", "1.2", "2.1"}
    progress.skipped |= {4, 3}
    progress.hints["1.2"] = 2
    progress.save()
    again = Progress.load(tmp_path)
    assert again == progress


def test_the_file_is_readable_text_in_the_order_of_the_book(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    progress.passed |= {"1.10", "1.2", "2.1"}
    progress.skipped.add(3)
    progress.hints["1.2"] = 1
    assert progress.text().splitlines()[2:] == [
        'here = ""',
        "passed = [",
        '    "1.2", "1.10",',
        '    "2.1",',
        "]",
        "skipped = [3]",
        "",
        "[hints]",
        '"1.2" = 1',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "passed = [",
        'here = "three"',
        "here = 3",
        'passed = "1.1"',
        "passed = [1.1]",
        'passed = ["1.x"]',
        'skipped = ["2"]',
        "skipped = [true]",
        "hints = 3",
        '[hints]\n"1.1" = "two"',
        "[hints]\nsockets = 1",
    ],
)
def test_a_broken_file_is_a_fresh_start_with_one_line_of_warning(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    progress = Progress.load(tmp_path)
    assert (progress.here, progress.passed, progress.skipped, progress.hints) == (
        "",
        set(),
        set(),
        {},
    )
    assert "progress.toml could not be read" in progress.warning
    assert "\n" not in progress.warning


def test_bytes_that_are_no_text_are_a_broken_file(tmp_path: Path) -> None:
    write(tmp_path, "").write_bytes(b"\xff\xfe\x00")
    assert "could not be read" in Progress.load(tmp_path).warning


def test_a_broken_file_is_kept_aside_when_progress_is_saved(tmp_path: Path) -> None:
    path = write(tmp_path, "passed = [")
    progress = Progress.load(tmp_path)
    progress.passed.add("1.1")
    progress.save()
    assert path.with_name("progress.toml.broken").read_text(encoding="utf-8") == "passed = ["
    assert Progress.load(tmp_path).passed == {"1.1"}
    assert Progress.load(tmp_path).warning == ""


def test_entries_from_a_newer_course_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, 'passed = ["9.9"]\nnovelty = 1\n')
    assert Progress.load(tmp_path).passed == {"9.9"}


def test_saving_leaves_no_other_file_behind(tmp_path: Path) -> None:
    progress = Progress.load(tmp_path)
    progress.save()
    assert [path.name for path in progress.path.parent.iterdir()] == ["progress.toml"]

"""The mutants, on the made-up book: which there are, which its tests kill."""

from __future__ import annotations

from pathlib import Path

import pytest

from course import mutants
from course.book import Book
from tests.course import made_up


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made_up.book(tmp_path)


def faults(root: Path, source: str) -> list[tuple[int, str, str]]:
    """The mutants of a function `brine` of the second chapter, as line, before, after."""
    made_up.write(root / "framework/bistro/salt.py", source)
    found = mutants.mutants_of(Book.load(root), Book.load(root).step("2.1"))
    return [(mutant.line, mutant.before, mutant.after) for mutant in found]


def test_every_mutant_of_the_made_up_book_is_killed(root: Path) -> None:
    book = Book.load(root)
    seen: list[tuple[int, int, int]] = []
    report = mutants.run(book, book.chapter(1), lambda *numbers: seen.append(numbers))
    assert [str(mutant) for mutant in report.survivors] == []
    assert report.total == report.killed == len(seen) == seen[-1][0]
    assert report.total >= 12
    assert report.ok
    assert str(report).startswith(f"Chapter 1 Dough: {report.total} of {report.total} mutants kil")


def test_a_survivor_is_shown_with_its_line(root: Path) -> None:
    path = root / "tests/01-dough/test_1_weigh.py"
    path.write_text(made_up.WEIGH.replace("(0, -1)", "(-1,)").replace("hydration(1, 1)", "100"))
    book = Book.load(root)
    report = mutants.run(book, book.chapter(1), workers=1)
    shown = {(mutant.place, mutant.before, mutant.after) for mutant in report.survivors}
    place = "framework/bistro/dough.py:16"
    assert (place, "if flour <= 0:", "if flour < 0:") in shown
    assert "step 1.1) survived\n  - if flour <= 0:\n  + if flour < 0:" in str(report)
    assert report.killed == report.total - len(report.survivors)


def test_a_mutant_that_does_not_end_is_killed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = '''
def brine(salt: int) -> str:
    """Counts."""
    done = 0
    while done < salt:
        done += 1
    return f"{done} g on 70 %"
'''
    made_up.write(root / "framework/bistro/salt.py", source)
    book = Book.load(root)
    report = mutants.run(book, book.chapter(2))
    assert "done += 1" not in {mutant.before for mutant in report.survivors}


def test_the_tests_must_pass_first(root: Path) -> None:
    path = root / "tests/02-salt/test_1_brine.py"
    path.write_text(made_up.SALT_TEST.replace("70", "71"))
    book = Book.load(root)
    with pytest.raises(
        mutants.MutantError, match=r"must pass .* test_1_brine\.py::test_brine fails"
    ):
        mutants.run(book, book.chapter(2))


def test_signature_docstring_annotations_and_names_are_left_alone(root: Path) -> None:
    source = '''
def brine(salt: int | None = 3, *, hot: bool = True) -> str | None:
    """Say 1 + 1."""
    grain: int | None = salt
    def inner(x: int | str) -> int | str:
        return x
    return inner(grain)
'''
    assert faults(root, source) == [(5, "return x", "pass"), (6, "return inner(grain)", "pass")]


def test_the_same_meaning_counts_once(root: Path) -> None:
    source = """
def brine(a, b):
    if a < b:
        b.x = a
    while not b:
        b()
"""
    assert faults(root, source) == [
        (2, "if a < b:", "if a <= b:"),
        (2, "if a < b:", "if a >= b:"),
        (3, "b.x = a", "pass"),
        (4, "while not b:", "while  b:"),
        (5, "b()", "pass"),
    ]


def test_a_statement_over_several_lines_is_shown_whole(root: Path) -> None:
    source = """
def brine(a):
    a(
        "x",
    )
    return a
"""
    assert faults(root, source) == [
        (2, 'a(\n"x",\n)', "pass"),
        (5, "return a", "pass"),
    ]


def test_every_operator_is_one_of_cosmic_rays(root: Path) -> None:
    from cosmic_ray.plugins import operator_names

    assert set(mutants.OPERATORS) <= set(operator_names())

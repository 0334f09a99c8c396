"""The model of the book."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from course.book import Book, BookError
from tests.course import made_up


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made_up.book(tmp_path)


def test_chapters_and_steps_come_from_the_front_matter(root: Path) -> None:
    book = Book.load(root)
    assert [str(chapter) for chapter in book.chapters] == ["1 Dough", "2 Salt"]
    assert [step.label for step in book.steps()] == ["1.1", "1.2", "2.1"]
    chapter = book.chapter(1)
    assert (chapter.slug, chapter.part, chapter.minutes) == ("dough", "I The bakery", 20)
    assert chapter.files == (PurePosixPath("dough.py"),)
    assert chapter.page == root / "chapters/01-dough/index.md"
    assert chapter.restaurant == root / "chapters/01-dough/restaurant.py"
    assert chapter.exercise_dir == root / "exercises/01-dough/bistro"
    assert chapter.solution_dir == root / "solutions/01-dough/bistro"


def test_a_step_knows_what_it_writes(root: Path) -> None:
    step = Book.load(root).step("1.2")
    assert step.title == "Bake"
    assert step.tests == root / "tests/01-dough/test_2_bake.py"
    assert step.hints == ("An empty text is false.",)
    (writes,) = step.writes
    assert (writes.module, writes.qualname) == ("dough", "Oven.bake")
    assert (writes.file, writes.name) == (PurePosixPath("dough.py"), "dough.Oven.bake")


def test_a_module_in_a_sub_package_is_told_from_the_name_in_it(root: Path) -> None:
    page = root / "chapters/02-salt/index.md"
    text = page.read_text().replace("salt.py", "sea/salt.py").replace("[salt.b", "[sea.salt.b")
    page.write_text(text)
    (writes,) = Book.load(root).step("2.1").writes
    assert (writes.module, writes.qualname) == ("sea.salt", "brine")


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("1.3", "there is no step 1.3; the nearest is 1.2 Bake"),
        ("1.0", "there is no step 1.0; the nearest is 1.1 Weigh"),
        ("9.1", "there is no chapter 9; the nearest is 2 Salt"),
        ("two", "'two' is no step; a step is written as chapter.step, such as 3.2"),
    ],
)
def test_an_unknown_step_names_the_nearest(root: Path, label: str, message: str) -> None:
    with pytest.raises(BookError) as caught:
        Book.load(root).step(label)
    assert str(caught.value) == message


def test_no_chapter_at_all(tmp_path: Path) -> None:
    book = Book.load(tmp_path)
    assert book.chapters == ()
    with pytest.raises(BookError, match=r"no chapter 1: chapters/ holds none"):
        book.chapter(1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("---\ntitle", "title", "the first line must be '---'"),
        ("minutes: 20", "minuets: 20", "'minutes' is missing; is 'minuets' meant"),
        ("minutes: 20", "minutes: soon", "'minutes' must be a whole number above 0, not 'soon'"),
        ("title: Weigh", "title: [", "not YAML"),
        ("files: [dough.py]", "files: dough.py", "'files' must be a list"),
        ("title: Bake", "title:", "step 2: 'title' must be text"),
        ("[dough.Oven.bake]", "[salt.brine]", r"step 2: 'salt.brine' is not in one of .*dough\.py"),
        ("[dough.Oven.bake]", "[dough.hydration]", "dough.hydration is written in 1.1 Weigh"),
        ("files: [dough.py]", "files: [dough.py, salt.py]", "salt.py stands in 1 Dough already"),
    ],
)
def test_wrong_front_matter_is_named(root: Path, old: str, new: str, message: str) -> None:
    page = root / "chapters/01-dough/index.md"
    text = page.read_text()
    assert old in text
    page.write_text(text.replace(old, new, 1))
    with pytest.raises(BookError, match=message) as caught:
        Book.load(root)
    assert "index.md" in str(caught.value)


def test_a_chapter_without_steps_is_refused(root: Path) -> None:
    page = root / "chapters/02-salt/index.md"
    head, _, _ = page.read_text().partition("steps:")
    page.write_text(head + "steps: []\n---\n")
    with pytest.raises(BookError, match="the list 'steps' is empty"):
        Book.load(root)

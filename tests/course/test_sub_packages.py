"""A chapter whose files lie in a folder of the package: every tool follows them there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from course import compare, cut, mutants, reset
from course.book import Book
from course.proofs import Violation, green, ladder, red, sharp, true_
from course.site.directives import expand
from course.site.listings import names, resolve
from tests.course import made_up
from tests.course.test_plugin import run_pytest

INTO_THE_FOLDER = {
    "dough.py": "bakery/dough.py",
    "[dough.": "[bakery.dough.",
    "listing dough": "listing bakery.dough",
    "bistro.dough": "bistro.bakery.dough",
    "replaces: dough.": "replaces: bakery.dough.",
}
"""What names the first chapter's file, in all that speaks of it."""

EXERCISE = "exercises/01-dough/bistro/bakery/dough.py"


@pytest.fixture(params=[False, True], ids=["folder", "package"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The made-up book, its first file a folder deeper, without and with an `__init__.py`."""
    made_up.book(tmp_path)
    source = tmp_path / "framework/bistro/dough.py"
    made_up.write(tmp_path / "framework/bistro/bakery/dough.py", source.read_text())
    source.unlink()
    if request.param:
        made_up.write(tmp_path / "framework/bistro/bakery/__init__.py", '"""Bread."""\n')
    for path in [*tmp_path.rglob("*.py"), *tmp_path.rglob("*.md")]:
        text = path.read_text()
        for old, new in INTO_THE_FOLDER.items():
            text = text.replace(old, new)
        path.write_text(text)
    cut.cut(tmp_path)
    return tmp_path


@pytest.mark.parametrize("proof", [red, ladder, green, true_, sharp])
def test_the_proofs_hold(root: Path, proof: Callable[..., list[Violation]]) -> None:
    book = Book.load(root)
    assert proof(book, book.chapter(1)) == []


def test_the_chapter_above_stands_on_it(root: Path) -> None:
    book = Book.load(root)
    assert [*ladder(book, book.chapter(2)), *green(book, book.chapter(2))] == []


def test_cutting_writes_into_the_folder_and_takes_the_stale_away(root: Path) -> None:
    assert cut.stale(root) == []
    assert "step 1.1: write hydration" in (root / EXERCISE).read_text()
    stale = root / "solutions/01-dough/bistro/oven/old.py"
    made_up.write(stale, "OLD = 1\n")
    assert cut.cut(root) == [stale]
    assert not stale.parent.exists()


def test_a_message_names_the_file_in_its_folder(root: Path) -> None:
    test = "tests/01-dough/test_1_weigh.py"
    told = run_pytest(root, test, "--target", "exercises").stdout
    assert f"Step 1.1 is not written yet: write hydration in {EXERCISE}" in " ".join(told.split())
    path = root / EXERCISE
    body = '    raise NotImplementedError("step 1.1: write hydration")\n'
    path.write_text(path.read_text().replace(body, "    return flour\n"))
    told = run_pytest(root, test, "--target", "exercises").stdout
    assert "hydration(" in told
    assert "70" in told
    path.unlink()
    told = run_pytest(root, test, "--target", "exercises").stdout
    assert "There is no bistro.bakery" in told


def test_a_step_is_put_back_and_compared_there(root: Path) -> None:
    book = Book.load(root)
    path = root / EXERCISE
    blank = path.read_text()
    stub = 'raise NotImplementedError("step 1.1: write hydration")'
    path.write_text(blank.replace(stub, "return flour"))
    titles = [pair.title for pair in compare.pairs(book.step("1.1"))]
    assert titles == [f"hydration, in {EXERCISE}"]
    backup = reset.reset(book, book.step("1.1"), datetime(2026, 1, 1))
    assert path.read_text() == blank
    assert (backup / "bistro/bakery/dough.py").is_file()


def test_its_mutants_are_judged(root: Path) -> None:
    book = Book.load(root)
    report = mutants.run(book, book.chapter(1))
    assert report.total > 5
    assert report.ok


def test_listings_and_directives_find_it(root: Path) -> None:
    assert {"bakery.dough", "bakery.dough.Oven.bake"} <= set(names(root))
    listing = resolve(root, "bakery.dough.Oven.bake")
    assert listing.file == Path("framework/bistro/bakery/dough.py")
    assert f"In `{EXERCISE}`: `Oven.bake`." in "\n".join(expand(root, ["::: write 1.2"]))
    table = "\n".join(expand(root, ["::: files 1"]))
    assert "[`bakery/dough.py`](../source/bakery.dough.md)" in table
    lines = "\n".join(expand(root, ["::: listing bakery.dough.Oven.bake"]))
    assert f'"../../source/bakery.dough/#__codelineno-0-{listing.first_line}"' in lines
    assert ">bistro/bakery/dough.py</a>" in lines

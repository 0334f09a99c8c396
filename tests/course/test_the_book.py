"""The book's own promises: the proofs, chapter by chapter, and the floors.

The proof "green" is not here: `python3 -m course selftest` runs every chapter's tests on the
framework and on the stacked solutions as they are.
"""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

from course.book import FRAMEWORK, PACKAGE, Book, Chapter, module_name
from course.proofs import PROOFS

ROOT = Path(__file__).resolve().parents[2]
BOOK = Book.load(ROOT)
HERE = [
    pytest.param(name, marks=[pytest.mark.alone] if name == "quick" else [])
    for name in PROOFS
    if name != "green"
]


@pytest.mark.parametrize("proof", HERE)
@pytest.mark.parametrize("chapter", BOOK.chapters, ids=lambda chapter: chapter.folder)
def test_proof(chapter: Chapter, proof: str) -> None:
    violations = PROOFS[proof](BOOK, chapter)
    assert not violations, "\n\n" + "\n".join(map(str, violations))


def test_there_is_a_book() -> None:
    assert BOOK.chapters, "chapters/ holds no chapter"


def test_every_file_of_the_framework_belongs_to_a_chapter() -> None:
    """`__main__.py` and each package's `__init__.py` alone stand outside the chapters."""
    owned = {str(file) for chapter in BOOK.chapters for file in chapter.files}
    there = {
        path.relative_to(ROOT / FRAMEWORK).as_posix()
        for path in (ROOT / FRAMEWORK).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert there - {"__main__.py"} == owned


def test_every_folder_of_the_framework_is_a_package() -> None:
    """Where `__init__.py` is missing, neither the floors below nor a wheel would see the files."""
    folders = {path.parent for path in (ROOT / FRAMEWORK).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_a_file_imports_from_its_own_chapter_or_earlier_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / FRAMEWORK.parent))
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    floors = tuple(
        grimp.Layer(*modules(chapter), independent=False, closed=False)
        for chapter in reversed(BOOK.chapters)
    )
    upward = graph.find_illegal_dependencies_for_layers(layers=floors)
    assert not upward, "\n".join(f"{found.importer} imports {found.imported}" for found in upward)
    floors_modules = set().union(*(modules(chapter) for chapter in BOOK.chapters))
    for module in sorted(floors_modules):
        outside = graph.find_modules_directly_imported_by(module) - floors_modules
        assert not outside, f"{module} imports from {', '.join(outside)}, outside the floors"


def modules(chapter: Chapter) -> set[str]:
    return {f"{PACKAGE}.{module_name(file)}" for file in chapter.files}

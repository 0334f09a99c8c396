"""Which `bistro` an import means: the learner's, the solutions, the framework, or a stack.

In a learner's run the package lives in many folders, one a chapter: it is a module made here, whose
`__path__` lists them. `python -m course.target WHICH script.py` runs a script on such a package;
without a script it opens Python's prompt.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING

from course.book import FRAMEWORK, PACKAGE, Book

if TYPE_CHECKING:
    from course.progress import Progress

VARIABLE = "COURSE_TARGET"
"""Names the target for every process that is not told one."""
DEFAULT = "exercises"
NAMES = ("exercises", "solutions", "framework")


class TargetError(ValueError):
    """A target that is neither one of the names nor folders that hold the package."""


def paths_for(book: Book, target: str, progress: Progress | None) -> list[Path]:
    """The folders `bistro` of a target, in the order of the chapters.

    `target` is `exercises` (a skipped chapter's solution stands in), `solutions`, `framework`, or
    folders joined with os.pathsep, each holding a folder `bistro`. Raises TargetError for others.
    """
    if target == "framework":
        return [book.root / FRAMEWORK]
    if target == "solutions":
        return [chapter.solution_dir for chapter in book.chapters]
    if target == "exercises":
        skipped = progress.skipped if progress else set()
        return [
            chapter.solution_dir if chapter.number in skipped else chapter.exercise_dir
            for chapter in book.chapters
        ]
    return [_package_in(Path(folder)) for folder in target.split(os.pathsep)]


def install(paths: Sequence[Path]) -> None:
    """Make `import bistro` mean these folders from now on; raises TargetError once it is imported.

    A single folder with an `__init__.py` is the regular package and is imported as such; several
    become one module whose sub-packages, too, may be spread over the folders.
    """
    if PACKAGE in sys.modules:
        raise TargetError(f"{PACKAGE} is imported already; a process tests one target only")
    if len(paths) == 1 and (paths[0] / "__init__.py").is_file():
        sys.path.insert(0, str(paths[0].parent.resolve()))
        return
    spec = ModuleSpec(PACKAGE, loader=None, is_package=True)
    spec.submodule_search_locations = [str(path.resolve()) for path in paths]
    sys.modules[PACKAGE] = importlib.util.module_from_spec(spec)


def run(root: Path, target: str, script: Path, arguments: Sequence[str] = ()) -> None:
    """Run a script as `__main__` in this process, with `bistro` being the target."""
    _put_in_place(root, target)
    sys.argv = [str(script), *arguments]
    runpy.run_path(str(script), run_name="__main__")


def interact(root: Path, target: str) -> None:
    """Open Python's prompt in this process, with `bistro` being the target."""
    import code
    import contextlib

    _put_in_place(root, target)
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  arrow keys and history at the prompt, where the system has it
    code.interact(banner="Python, with your bistro; exit() or Ctrl-D ends it.", exitmsg="")


def _put_in_place(root: Path, target: str) -> None:
    from course.progress import Progress

    install(paths_for(Book.load(root), target, Progress.load(root)))


def _package_in(folder: Path) -> Path:
    path = folder / PACKAGE
    if path.is_dir():
        return path
    names = ", ".join(NAMES)
    raise TargetError(
        f"target {str(folder)!r}: should be one of {names}, or a folder that holds a {PACKAGE}/"
    )


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(
            "usage: python -m course.target exercises|solutions|framework|FOLDER [script.py …]"
        )
    if len(sys.argv) == 2:
        interact(Path.cwd(), sys.argv[1])
        sys.exit()
    run(Path.cwd(), sys.argv[1], Path(sys.argv[2]), sys.argv[3:])

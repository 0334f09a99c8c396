"""Which bistro an import means; each case in a process of its own, as an import lasts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course import cut
from course.book import Book
from course.progress import Progress
from course.target import TargetError, paths_for
from tests.course import made_up

COURSE = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made_up.book(tmp_path)
    cut.cut(tmp_path)
    return tmp_path


def run(root: Path, target: str, code: str) -> str:
    script = made_up.write(root / "script.py", code)
    done = subprocess.run(
        [sys.executable, "-m", "course.target", target, str(script), "word"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(COURSE)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_solutions_are_one_package_in_many_folders(root: Path) -> None:
    code = """
        import bistro, sys
        from bistro.salt import brine
        print(len(bistro.__path__), brine(9), sys.argv[1])
    """
    assert run(root, "solutions", code) == "2 9 g on 70 % word\n"


def test_an_exercise_says_which_step_is_not_written(root: Path) -> None:
    code = "from bistro.dough import hydration; hydration(1)"
    assert "NotImplementedError: step 1.1: write hydration" in run(root, "exercises", code)


def test_the_solution_stands_in_for_a_skipped_chapter(root: Path) -> None:
    progress = Progress.load(root)
    progress.skipped = {1}
    progress.save()
    code = """
        from bistro.dough import hydration
        from bistro.salt import brine
        print(hydration(350), flush=True)
        brine(9)
    """
    output = run(root, "exercises", code)
    assert output.startswith("70\n")
    assert "step 2.1: write brine" in output


def test_the_framework_is_the_regular_package(root: Path) -> None:
    code = "import bistro, bistro.salt; print(bistro.__doc__, bistro.__file__)"
    output = run(root, "framework", code)
    assert output.startswith("The whole bakery. ")
    assert Path(output.split()[-1]) == (root / "framework/bistro/__init__.py").resolve()


def test_sub_packages_spread_over_the_folders(root: Path) -> None:
    made_up.write(root / "a/bistro/sea/salt.py", "SALT = 1")
    made_up.write(
        root / "b/bistro/sea/fish.py", "from bistro.sea.salt import SALT\nFISH = SALT + 1"
    )
    folders = f"{root / 'a'}{os.pathsep}{root / 'b'}"
    assert run(root, folders, "from bistro.sea.fish import FISH; print(FISH)") == "2\n"


def test_one_target_a_process(root: Path) -> None:
    code = """
        from pathlib import Path
        from course.target import install
        install([Path("solutions")])
    """
    assert "a process tests one target only" in run(root, "solutions", code)


def test_the_prompt_has_the_target(root: Path) -> None:
    """Without a script Python's prompt opens, where bistro can be imported."""
    done = subprocess.run(
        [sys.executable, "-m", "course.target", "solutions"],
        cwd=root,
        input="import bistro; print(len(bistro.__path__))\n",
        env=os.environ | {"PYTHONPATH": str(COURSE)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.strip().removeprefix(">>> ").startswith("2"), done.stderr


def test_an_unknown_target_is_named_with_the_right_ones(root: Path) -> None:
    with pytest.raises(TargetError, match="'exercice': should be one of exercises, solutions, fr"):
        paths_for(Book.load(root), "exercice", None)

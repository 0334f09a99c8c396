"""The proofs, on a made-up book that keeps every promise, and on one violation of each."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from course import cut, restaurant
from course.book import Book
from course.proofs import Violation, green, ladder, quick, red, sharp, true_
from course.proofs.ladder import why_not_red
from course.proofs.runs import Outcome
from tests.course import made_up

Change = Callable[[str, str, str], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made_up.book(tmp_path)
    cut.cut(tmp_path)
    return tmp_path


@pytest.fixture
def change(root: Path) -> Change:
    """Replaces a text in a file of the made-up book, and cuts again."""

    def replace(file: str, old: str, new: str) -> None:
        path = root / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        cut.cut(root)

    return replace


def prove(proof: Callable[..., list[Violation]], root: Path, number: int = 1) -> list[Violation]:
    book = Book.load(root)
    return proof(book, book.chapter(number))


def the_one(violations: list[Violation]) -> Violation:
    assert len(violations) == 1, "\n".join(map(str, violations))
    return violations[0]


WEIGH = "tests/01-dough/test_1_weigh.py"
BAKE = "tests/01-dough/test_2_bake.py"
PAGE = "chapters/01-dough/index.md"


@pytest.mark.parametrize("proof", [red, ladder, green, true_])
@pytest.mark.parametrize("number", [1, 2])
def test_the_made_up_book_keeps_its_promises(root: Path, proof: Callable, number: int) -> None:
    assert prove(proof, root, number) == []


def test_its_mistakes_are_caught(root: Path) -> None:
    assert prove(sharp, root) == []


class TestRed:
    def test_a_test_that_passes_on_nothing(self, root: Path) -> None:
        made_up.write(root / WEIGH, made_up.WEIGH + "\n\ndef test_idle():\n    assert True\n")
        violation = the_one(prove(red, root))
        assert (violation.step, violation.where) == ("1.1", "test_1_weigh.py::test_idle")
        assert violation.what == "passes although step 1.1 is not written"

    def test_a_failure_that_does_not_say_what_is_not_written(self) -> None:
        """The reports say it of every test of an unwritten step; the proof still looks."""
        outcome = Outcome("test_1.py::test_x", "failed", "wrong-value", "got 1")
        assert why_not_red(outcome, ["1.1"]) == (
            "fails, but as wrong-value, not as a step that is not written: got 1"
        )

    def test_a_test_that_needs_a_later_step(self, root: Path) -> None:
        test = "\n\ndef test_early():\n    from bistro.dough import Oven\n    Oven().bake('rye')\n"
        made_up.write(root / WEIGH, made_up.WEIGH + test)
        violation = the_one(prove(red, root))
        assert violation.what == "names step 1.2 as not written, not 1.1"

    def test_a_test_file_that_cannot_be_imported(self, root: Path) -> None:
        made_up.write(root / BAKE, made_up.BAKE + "\nimport bistro.nothing\n")
        assert "broke off" in the_one(prove(red, root)).what

    def test_a_step_without_tests(self, root: Path) -> None:
        made_up.write(root / BAKE, "import pytest\n")
        violation = the_one(prove(red, root))
        assert (violation.step, violation.what) == ("1.2", "holds no test")


class TestLadder:
    def test_a_test_of_a_later_step_that_passes_already(self, root: Path) -> None:
        test = "\n\ndef test_weighed():\n    from bistro.dough import hydration\n    hydration(1)\n"
        made_up.write(root / BAKE, made_up.BAKE + test)
        assert prove(red, root) == []
        violation = the_one(prove(ladder, root))
        assert (violation.step, violation.where) == ("1.2", "test_2_bake.py::test_weighed")
        assert violation.what == "passes although step 1.2 is not written"

    def test_a_test_that_needs_a_later_step_as_well(self, root: Path) -> None:
        test = """

def test_early():
    from bistro.dough import Oven

    hydration(1)
    Oven().bake("rye")
"""
        made_up.write(root / WEIGH, made_up.WEIGH + test)
        assert prove(red, root) == []
        violation = the_one(prove(ladder, root))
        assert (violation.step, violation.where) == ("1.1", "test_1_weigh.py::test_early")
        assert violation.what.startswith("fails with steps 1 to 1 written: stub")


class TestGreen:
    def test_a_test_that_the_framework_fails(self, root: Path) -> None:
        made_up.write(root / WEIGH, made_up.WEIGH.replace("(5, 1)", "(5, 2)"))
        first, second = prove(green, root)
        assert first.where == second.where == "test_1_weigh.py::test_percent[5-2]"
        assert first.what.startswith("fails on the framework")
        assert second.what.startswith("fails on the solutions")

    def test_solutions_that_are_missing(self, root: Path) -> None:
        (root / "solutions/02-salt/bistro/salt.py").unlink()
        violation = the_one(prove(green, root, 2))
        assert (violation.where, violation.what) == ("solutions/02-salt", "salt.py is missing")

    def test_a_run_that_ends_early(self, root: Path) -> None:
        test = "\n\ndef test_end():\n    import os\n    hydration(1)\n    os._exit(3)\n"
        made_up.write(root / WEIGH, made_up.WEIGH + test)
        violation = prove(green, root)[0]
        assert violation.what.startswith("the run broke off on the framework")

    def test_a_restaurant_that_does_not_open(self, root: Path) -> None:
        path = root / "tests/01-dough/test_3_restaurant.py"
        made_up.write(path, made_up.RESTAURANT_TEST.replace("== 70", "== 71"))
        assert [v.where for v in prove(green, root)] == ["test_3_restaurant.py::test_a_visit"] * 2
        assert the_one(prove(ladder, root)).where == "test_3_restaurant.py::test_a_visit"

    def test_a_test_file_that_no_step_names(self, root: Path) -> None:
        made_up.write(root / "tests/01-dough/test_4_extra.py", "def test_x():\n    pass\n")
        violation = the_one(prove(green, root))
        assert (violation.where, violation.what) == ("test_4_extra.py", "belongs to no step")


class TestSharp:
    def test_mistakes_that_are_not_caught_as_they_say(self, root: Path) -> None:
        """All in one book: each is judged by itself."""
        weigh, body = "dough.hydration", "def hydration(water, flour=FLOUR):\n    return "
        test = "test_1_weigh.py::test_"
        cases = {
            "a": (weigh, f"{test}other_flour", f"{body}water * 100 // flour\n"),
            "b": (weigh, f"{test}nothing", f"{body}1\n"),
            "c": (weigh, "test_9.py::test_x", f"{body}1\n"),
            "d": ("dough.Oven", f"{test}percent", "class Oven: 1\n"),
            "e": (weigh, f"{test}percent", "def other():\n    return 1\n"),
            "f": (weigh, "test_1", body + "1\n"),
        }
        for name, (replaces, caught, code) in cases.items():
            made_up.mistake(root, name, replaces, caught, code)
        violations = prove(sharp, root)
        assert [v.where[-4:] for v in violations] == [f"{name}.py" for name in cases]
        assert [v.what.partition(", ")[0] for v in violations] == [
            f"{test}other_flour does not fail on it; {test}no_flour fails",
            "there is no test test_nothing in test_1_weigh.py",
            "there is no test_9.py",
            "replaces dough.Oven",
            "replaces hydration",
            "the docstring must begin with 'replaces: …' and 'caught by: …'",
        ]
        assert violations[0].step == "1.1"

    def test_a_mistake_that_is_no_python(self, root: Path) -> None:
        made_up.mistake(root, "a", "dough.hydration", "test_1_weigh.py::test_percent", "def (")
        assert "is not valid Python" in the_one(prove(sharp, root)).what

    def test_a_mistake_brings_its_helpers_and_keeps_decorators(self, root: Path) -> None:
        code = "import os\n\nNAME = 'x'\n\n\ndef bake(self, name):\n    return NAME\n"
        made_up.mistake(root, "helped", "dough.Oven.bake", "test_2_bake.py::test_loaf", code)
        assert prove(sharp, root) == []

    def test_too_few_mistakes(self, root: Path) -> None:
        (root / "tests/01-dough/mistakes/swapped.py").unlink()
        assert the_one(prove(sharp, root)).what == "has 2 mistakes; a chapter has at least 3"


class TestQuick:
    def test_a_slow_test_makes_its_step_and_the_chapter_slow(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert prove(quick, root) == []
        limits = import_module("course.proofs.quick")
        monkeypatch.setattr(limits, "CHAPTER", 0.4)
        monkeypatch.setattr(limits, "STEP", 0.3)
        monkeypatch.setattr(limits, "TRIES", 1)
        slow = "\n\ndef test_slow():\n    __import__('time').sleep(0.5)\n    hydration(1)\n"
        made_up.write(root / WEIGH, made_up.WEIGH + slow)
        violations = prove(quick, root)
        assert (violations[0].step, violations[0].where) == ("", "test_1_weigh.py::test_slow")
        assert (violations[1].step, violations[1].where) == ("1.1", "test_1_weigh.py")


class TestTrue:
    def test_a_line_that_is_not_shown(self, root: Path, change: Change) -> None:
        change(PAGE, "::: listing dough.Oven.__init__\n", "")
        violation = the_one(prove(true_, root))
        assert "lines that the page does not show:\n  24:     def __init__" in violation.what

    def test_a_listing_of_something_that_is_not_there(self, root: Path, change: Change) -> None:
        change(PAGE, "::: listing dough:head", "::: listing dough:head\n\n::: listing dough.Over")
        violation = the_one(prove(true_, root))
        assert "dough.Over" in violation.what
        line = (root / PAGE).read_text().splitlines().index("::: listing dough.Over") + 1
        assert violation.where == f"{PAGE}:{line}"

    def test_a_listing_in_a_fence_shows_nothing(self, root: Path, change: Change) -> None:
        change(PAGE, "::: listing dough.DoughError", "```text\n::: listing dough.DoughError\n```")
        assert "class DoughError" in the_one(prove(true_, root)).what

    def test_a_session_that_answers_otherwise(self, root: Path, change: Change) -> None:
        change(PAGE, ">>> hydration(350)\n70", ">>> hydration(350)\n71")
        violation = the_one(prove(true_, root))
        assert violation.what == "hydration(350)\n  answers  70\n  not      71"
        line = (root / PAGE).read_text().splitlines().index(">>> hydration(350)") + 1
        assert violation.where == f"{PAGE}:{line}"

    def test_a_program_that_raises(self, root: Path, change: Change) -> None:
        change(PAGE, "from bistro.dough import Oven, hydration", "x = 1\nhydration = 1 / 0")
        first, second = prove(true_, root)
        line = (root / PAGE).read_text().splitlines().index("hydration = 1 / 0") + 1
        assert (first.where, first.what) == (
            f"{PAGE}:{line}",
            "raises ZeroDivisionError: division by zero",
        )
        assert "NameError" in second.what

    def test_an_example_that_ends_python(self, root: Path, change: Change) -> None:
        change(PAGE, "from bistro.dough import Oven, hydration", "import os\nos._exit(3)")
        assert "ended the process" in the_one(prove(true_, root)).what

    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("    65\n", "    66\n", "the page says\n  66\nwhere the command prints\n  65\n  done"),
            ("    d...\n", "", "the page says\n  (nothing more)\n"),
            ("    d...\n", "    d...\n    more\n", "the page says\n  more\n"),
            ("$ ", "", "holds no command"),
        ],
    )
    def test_a_command_that_prints_otherwise(
        self, root: Path, change: Change, old: str, new: str, what: str
    ) -> None:
        change(PAGE, old, new)
        assert the_one(prove(true_, root)).what.startswith(what)

    def test_the_solutions_stand_in_for_the_commands(self, root: Path, change: Change) -> None:
        script = "from bistro.dough import hydration; print(hydration.__code__.co_filename)"
        made_up.write(root / "where.py", script)
        command = "python3 -m course.target exercises where.py"
        change(
            PAGE, "    65\n    d...\n", f"    65\n    d...\n    $ {command}\n    ...solutions...\n"
        )
        assert prove(true_, root) == []

    def test_what_a_block_leaves_running_is_ended(self, root: Path, change: Change) -> None:
        """The second server could not listen if the first still did."""
        server = f"""
            import http.server
            import time

            http.server.HTTPServer(("127.0.0.1", {restaurant.free_port(19000)}), None)
            print("up", flush=True)
            time.sleep(40)
        """
        made_up.write(root / "server.py", server)
        block = "\n```console\n$ python3 server.py &\n$ sleep 1\nup\n```\n"
        with (root / PAGE).open("a") as page:
            page.write(block + block)
        start = time.monotonic()
        assert prove(true_, root) == []
        assert time.monotonic() - start < 40

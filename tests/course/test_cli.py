"""The learner's commands, on a made-up book."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click import Command
from click.testing import CliRunner, Result

from course import cli, compare, cut, docs, place, restaurant
from course.book import Book
from course.progress import Progress
from tests.course import made_up

ROOT = Path(__file__).resolve().parents[2]
HYDRATION = '"""The water in percent of the flour, rounded down; DoughError without flour."""\n'
RIGHT = """    if flour <= 0:
        raise DoughError("a dough needs flour")
    return 100 * water // flour
"""

RESTAURANT = """\
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from bistro.dough import hydration
class Guest(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(hydration(350)).encode())
port = int(os.environ.get("PORT", "8000"))
server = HTTPServer(("127.0.0.1", port), Guest)
print(f"http://127.0.0.1:{port}/")
hydration(1)
server.serve_forever()
"""

Run = Callable[..., Result]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made_up.book(tmp_path)
    made_up.write(tmp_path / "chapters/01-dough/restaurant.py", RESTAURANT)
    cut.cut(tmp_path)
    monkeypatch.setattr(cli, "ROOT", tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("COURSE_TARGET", raising=False)
    return tmp_path


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line; the exit status is the one a shell would see."""

    def invoke(*arguments: str, typed: str = "") -> Result:
        monkeypatch.setattr(sys, "argv", ["course", *arguments])
        return CliRunner().invoke(_main, [], input=typed)

    return invoke


class _Main(Command):
    """Has the test runner call `main`, the way `python3 -m course` does."""

    def main(self, *_: Any, **__: Any) -> Any:
        sys.exit(cli.main())


_main = _Main("course")


def dough(root: Path) -> Path:
    return root / "exercises/01-dough/bistro/dough.py"


def fill(root: Path, body: str = RIGHT) -> None:
    """Write the body of the first step's function."""
    text = dough(root).read_text(encoding="utf-8")
    before, _, after = text.partition(HYDRATION)
    rest = after[after.index("\n\n\nclass Oven") :]
    dough(root).write_text(f"{before}{HYDRATION}{body.rstrip()}{rest}", encoding="utf-8")


def fill_all(root: Path) -> None:
    for chapter in Book.load(root).chapters:
        for file in chapter.files:
            text = (chapter.solution_dir / file).read_text(encoding="utf-8")
            (chapter.exercise_dir / file).write_text(text, encoding="utf-8")


def test_without_a_terminal_it_tells_the_place_and_the_next_command(run: Run) -> None:
    done = run()
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Bistro: 0 of 3 steps done",
        "You are at chapter 1 Dough, step 1.1 Weigh",
        "Write hydration in exercises/01-dough/bistro/dough.py",
        "Next: python3 -m course test 1.1",
    ]


def test_help_fits_a_screen(run: Run) -> None:
    lines = run("--help").stdout.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("command", list(cli.commands.commands))
def test_every_command_has_help_that_fits_a_screen(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) <= 24
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["test", "7"], "There is no chapter 7; the nearest is 2 Salt."),
        (["test", "0"], "There is no chapter 0; the nearest is 1 Dough."),
        (["hint", "1.9"], "There is no step 1.9; the nearest is 1.2 Bake."),
        (["skip", "7.1"], "There is no chapter 7; the nearest is 2 Salt."),
        (
            ["test", "dought"],
            "'dought' is neither a chapter, such as 3, nor a step, such as 3.2; "
            "the nearest is 1 Dough.",
        ),
        (["hint", "1"], "1 is a chapter; name one of its steps, 1.1 to 1.2."),
        (
            ["tets"],
            "There is no command `tets`; the nearest is `test`. "
            "`python3 -m course --help` lists them all.",
        ),
        (["watch"], "watch needs a terminal; without one, use `python3 -m course test`."),
        (["prove", "1", "--only", "gren"], "There is no proof 'gren'; there are red, ladder, "
         "green, sharp, true, quick."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_a_sentence_with_the_nearest(
    run: Run, arguments: list[str], said: str
) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", said + "\n")


def test_a_wrong_option_is_a_matter_of_usage(run: Run) -> None:
    done = run("test", "--al")
    assert done.exit_code == 2
    assert "--all" in done.stderr


def test_a_step_that_is_not_written_fails_and_is_named(run: Run) -> None:
    done = run("test")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "○ 1.1 Weigh  not written yet"
    assert "Step 1.1 is not written yet: write hydration in" in done.stdout
    assert done.stdout.splitlines()[-1] == "A hint: python3 -m course hint 1.1"


def test_a_step_that_passes_is_taken_down_and_the_next_is_named(run: Run, root: Path) -> None:
    fill(root)
    done = run("test", "1.1")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "✓ 1.1 Weigh  7 tests passed",
        "Compare with the reference: python3 -m course diff 1.1",
        "Next: 1.2 Bake: python3 -m course test 1.2",
    ]
    assert Progress.load(root).passed == {"1.1"}


def test_a_wrong_step_fails_with_its_report(run: Run, root: Path) -> None:
    fill(root, "    return 71\n")
    done = run("test")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "✗ 1.1 Weigh  7 of 7 tests failed"
    assert "expected  70" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_syntax_error_fails_with_its_line(run: Run, root: Path) -> None:
    fill(root, "    return (\n")
    done = run("test")
    assert done.exit_code == 1
    assert "dough.py:1" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_testing_out_whoever_passes_a_chapter_is_past_it(run: Run, root: Path) -> None:
    fill_all(root)
    done = run("test", "1")
    assert done.exit_code == 0
    assert "Chapter 1 Dough is passed. See it: python3 -m course run 1" in done.stdout
    assert Progress.load(root).passed == {"1.1", "1.2"}
    assert "Next: python3 -m course test 2.1" in run().stdout


def test_the_last_step_brings_the_tests_that_belong_to_no_step(run: Run, root: Path) -> None:
    fill_all(root)
    assert "✓ 1.2 Bake  3 tests passed" in run("test", "1.2").stdout


def test_all_tests_everything_and_points_at_what_is_wrong_before_what_is_blank(
    run: Run, root: Path
) -> None:
    fill(root, "    return 71\n")
    done = run("test", "--all")
    assert done.exit_code == 1
    rows = [line for line in done.stdout.splitlines() if line.startswith(("✗", "○", "✓"))]
    assert [row.split("  ")[0] for row in rows] == ["✗ 1.1 Weigh", "○ 1.2 Bake", "○ 2.1 Brine"]
    assert "expected  70" in done.stdout
    fill_all(root)
    assert run("test", "--all").exit_code == 0
    assert run("test").stderr.startswith("Every step is done.")


def test_an_edit_that_breaks_an_earlier_step_is_found(run: Run, root: Path) -> None:
    fill_all(root)
    run("test", "--all")
    fill(root, "    return 71\n")
    done = run("test", "--all")
    assert done.exit_code == 1
    assert "✗ 1.1 Weigh  7 of 7 tests failed — it had passed before" in done.stdout
    assert Progress.load(root).passed == {"1.2", "2.1"} - _failed_too(done)


def _failed_too(done: Result) -> set[str]:
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith("✗")}


def test_status_finds_a_step_that_a_later_edit_broke(run: Run, root: Path) -> None:
    fill_all(root)
    run("test", "--all")
    whole = json.loads(run("status", "--json").stdout)
    assert (whole["here"], whole["done"], whole["total"], whole["broken"]) == (None, 3, 3, [])
    fill(root, "    return 71\n")
    broken = json.loads(run("status", "--json").stdout)
    assert broken["here"] == "1.1"
    assert "1.1" in broken["broken"]
    fill(root)
    assert run("test", "--all").exit_code == 0
    assert "✓ 1 Dough" in run("status").stdout


def test_status_as_json_names_every_chapter_and_step(run: Run) -> None:
    found = json.loads(run("status", "--json").stdout)
    assert found["next"] == "python3 -m course test 1.1"
    assert [chapter["title"] for chapter in found["chapters"]] == ["Dough", "Salt"]
    assert found["chapters"][0]["steps"][1] == {
        "label": "1.2",
        "title": "Bake",
        "passed": False,
        "hints": 0,
    }


def test_junit_holds_a_suite_a_step_and_the_report_of_each_failure(run: Run, root: Path) -> None:
    fill(root)
    file = root / "grade.xml"
    assert run("test", "1", "--junit", str(file)).exit_code == 1
    suites = ET.parse(file).getroot().findall("testsuite")
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        ("1.1 Weigh", "7", "0"),
        ("1.2 Bake", "2", "2"),
    ]
    failures = suites[1].findall("testcase/failure")
    assert "Step 1.2 is not written yet" in (failures[0].text or "")


def test_each_call_gives_one_more_hint(run: Run, root: Path) -> None:
    first, second, third = run("hint"), run("hint", "1.1"), run("hint")
    assert "hint 1 of 2" in first.stdout
    assert "Percent means of a hundred." in first.stdout
    assert "hint 2 of 2" in second.stdout
    assert "Look at //." in second.stdout
    assert "hint 2 of 2" in third.stdout
    assert Progress.load(root).hints == {"1.1": 2}


def test_the_solution_before_the_pass_has_to_be_asked_for(run: Run, root: Path) -> None:
    refused = run("solution")
    assert refused.exit_code == 2
    assert "return water" not in refused.stdout
    assert "add --yes" in refused.stderr
    assert "return water * 100 // flour" in run("solution", "--yes").stdout
    fill(root)
    run("test")
    assert "return water * 100 // flour" in run("solution", "1.1").stdout


def test_the_diff_stands_side_by_side_within_the_width(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(root)
    for columns in (60, 80, 132):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = run("diff", "1").stdout
        assert max(map(len, shown.splitlines())) <= columns
    assert "return 100 * water // flour" in shown
    row = next(line for line in shown.splitlines() if "return 100 * water" in line)
    assert "return water * 100 // flour" in row


def test_the_diff_of_a_step_leaves_out_a_docstring_that_is_the_same(run: Run, root: Path) -> None:
    fill(root)
    shown = run("diff", "1.1").stdout
    assert "return 100 * water // flour" in shown
    assert "rounded down" not in shown


def test_the_diff_of_a_step_shows_a_signature_that_was_changed(run: Run, root: Path) -> None:
    fill(root)
    file = root / "exercises/01-dough/bistro/dough.py"
    file.write_text(file.read_text().replace("flour: int = FLOUR", "flour: int = 500"))
    assert run("diff", "1.1").stdout.count("def hydration(") == 2


def test_the_diff_of_a_step_that_is_like_the_reference_says_so(run: Run, root: Path) -> None:
    fill_all(root)
    assert "The same as the reference." in run("diff", "1.1").stdout


def test_the_diff_of_a_file_with_a_syntax_error_shows_the_reference(run: Run, root: Path) -> None:
    fill(root, "    return (\n")
    shown = run("diff", "1.1").stdout
    assert "Your version cannot be read" in shown
    assert "return water * 100 // flour" in shown


def test_every_line_of_both_sides_is_in_the_comparison(root: Path) -> None:
    fill(root)
    (pair,) = compare.pairs(place.find_step(Book.load(root), "1.1"))
    lines = [line for line in compare.lines(pair) if line]
    assert [line.mine[1] for line in lines if line.mine] == pair.mine
    assert [line.theirs[1] for line in lines if line.theirs] == pair.theirs


def test_reset_of_a_step_keeps_the_rest_and_a_backup(run: Run, root: Path) -> None:
    fill_all(root)
    run("test", "1")
    done = run("reset", "1.1")
    assert done.exit_code == 0
    text = dough(root).read_text(encoding="utf-8")
    assert 'raise NotImplementedError("step 1.1: write hydration")' in text
    assert 'return f"{name} loaf"' in text
    backup = root / done.stdout.splitlines()[-1].removeprefix("Your version is kept in ")
    assert "water * 100" in (backup / "bistro/dough.py").read_text(encoding="utf-8")
    assert Progress.load(root).passed == {"1.2"}
    assert Progress.load(root).here == "1.1"


def test_reset_of_a_chapter_is_the_first_cut_and_a_backup_each_time(run: Run, root: Path) -> None:
    first = dough(root).read_text(encoding="utf-8")
    fill(root, "    return (\n")
    kept = {run("reset", "1").stdout.splitlines()[-1] for _ in range(2)}
    assert dough(root).read_text(encoding="utf-8") == first
    assert len(kept) == 2


def test_reset_of_a_step_in_a_file_that_is_no_python_says_what_to_do(run: Run, root: Path) -> None:
    fill(root, "    return (\n")
    before = dough(root).read_text(encoding="utf-8")
    done = run("reset", "1.1")
    assert done.exit_code == 2
    assert "or put the whole chapter back with `python3 -m course reset 1`" in done.stderr
    assert dough(root).read_text(encoding="utf-8") == before


def test_a_skipped_chapter_is_stood_in_for_and_named_with_every_run(run: Run, root: Path) -> None:
    said = run("skip", "1").stdout
    assert "From now on the solution stands in for chapter 1 Dough." in said
    assert "Next: 2.1 Brine" in said
    made_up.write(
        root / "exercises/02-salt/bistro/salt.py",
        (root / "solutions/02-salt/bistro/salt.py").read_text(encoding="utf-8"),
    )
    done = run("test", "2")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[0] == "Skipped, so the solution stands in: 1 Dough"
    assert "1 Dough" in run().stdout
    run("skip", "--undo", "1")
    assert run("test", "2").exit_code == 1
    assert Progress.load(root).here == "1.1"


def test_list_shows_every_step_and_the_place(run: Run) -> None:
    rows = run("list").stdout.splitlines()
    assert "I The bakery" in rows[0]
    assert any("→" in row and "1.1 Weigh" in row for row in rows)
    assert any("2.1 Brine" in row for row in rows)


def test_cut_check_names_the_stale_files(run: Run, root: Path) -> None:
    assert run("cut", "--check").exit_code == 0
    (root / "solutions/02-salt/bistro/salt.py").write_text("", encoding="utf-8")
    done = run("cut", "--check")
    assert done.exit_code == 1
    assert done.stdout == "stale: solutions/02-salt/bistro/salt.py\n"
    assert run("cut").stdout == "cut: solutions/02-salt/bistro/salt.py\n"
    assert run("cut").stdout == "exercises/ and solutions/ are as they should be.\n"


def test_cut_refuses_to_lose_a_learners_work(run: Run, root: Path) -> None:
    fill(root)
    done = run("cut")
    assert done.exit_code == 2
    assert "hydration has been written by a learner" in done.stderr


def test_prove_runs_a_proof_on_a_chapter(run: Run, root: Path) -> None:
    assert run("prove", "1", "--only", "red").stdout == "✓ red\n"
    fault = root / "tests/02-salt/test_1_brine.py"
    fault.write_text('def test_nothing():\n    """Nothing is asked."""\n', encoding="utf-8")
    done = run("prove", "2", "--only", "red")
    assert done.exit_code == 1
    assert done.stdout.startswith("✗ red\n    2.1: ")


def test_a_broken_progress_file_costs_the_place_and_one_line(run: Run, root: Path) -> None:
    path = Progress.load(root).path
    path.parent.mkdir(exist_ok=True)
    path.write_text("passed = [", encoding="utf-8")
    done = run()
    assert done.exit_code == 0
    assert len(done.stderr.splitlines()) == 1
    assert "You are at chapter 1 Dough" in done.stdout
    tomllib.loads(Progress.load(root).text())


# The place


def test_the_place_is_the_first_step_to_do_from_the_chosen_one_on(root: Path) -> None:
    book, progress = Book.load(root), Progress.load(root)

    def here() -> str:
        step = place.here(book, progress)
        return step.label if step else ""

    assert here() == "1.1"
    progress.here = "1.2"
    assert here() == "1.2"
    progress.passed.add("1.2")
    assert here() == "2.1"
    progress.skipped.add(2)
    assert here() == "1.1"
    progress.passed.add("1.1")
    assert here() == ""
    progress.here = "9.9"
    progress.passed.clear()
    assert here() == "1.1"


# The restaurant and the pages


def course(root: Path, *arguments: str) -> list[str]:
    code = (
        "import sys; from pathlib import Path; from course import cli; "
        f"cli.ROOT = Path({str(root)!r}); sys.argv = ['course', *{list(arguments)!r}]; "
        "sys.exit(cli.main())"
    )
    return [sys.executable, "-c", code]


def started(root: Path, *arguments: str, port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        course(root, *arguments),
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_run_opens_the_restaurant_on_the_learners_code(root: Path) -> None:
    fill(root)
    port = restaurant.free_port(18000)
    child = started(root, "run", "1", port=port)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == f"http://127.0.0.1:{port}/\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert answer.read() == b"70"
    finally:
        child.send_signal(2)
        out, error = child.communicate(timeout=10)
    assert child.returncode == 0, error
    assert "The restaurant is closed." in out
    assert restaurant.free_port(port) == port


def test_run_names_the_step_that_is_not_written_instead_of_a_traceback(root: Path) -> None:
    out, error = started(root, "run", "1", port=restaurant.free_port(18100)).communicate(timeout=20)
    assert out.splitlines()[-1] == (
        "Step 1.1 is not written yet: write hydration (python3 -m course test 1.1)."
    )
    assert "Traceback" not in out + error


def test_a_port_in_use_is_told_and_the_next_is_taken() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert restaurant.free_port(port) > port


def test_a_traceback_that_is_no_stub_is_shown_whole() -> None:
    lines = ["http://127.0.0.1:1/\n", "Traceback (most recent call last):\n", "  File\n", "Oh: 1\n"]
    opened: list[str] = []
    assert list(restaurant.relay(lines, opened.append)) == lines
    assert opened == ["http://127.0.0.1:1/"]


def test_the_traceback_of_ctrl_c_is_not_shown() -> None:
    lines = ["Traceback (most recent call last):\n", "  File\n", "KeyboardInterrupt\n"]
    assert list(restaurant.relay(["a guest\n", *lines], str)) == ["a guest\n"]


def test_the_pages_are_stale_when_a_source_is_newer(root: Path) -> None:
    assert docs.is_stale(root)
    index = made_up.write(root / "site/index.html", "<p>the book")
    assert not docs.is_stale(root)
    later = time.time() + 5
    os.utime(root / "chapters/01-dough/index.md", (later, later))
    assert docs.is_stale(root)
    assert index.exists()


def test_the_pages_are_served_from_this_machine_with_the_steps_anchor(root: Path) -> None:
    made_up.write(root / "site/index.html", "<p>the book")
    with docs.server(root, 0) as site:
        import threading

        threading.Thread(target=site.serve_forever, daemon=True).start()
        home = docs.address(site)
        with urllib.request.urlopen(home, timeout=5) as answer:
            assert answer.read() == b"<p>the book"
        step = Book.load(root).step("1.2")
        assert docs.address(site, step) == f"{home}01-dough/#step-2-bake"
        site.shutdown()

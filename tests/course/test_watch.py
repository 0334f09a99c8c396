"""The watch screen: its state event by event, and the real thing in a pseudo-terminal."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from course import cut, watch
from course.book import Book, Step
from course.progress import Progress
from course.report import Failure
from course.testing import Outcome
from tests.course import made_up

ROOT = Path(__file__).resolve().parents[2]
STUB = 'raise NotImplementedError("step 1.1: write hydration")'
RIGHT = 'if flour <= 0: raise DoughError("a dough needs flour")\n    return 100 * water // flour'


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made_up.book(tmp_path)
    cut.cut(tmp_path)
    return Book.load(tmp_path)


class Asked:
    """Stands in for the thread that runs tests: notes what it was asked."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def ask(self, step: Step) -> None:
        self.steps.append(step.label)

    def close(self) -> None:
        pass


@pytest.fixture
def state(book: Book) -> watch.State:
    state = watch.State(book, Asked(), lambda kind, value: None)  # type: ignore[arg-type]
    state.begin()
    return state


def asked(state: watch.State) -> list[str]:
    assert isinstance(state.tester, Asked)
    return state.tester.steps


def screen(state: watch.State, width: int = 80, height: int = 24, **options: Any) -> list[str]:
    """What is drawn, a text a line."""
    console = Console(
        file=io.StringIO(), width=width, height=height, legacy_windows=False, **options
    )
    console.print(state, end="")
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def passed(step: Step) -> Outcome:
    return Outcome(step, passed=["a", "b"], duration=0.25)


def failed(step: Step, kind: str = "wrong-value", rule: str = "A rule.") -> Outcome:
    failure = Failure(kind, f"{step.tests.name}::test_it", rule=rule, got="71", expected="70")
    return Outcome(step, passed=["a"], failures=[failure], duration=0.25)


def press(state: watch.State, *keys: str) -> None:
    for key in keys:
        state.take("key", key)


def test_it_says_where_one_is_and_what_to_write(state: watch.State) -> None:
    lines = screen(state)
    assert lines[0].startswith("Bistro  I The bakery")
    assert lines[0].endswith("0/3")
    assert lines[1] == "Chapter 1 Dough, step 1.1 Weigh  10 min"
    assert lines[2] == "Write hydration in exercises/01-dough/bistro/dough.py"


def test_the_file_to_edit_is_a_link(state: watch.State, book: Book) -> None:
    drawn = "\n".join(screen(state, force_terminal=True))
    uri = (book.chapter(1).exercise_dir / "dough.py").as_uri()
    assert re.search(rf"\x1b]8;[^;]*;{re.escape(uri)}\x1b\\", drawn)


def test_a_save_runs_the_tests_of_this_step_alone(state: watch.State) -> None:
    assert asked(state) == ["1.1"]
    state.take("saved", None)
    assert asked(state) == ["1.1", "1.1"]
    assert any(line.startswith("… testing  saved ") for line in screen(state))


def test_a_failure_is_shown_with_its_verdict(state: watch.State) -> None:
    state.take("tested", failed(state.step))
    lines = screen(state)
    assert any(line.startswith("✗ 1 of 2 tests failed") for line in lines)
    assert "  got       71" in lines


def test_what_a_hang_kept_from_running_is_counted_apart(state: watch.State) -> None:
    hanging = [Failure("hang", "test_it.py::test_a")]
    state.take("tested", Outcome(state.step, failures=hanging, skipped=["b", "c"]))
    assert any(line.startswith("✗ 1 of 1 test failed, 2 not run") for line in screen(state))


def test_of_a_file_that_is_not_python_no_test_is_said_to_fail(state: watch.State) -> None:
    broken = [Failure("syntax-error", "test_it.py", message="Python cannot read it.")]
    state.take("tested", Outcome(state.step, failures=broken))
    assert any(line.startswith("✗ no test could run") for line in screen(state))


def test_a_step_that_is_not_written_is_no_alarm(state: watch.State) -> None:
    state.take("tested", Outcome(state.step, failures=[Failure("stub", "x")]))
    assert any(line.startswith("○ Not written yet") for line in screen(state))


def test_a_pass_is_shown_taken_down_and_leads_on(state: watch.State, book: Book) -> None:
    state.take("tested", passed(state.step))
    assert Progress.load(book.root).passed == {"1.1"}
    assert Progress.load(book.root).here == "1.2"
    assert asked(state) == ["1.1", "1.2"]
    lines = screen(state)
    assert "✓ Step 1.1 Weigh passes.  d compares it." in lines
    assert lines[1].startswith("Chapter 1 Dough, step 1.2 Bake")


def test_the_last_pass_ends_the_book(state: watch.State) -> None:
    for _ in range(3):
        state.take("tested", passed(state.step))
    text = "\n".join(screen(state))
    assert "Every step is done: you have written it all." in text
    assert "Chapter 2 is whole: r runs the restaurant." in text
    state.take("saved", None)
    assert asked(state)[-1] == "2.1"


def test_a_late_verdict_on_a_step_left_meanwhile_is_nothing(state: watch.State) -> None:
    first = state.step
    press(state, "n", "n")
    assert state.step.label == "1.2"
    state.take("tested", failed(first))
    assert state.outcome is None


def test_next_asks_once_before_it_leaves_a_step_open(state: watch.State) -> None:
    press(state, "n")
    assert state.step.label == "1.1"
    assert "n once more leaves it open" in "\n".join(screen(state))
    press(state, "x", "n")
    assert state.step.label == "1.1"
    press(state, "n")
    assert state.step.label == "1.2"


@pytest.mark.parametrize("key", ["s", "d"])
def test_the_reference_before_the_pass_is_asked_for_twice(state: watch.State, key: str) -> None:
    press(state, key)
    assert "return water * 100 // flour" not in "\n".join(screen(state))
    press(state, key)
    assert "return water * 100 //" in "\n".join(screen(state, height=40))
    press(state, "q")
    assert not state.over
    assert "return water" not in "\n".join(screen(state))


def test_after_the_pass_the_diff_is_about_the_step_that_passed(state: watch.State) -> None:
    state.take("tested", passed(state.step))
    press(state, "d")
    assert any("Your step 1.1 Weigh" in line for line in screen(state))


@pytest.mark.parametrize("key", ["s", "d"])
def test_without_the_solutions_the_screen_goes_on(state: watch.State, book: Book, key: str) -> None:
    (book.chapter(1).solution_dir / "dough.py").unlink()
    press(state, key, key)
    assert "The reference cannot be read" in "\n".join(screen(state))
    assert state.view is None


def test_hints_come_one_by_one(state: watch.State, book: Book) -> None:
    press(state, "h")
    first = "\n".join(screen(state))
    press(state, "h")
    second = "\n".join(screen(state))
    assert "Hint 1 of 2" in first
    assert "Look at" not in first
    assert "Hint 2 of 2" in second
    assert "Percent means" in second
    assert "Look at" in second
    assert Progress.load(book.root).hints == {"1.1": 2}


def test_list_shows_the_place(state: watch.State) -> None:
    press(state, "l")
    assert any("→" in line and "1.1 Weigh" in line for line in screen(state))


def test_a_save_closes_what_is_being_read(state: watch.State) -> None:
    press(state, "l")
    state.take("saved", None)
    assert state.view is None


def test_a_skipped_chapter_is_named(state: watch.State, book: Book) -> None:
    progress = Progress.load(book.root)
    progress.skipped.add(2)
    progress.save()
    state.take("tested", failed(state.step))
    assert "Skipped, so the solution stands in: 2 Salt" in screen(state)


def test_no_verdict_is_told_with_its_reason(state: watch.State) -> None:
    state.take("trouble", "There are no tests to run.")
    text = "\n".join(screen(state))
    assert "✗ No verdict" in text
    assert "There are no tests to run." in text


def test_a_run_that_lasts_says_so(state: watch.State) -> None:
    state.asked = time.monotonic() - 3
    assert any("3 s: an endless loop? It will be stopped." in line for line in screen(state))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
@pytest.mark.parametrize("height", [10, 24, 60])
@pytest.mark.parametrize("keys", ["", "l", "ss", "dd", "h", "s"])
def test_it_fits_every_window(state: watch.State, width: int, height: int, keys: str) -> None:
    state.take("tested", failed(state.step, rule="A rule that is long. " * 12))
    press(state, *keys)
    lines = screen(state, width, height)
    assert len(lines) <= height
    assert max(map(len, lines)) <= width


def test_what_does_not_fit_is_scrolled(state: watch.State) -> None:
    state.take("tested", failed(state.step))
    above = screen(state, height=9)
    assert any("more lines: space" in line for line in above)
    press(state, "j", "j")
    assert screen(state, height=9) != above
    press(state, "k", "k", "k")
    assert screen(state, height=9) == above


def test_a_restaurant_that_ends_is_told(state: watch.State) -> None:
    class Closed:
        said = "Step 1.1 is not written yet"

        def row(self, width: int) -> str:
            return ""

    state.open = Closed()  # type: ignore[assignment]
    state.take("closed", state.open)
    assert state.open is None
    assert "Step 1.1 is not written yet" in state.note


# The real thing

pytestmark_pty = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")


class Terminal:
    """A pseudo-terminal in which the watch screen of a book runs."""

    def __init__(self, root: Path, *arguments: str) -> None:
        import pty

        self.master, self.slave = pty.openpty()
        self.resize(80, 24)
        code = (
            "import sys; from pathlib import Path; from course import cli; "
            f"cli.ROOT = Path({str(root)!r}); sys.argv = ['course', *{list(arguments)!r}]; "
            "sys.exit(cli.main())"
        )
        sized = ("COLUMNS", "LINES")  # rich believes these rather than the terminal
        known = {name: value for name, value in os.environ.items() if name not in sized}
        self.child = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            cwd=root,
            env=known | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        self.text, self.changed = "", threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def resize(self, columns: int, lines: int) -> None:
        import termios

        termios.tcsetwinsize(self.master, (lines, columns))

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self.master, 65536):
                with self.changed:
                    self.text += data.decode("utf-8", "replace")
                    self.changed.notify_all()

    def wait(self, wanted: str, since: int = 0, seconds: float = 20) -> None:
        """Wait until a text has been drawn."""
        with self.changed:
            found = self.changed.wait_for(lambda: wanted in _plain(self.text[since:]), seconds)
        assert found, f"{wanted!r} is not in {_plain(self.text[since:])[-2000:]!r}"

    def type(self, keys: str) -> int:
        """Press keys; returns the place in the output before what they cause."""
        since = len(self.text)
        os.write(self.master, keys.encode())
        return since

    def echoes(self) -> bool:
        import termios

        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        os.close(self.slave)
        os.close(self.master)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)", "", text)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal(book: Book) -> Iterator[Open]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(book.root, *arguments))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def save(book: Book, body: str, *, replace: bool = False, times: int = 1) -> None:
    """Save the learner's file with a body for the first step, as an editor does."""
    path = book.chapter(1).exercise_dir / "dough.py"
    solution = (book.chapter(1).solution_dir / "dough.py").read_text(encoding="utf-8")
    first, last = solution.index("    # A comment"), solution.index("\n\n\nclass Oven")
    baked = 'raise NotImplementedError("step 1.2: write Oven.bake")'
    text = f"{solution[:first]}    {body}{solution[last:]}"
    text = text[: text.index("        if not name:")] + f"        {baked}\n"
    for _ in range(times):
        if replace:
            fresh = path.with_suffix(".tmp")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)
        else:
            path.write_text(text, encoding="utf-8")


@pytestmark_pty
def test_saves_of_every_kind_get_their_verdict(book: Book, terminal: Open) -> None:
    shown = terminal("watch")
    shown.wait("Not written yet")
    time.sleep(0.3)  # the spare process warms up while a person would be typing
    kinds: list[tuple[str, str, dict[str, Any]]] = [
        ("return 71", "got       71", {}),
        ("return 72", "got       72", {"replace": True}),
        ("return 73", "got       73", {"times": 20}),
        ("return (", "never closed", {}),
        ("return 74", "got       74", {}),
    ]
    for body, wanted, how in kinds:
        since = len(shown.text)
        save(book, body, **how)
        shown.wait(wanted, since)
    since = len(shown.text)
    save(book, RIGHT)
    shown.wait("Step 1.1 Weigh passes.", since)
    shown.wait("step 1.2 Bake", since)
    shown.wait("Not written yet", since)
    assert Progress.load(book.root).passed == {"1.1"}


@pytestmark_pty
def test_an_endless_loop_is_told_and_the_next_save_does_not_wait_for_it(
    book: Book, terminal: Open
) -> None:
    shown = terminal()
    shown.wait("Not written yet")
    save(book, "while True: pass")
    shown.wait("an endless loop?")
    since = len(shown.text)
    save(book, "return 71")
    shown.wait("got       71", since)


@pytestmark_pty
def test_polling_notices_saves_too(book: Book, terminal: Open) -> None:
    shown = terminal("watch", "--poll")
    shown.wait("Not written yet")
    for number in (71, 72, 73):  # within one second, and of the same size
        since = len(shown.text)
        save(book, f"return {number}")
        shown.wait(f"got       {number}", since)


@pytestmark_pty
def test_keys_and_a_smaller_window_are_followed(terminal: Open) -> None:
    shown = terminal("watch")
    shown.wait("Not written yet")
    since = shown.type("h")
    shown.wait("Percent means of a hundred.", since)
    since = shown.type("q")
    shown.wait("Not written yet", since)
    since = len(shown.text)
    shown.resize(60, 20)
    rule = f"\n{'─' * 60}\r\n"
    shown.wait(rule, since)
    frame = next(f for f in shown.text[since:].split("\x1b[H") if rule in _plain(f))
    assert "Chapter 1 Dough" in frame
    assert max(map(len, _plain(frame).splitlines())) <= 60


@pytestmark_pty
@pytest.mark.parametrize("how", ["q", "\x03", "SIGTERM"])
def test_however_it_ends_the_terminal_is_as_before(terminal: Open, how: str) -> None:
    shown = terminal("watch")
    assert shown.echoes()
    shown.wait("Not written yet")
    assert not shown.echoes()
    if how == "SIGTERM":
        shown.child.send_signal(signal.SIGTERM)
    else:
        shown.type(how)
    assert shown.child.wait(10) == (143 if how == "SIGTERM" else 0)
    shown.wait("\x1b[?1049l" if "\x1b" in _plain(shown.text) else "")
    assert "\x1b[?1049h" in shown.text
    assert shown.text.rindex("\x1b[?1049l") > shown.text.rindex("\x1b[?1049h")
    assert shown.text.rindex("\x1b[?25h") > shown.text.rindex("\x1b[?25l")
    assert shown.echoes()
    assert "Traceback" not in shown.text

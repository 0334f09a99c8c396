"""The watch screen: where the learner is, what the last save was worth, and a key for each help.

One loop owns the state. Threads feed it: one reads keys, one waits for saves, one runs the tests,
and one listens to the restaurant while it is open. Each puts an event into the queue, no more.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.markdown import Markdown
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text

from course import compare, docs, place, report, restaurant, testing
from course.book import Book, Step
from course.cut import CutError
from course.progress import Progress
from course.runner import Runner
from course.testing import Outcome

DEBOUNCE = 50
"""Milliseconds of quiet that end a burst of saves."""
POLL = 150
"""Milliseconds between two looks at a file system that does not tell of changes."""
TICK = 0.2
"""Seconds after which the screen looks whether the window has another size."""
WIDTH = 100
KEYS = (
    ("h", "hint"),
    ("n", "next"),
    ("s", "solution"),
    ("d", "diff"),
    ("l", "list"),
    ("r", "run"),
    ("o", "open page"),
    ("q", "quit"),
)

KEY = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]|.", re.DOTALL)
"""One key in what a terminal sends."""

Post = Callable[[str, Any], None]


def watch(book: Book, *, poll: bool = False) -> int:
    """Show the screen until the learner quits; returns the exit status."""
    events: queue.Queue[tuple[str, Any]] = queue.Queue()

    def post(kind: str, value: Any) -> None:
        events.put((kind, value))

    state = State(book, Tester(book, post), post)
    console = Console(highlight=False, emoji=False)
    stopping = threading.Event()
    _in_background(_await_saves, book.root / "exercises", post, stopping, poll)
    try:
        with (
            _quiet_terminal(),
            Live(state, console=console, screen=True, auto_refresh=False) as live,
        ):
            _in_background(_read_keys, post)
            state.begin()
            _loop(state, events, live)
    except KeyboardInterrupt:
        pass
    finally:
        stopping.set()
        state.close()
    print(f"{place.next_command(book, Progress.load(book.root))} goes on from here.")
    return 0


def _loop(state: State, events: queue.Queue[tuple[str, Any]], live: Live) -> None:
    size = live.console.size
    live.refresh()
    while not state.over:
        try:
            state.take(*events.get(timeout=TICK))
        except queue.Empty:
            if live.console.size == size and not state.testing:
                continue
        size = live.console.size
        live.refresh()


# The state


@dataclass
class View:
    """Something that is read in the place of the verdict, and scrolled."""

    title: str
    shown: RenderableType


@dataclass
class State:
    """What is on the screen, and what each event changes about it."""

    book: Book
    tester: Tester
    post: Post
    step: Step = field(init=False)
    progress: Progress = field(init=False)
    outcome: Outcome | None = None
    broken: bool = False
    testing: bool = False
    asked: float = 0.0
    """When the tests were started, by the clock `time.monotonic`."""
    saved: str = ""
    passed: Step | None = None
    """The step that the last save passed; the diff is about it until the next verdict."""
    note: str = ""
    view: View | None = None
    top: int = 0
    """How many lines of the view, or of the verdict, are scrolled away above."""
    question: str = ""
    """The key that has to be pressed once more to be meant."""
    open: Open | None = None
    site: ThreadingHTTPServer | None = None
    over: bool = False

    def __post_init__(self) -> None:
        self._find_place()

    def begin(self) -> None:
        self._test()

    def close(self) -> None:
        self.tester.close()
        if self.open:
            self.open.close()
        if self.site:
            self.site.shutdown()

    def take(self, kind: str, value: Any) -> None:
        """Let an event change the state."""
        getattr(self, f"_take_{kind}")(value)

    @property
    def finished(self) -> bool:
        return place.here(self.book, self.progress) is None

    # Saves and verdicts

    def _take_saved(self, value: None) -> None:
        self.saved = time.strftime("%H:%M:%S")
        self._look(None)
        self.note = ""
        self._test()

    def _take_tested(self, outcome: Outcome) -> None:
        if outcome.step != self.step:
            return
        self.testing = False
        self.outcome = outcome
        self.broken = bool(testing.record(self.book, [outcome]))
        self.progress = Progress.load(self.book.root)
        if outcome.ok:
            self._move_on(outcome)
        elif not outcome.blank:
            self.passed = None

    def _take_trouble(self, sentence: str) -> None:
        self.testing, self.outcome = False, None
        self.note = sentence

    def _move_on(self, outcome: Outcome) -> None:
        self.passed = outcome.step
        if not self.finished:
            self._find_place()
            self._test()

    def _test(self) -> None:
        self.testing, self.asked = True, time.monotonic()
        self.tester.ask(self.step)

    def _find_place(self) -> None:
        self.progress = Progress.load(self.book.root)
        steps = list(self.book.steps())
        self.step = place.here(self.book, self.progress) or steps[-1]
        self.outcome = None
        self.broken = False
        if self.progress.here != self.step.label:
            self.progress.here = self.step.label
            self.progress.save()

    # Keys

    def _take_key(self, key: str) -> None:
        if key in ("\x03", "\x04"):
            self.over = True
            return
        if self._scroll(key):
            return
        if self.view:
            self._look(None)
            if key == "q" or key not in dict(KEYS):
                return
        again, self.question = self.question == key, ""
        self.note = ""
        action = getattr(self, f"_key_{key}", None) if key in dict(KEYS) else None
        if action:
            action(again)

    def _look(self, view: View | None, top: int = 0) -> None:
        self.view, self.top = view, top

    def _scroll(self, key: str) -> bool:
        from readchar import key as names

        page = max(Console().height - 10, 1)
        moves = {
            names.UP: -1, "k": -1, names.DOWN: 1, "j": 1,
            names.PAGE_UP: -page, names.PAGE_DOWN: page, " ": page,
        }  # fmt: skip
        if key not in moves:
            return False
        self.top = max(self.top + moves[key], 0)
        return True

    def _key_q(self, again: bool) -> None:
        self.over = True

    def _key_h(self, again: bool) -> None:
        hints = self.step.hints
        if not hints:
            self.note = "This step has no hints; s shows the reference."
            return
        shown = min(self.progress.hints.get(self.step.label, 0) + 1, len(hints))
        self.progress.hints[self.step.label] = shown
        self.progress.save()
        title = f"Hint {shown} of {len(hints)} for step {self.step}"
        told: list[RenderableType] = []
        for number, hint in enumerate(hints[:shown], 1):
            told += [Text(f"{number}", style="bold cyan"), Markdown(hint), Text()]
        self._look(View(title, Group(*told)))

    def _key_n(self, again: bool) -> None:
        if not place.is_done(self.step, self.progress) and not again:
            self.question = "n"
            self.note = "This step has not passed yet. n once more leaves it open and goes on."
            return
        following = place.after(self.book, self.step)
        while following and place.is_done(following, self.progress):
            following = place.after(self.book, following)
        if following is None:
            self.note = "There is no step to do after this one."
            return
        self.progress.here = following.label
        self.progress.save()
        self.passed = None
        self._find_place()
        self._test()

    def _key_s(self, again: bool) -> None:
        step = self.passed or self.step
        if not place.is_done(step, self.progress) and not again:
            self.question = "s"
            self.note = (
                "This step has not passed yet. s once more shows the reference all the same."
            )
            return
        self._show(f"The reference of step {step}", _reference, step)

    def _key_d(self, again: bool) -> None:
        step = self.passed or self.step
        if not place.is_done(step, self.progress) and not again:
            self.question = "d"
            self.note = "The diff shows the reference, and the step has not passed: d once more."
            return
        self._show(f"Your step {step}, and the reference", _Diff, step)

    def _show(self, title: str, make: Callable[[Step], RenderableType], step: Step) -> None:
        try:
            self._look(View(title, make(step)))
        except (CutError, SyntaxError) as error:
            self.note = f"The reference cannot be read: {error}. `git restore solutions` helps."

    def _key_l(self, again: bool) -> None:
        from course.cli import listing

        rows = listing(self.book, self.progress)
        row = next((i for i, text in enumerate(rows) if "→" in text), 0)
        shown = Group(*(Text.from_markup(text) for text in rows))
        self._look(View("All chapters and steps", shown), top=max(row - 8, 0))

    def _key_r(self, again: bool) -> None:
        if self.open:
            self.open.close()
            self.open = None
            self.note = "The restaurant is closed."
            return
        done = self.passed if self.passed else self.step
        try:
            self.open = Open(done, self.post)
        except (LookupError, OSError) as error:
            self.note = str(error)

    def _key_o(self, again: bool) -> None:
        self.note = "Opening the chapter's page …"
        _in_background(_open_page, self.book.root, self.step, self.site, self.post)

    # What comes in from elsewhere

    def _take_page(self, value: tuple[ThreadingHTTPServer, str, bool]) -> None:
        self.site, url, opened = value
        self.note = f"The page is open: {url}" if opened else f"Read it in your browser: {url}"

    def _take_line(self, value: tuple[Open, str]) -> None:
        source, line = value
        source.said = line.rstrip() or source.said

    def _take_address(self, value: tuple[Open, str]) -> None:
        source, address = value
        source.address = address

    def _take_closed(self, source: Open) -> None:
        if self.open is source:
            self.note = f"The restaurant has closed by itself. {source.said}"
            self.open = None

    # Drawing

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = min(options.max_width, WIDTH)
        height = options.height or console.height
        lay = _layer(console, options.update(width=width, height=None))
        head, foot = lay(self._head(width)), lay(self._foot(width))
        room = max(height - len(head) - len(foot), 1)
        body = lay(self.view.shown if self.view else self._body())
        self.top = max(min(self.top, len(body) - room), 0)
        below = len(body) - self.top - room
        body = body[self.top : self.top + room]
        if below > 0:
            body = [*body[:-1], *lay(Text(f"… {below + 1} more lines: space", style="dim"))]
        blank = [[Segment("")]] * (room - len(body))
        for line in [*head, *body, *blank, *foot][:height]:
            yield from line
            yield Segment.line()

    def _head(self, width: int) -> RenderableType:
        done, total = place.count_done(self.book, self.progress)
        bar = _bar(done, total, 20 if width >= 72 else 10)
        title = _clipped(f"Bistro  {self.step.chapter.part}", width - bar.cell_len - 1)
        top = Text(title, style="bold")
        top.append(" " * (width - top.cell_len - bar.cell_len))
        rows: list[RenderableType] = [top.append_text(bar)]
        step = (f"step {self.step}", "bold")
        rows.append(Text.assemble(f"Chapter {self.step.chapter}, ", step, self._minutes()))
        rows += [_to_write(self.book.root, self.step, str(name.file)) for name in self._files()]
        stand_in = place.stand_ins(self.book.chapters, self.progress)
        if stand_in:
            rows.append(Text(stand_in, style="yellow"))
        if self.passed:
            rows.append(self._praise(self.passed))
        title = self.view.title if self.view else ""
        rows += [Text(), _rule(title, width) if title else self._verdict()]
        return Group(*rows)

    def _minutes(self) -> tuple[str, str]:
        return f"  {self.step.minutes} min", "dim"

    def _files(self) -> list[Any]:
        return list({name.file: name for name in self.step.writes}.values())

    def _praise(self, step: Step) -> RenderableType:
        chapter = step.chapter
        said = Text.assemble((f"✓ Step {step} passes.", "bold green"), "  d compares it.")
        if all(place.is_done(other, self.progress) for other in chapter.steps):
            said.append(f"\n  Chapter {chapter.number} is whole: r runs the restaurant.")
        if self.finished:
            said.append("\nEvery step is done: you have written it all.", style="bold")
        return said

    def _verdict(self) -> Text:
        saved = f"  saved {self.saved}" if self.saved else ""
        if self.testing:
            return Text(f"… testing{saved}{self._patience()}", style="dim")
        outcome = self.outcome
        if outcome is None:
            return Text("✗ No verdict", style="bold red")
        took = f"{saved}  {outcome.duration:.2f} s"
        if outcome.ok:
            return Text.assemble((f"✓ {outcome}", "bold green"), (took, "dim"))
        if outcome.blank:
            return Text.assemble(("○ Not written yet", "bold cyan"), (saved, "dim"))
        again = "  It had passed: this save broke it." if self.broken else ""
        return Text.assemble((f"✗ {outcome}{again}", "bold red"), (took, "dim"))

    def _patience(self) -> str:
        seconds = int(time.monotonic() - self.asked)
        return f"  {seconds} s: an endless loop? It will be stopped." if seconds >= 2 else ""

    def _body(self) -> RenderableType:
        if self.outcome is None or self.outcome.ok:
            return Text("")
        return report.render_all(self.outcome.failures)

    def _foot(self, width: int) -> RenderableType:
        rows: list[RenderableType] = []
        if self.open:
            rows.append(self.open.row(width))
        if self.note:
            rows.append(Text(self.note, style="yellow"))
        return Group(*rows, Text("─" * width, style="dim"), self._keys())

    def _keys(self) -> Text:
        if self.view:
            return Text("↑ ↓ space scroll   q back", style="dim")
        names = dict(KEYS) | ({"r": "close"} if self.open else {})
        shown = Text()
        for key, name in names.items():
            shown.append(key, style="bold cyan").append(f" {name}  ", style="dim")
        shown.rstrip()
        return shown


class _Diff:
    """The diff of a step, laid out anew for each width."""

    def __init__(self, step: Step) -> None:
        self.pairs = compare.pairs(step)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for pair in self.pairs:
            yield compare.render(pair, options.max_width)
            yield Text()


def _reference(step: Step) -> RenderableType:
    parts: list[RenderableType] = []
    for where, text in compare.reference(step):
        code = Syntax(text, "python", background_color="default", word_wrap=True)
        parts += [Text(where, style="bold"), code, Text()]
    return Group(*parts)


def _layer(
    console: Console, options: ConsoleOptions
) -> Callable[[RenderableType], list[list[Segment]]]:
    def lay(shown: RenderableType) -> list[list[Segment]]:
        return console.render_lines(shown, options, pad=False)

    return lay


def _to_write(root: Path, step: Step, file: str) -> Text:
    path = step.chapter.exercise_dir / file
    names = ", ".join(name.qualname for name in step.writes if str(name.file) == file)
    where = path.relative_to(root).as_posix()
    linked = Style(link=path.as_uri(), color="cyan", underline=True)
    return Text.assemble("Write ", (names, "bold"), " in ", (where, linked))


def _bar(done: int, total: int, width: int) -> Text:
    full = width * done // max(total, 1)
    drawn = Text("█" * full, style="green").append("░" * (width - full), style="dim")
    return drawn.append(f" {done}/{total}", style="")


def _rule(title: str, width: int) -> Text:
    shown = Text(f"── {_clipped(title, width - 6)} ", style="bold")
    return shown.append("─" * max(width - shown.cell_len, 0), style="dim")


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


# The threads


def _in_background(job: Callable[..., None], *arguments: Any) -> None:
    threading.Thread(target=job, args=arguments, daemon=True).start()


def _read_keys(post: Post) -> None:
    read = _windows_keys if os.name == "nt" else _posix_keys
    with contextlib.suppress(OSError):  # the terminal is gone
        for key in read():
            post("key", key)
    post("key", "\x03")


def _posix_keys() -> Iterator[str]:
    """The keys as the terminal sends them; one such as an arrow is several characters."""
    file = sys.stdin.fileno()
    while data := os.read(file, 1024):
        yield from KEY.findall(data.decode("utf-8", "replace"))


def _windows_keys() -> Iterator[str]:
    import readchar

    while True:
        try:
            yield readchar.readkey()
        except KeyboardInterrupt:
            yield "\x03"


def _await_saves(folder: Path, post: Post, stopping: threading.Event, poll: bool) -> None:
    folder.mkdir(exist_ok=True)
    if poll:
        _poll_saves(folder, post, stopping)
        return
    missed = _Missed(folder)
    from watchfiles import PythonFilter
    from watchfiles import watch as changes

    try:
        for changed in changes(
            folder,
            watch_filter=PythonFilter(),
            stop_event=stopping,
            raise_interrupt=False,
            yield_on_timeout=True,
            debounce=DEBOUNCE,
            step=DEBOUNCE // 2,
            rust_timeout=250,
        ):
            if missed or changed:
                post("saved", None)
    except (OSError, RuntimeError) as error:
        post("trouble", f"Saves cannot be noticed ({error}); start again with --poll.")


def _poll_saves(folder: Path, post: Post, stopping: threading.Event) -> None:
    """Look at the files again and again; watchfiles does too, but by seconds, and misses saves."""
    seen = _look(folder)
    while not stopping.wait(POLL / 1000):
        now = _look(folder)
        if now != seen:
            seen = now
            post("saved", None)


def _look(folder: Path) -> dict[Path, tuple[int, int]]:
    """When each file was saved last, in nanoseconds, and its size; one that is gone has neither."""
    found = {}
    for path in folder.rglob("*.py"):
        with contextlib.suppress(OSError):
            stat = path.stat()
            found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


class _Missed:
    """True once, if a file was saved before the file system was asked to tell of saves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: dict[Path, tuple[int, int]] | None = _look(folder)

    def __bool__(self) -> bool:
        before, self.seen = self.seen, None
        return before is not None and before != _look(self.folder)


class Tester:
    """Runs the tests of the step last asked for, breaking off what is still under way."""

    def __init__(self, book: Book, post: Post) -> None:
        self.book, self.post = book, post
        self.runner = Runner(book.root)
        self.wanted: Step | None = None
        self.changed = threading.Condition()
        _in_background(self._work)

    def ask(self, step: Step) -> None:
        with self.changed:
            self.wanted = step
            self.runner.cancel()
            self.changed.notify()

    def close(self) -> None:
        self.runner.close()

    def _work(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.wanted is not None)
                step, self.wanted = self.wanted, None
            assert step is not None  # noqa: S101  for the type checker: that was waited for
            outcome = self._outcome(step)
            with self.changed:
                if outcome and self.wanted is None:
                    self.post("tested", outcome)

    def _outcome(self, step: Step) -> Outcome | None:
        try:
            done = testing.run(self.book, [step], self.runner)
        except OSError as error:
            self.post("trouble", f"The tests could not be run: {error}")
            return None
        if done.trouble:
            self.post("trouble", done.trouble)
            return None
        return done.outcomes[0]


class Open:
    """The restaurant while it is open: its process, its address, and what it said last."""

    def __init__(self, step: Step, post: Post) -> None:
        self.address, self.said = "", ""
        self.child = restaurant.start(step.chapter, restaurant.free_port())
        _in_background(self._listen, self.child, post)

    def close(self) -> None:
        restaurant.stop(self.child)

    def row(self, width: int) -> Text:
        where = self.address or "is opening"
        link = Style(link=self.address) if self.address else ""
        shown = Text.assemble(("The restaurant ", "bold"), (where, link))
        room = width - shown.cell_len - 2
        return shown.append(f"  {_clipped(self.said, room)}" if room > 8 else "", style="dim")

    def _listen(self, child: subprocess.Popen[str], post: Post) -> None:
        def opened(address: str) -> None:
            post("address", (self, address))
            docs.open_browser(address)

        for line in restaurant.relay(child.stdout or (), opened):
            post("line", (self, line))
        child.wait()
        post("closed", self)


def _open_page(root: Path, step: Step, site: ThreadingHTTPServer | None, post: Post) -> None:
    try:
        if docs.is_stale(root):
            docs.build(root)
    except docs.DocsError as error:
        post("trouble", str(error).splitlines()[-1])
        return
    if site is None:
        site = docs.server(root)
        _in_background(site.serve_forever)
    url = docs.address(site, step)
    post("page", (site, url, docs.open_browser(url)))


# The terminal


@contextlib.contextmanager
def _quiet_terminal() -> Iterator[None]:
    """No key is echoed, Ctrl-Z does not leave the screen behind; all is put back at the end."""
    if os.name == "nt":
        yield
        return
    import termios

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    file = sys.stdin.fileno()
    before = termios.tcgetattr(file)
    quiet = termios.tcgetattr(file)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    quiet[6][termios.VSUSP] = b"\0"
    old = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    termios.tcsetattr(file, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(file, termios.TCSADRAIN, before)
        for number, handler in old.items():
            signal.signal(number, handler)

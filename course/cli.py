"""The learner's commands. What each one does lives in the module that it calls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from course import place
from course.book import Book, BookError, Chapter, Step
from course.place import ME
from course.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

    from course.testing import Outcome

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
"""Text is not laid out wider than this, whatever the terminal's width."""


class Trouble(click.ClickException):
    """What the learner asked for cannot be done; one sentence says why, and exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


class Commands(click.Group):
    """The commands in the order of a learner's day, and BookError as a sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)  # --help, the one option, is known to who reads this

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BookError as error:
            raise Trouble(_sentence(str(error))) from error

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0]
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        import difflib

        near = difflib.get_close_matches(name, self.commands, n=1, cutoff=0.5)
        meant = f"; the nearest is `{near[0]}`" if near else ""
        raise Trouble(f"There is no command `{name}`{meant}. `{ME} --help` lists them all.")


def main() -> int:
    """Run the command line; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = commands.main(prog_name=ME, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 130
    return code if isinstance(code, int) else 0


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.pass_context
def commands(ctx: click.Context) -> int | None:
    """Build a Python web framework, from the socket up.

    Without a command: watches your files and takes you from step to step.
    """
    if ctx.invoked_subcommand is not None:
        return None
    if sys.stdin.isatty() and sys.stdout.isatty():
        return ctx.invoke(watch)  # type: ignore[no-any-return]
    return _tell_place()


@commands.command()
@click.argument("where", required=False, metavar="[3.2]")
@click.option("--poll", is_flag=True, help="For file systems that do not tell of changes.")
def watch(where: str | None, poll: bool) -> int:
    """Watch your files and test the step on each save."""
    from course import watch as screen

    book = _book()
    if where:
        found = place.find(book, where)
        progress = _progress()
        progress.here = place.steps_of(found)[0].label
        progress.save()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Trouble(f"watch needs a terminal; without one, use `{ME} test`.")
    return screen.watch(book, poll=poll)


@commands.command()
@click.argument("where", required=False, metavar="[3|3.2]")
@click.option("--all", "everything", is_flag=True, help="Every chapter that is not skipped.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML.")
def test(where: str | None, everything: bool, junit: Path | None) -> int:
    """Run the tests of a chapter, a step, or this step."""
    from course import testing
    from course.runner import Runner

    book, progress = _book(), _progress()
    steps = _to_test(book, progress, where, everything)
    with Runner(ROOT) as runner:
        done = testing.run(book, steps, runner)
    if done.trouble:
        raise Trouble(done.trouble)
    broken = testing.record(book, done.outcomes)
    if junit:
        junit.write_text(testing.junit(done), encoding="utf-8")
    _show_outcomes(book, done.outcomes, broken)
    return 0 if done.ok else 1


def _to_test(
    book: Book, progress: Progress, where: str | None, everything: bool
) -> tuple[Step, ...]:
    here = place.here(book, progress)
    if everything:
        return tuple(s for s in book.steps() if s.chapter.number not in progress.skipped)
    if where:
        return place.steps_of(place.find(book, where))
    if here is None:
        raise Trouble(f"Every step is done. Name one to test it again, or run `{ME} test --all`.")
    return (here,)


def _show_outcomes(book: Book, outcomes: list[Outcome], broken: list[Step]) -> None:
    from rich.text import Text

    from course import report

    console = _console()
    progress = _progress()
    stand_in = place.stand_ins(book.chapters, progress)
    if stand_in:
        console.print(stand_in, style="yellow")
    for outcome in outcomes:
        mark, style = _mark(outcome)
        again = " — it had passed before: a later edit broke it" if outcome.step in broken else ""
        row = Text.assemble((f"{mark} ", style), (f"{outcome.step}", "bold"), f"  {outcome}{again}")
        console.print(row)
    tried = [outcome for outcome in outcomes if not outcome.blank] or outcomes
    failures = [failure for outcome in tried for failure in outcome.failures]
    failures = failures or [failure for outcome in outcomes for failure in outcome.failures]
    if failures:
        console.print()
        console.print(report.render_all(failures))
        console.print()
    _show_next(console, book, progress, outcomes)


def _mark(outcome: Outcome) -> tuple[str, str]:
    if outcome.ok:
        return "✓", "green"
    return ("○", "cyan") if outcome.blank else ("✗", "red")


def _show_next(console: Console, book: Book, progress: Progress, outcomes: list[Outcome]) -> None:
    last = outcomes[-1].step
    chapter = last.chapter
    if not all(outcome.ok for outcome in outcomes):
        first = next(outcome.step for outcome in outcomes if not outcome.ok)
        console.print(f"A hint: {ME} hint {first.label}", style="dim", highlight=False)
        return
    if all(step.label in progress.passed for step in chapter.steps):
        console.print(f"Chapter {chapter} is passed. See it: {ME} run {chapter.number}")
    console.print(f"Compare with the reference: {ME} diff {last.label}", highlight=False)
    following = place.here(book, progress)
    if following:
        console.print(f"Next: {following}: {ME} test {following.label}", highlight=False)
    else:
        console.print("Every step is done: you have written it all.")


@commands.command()
@click.argument("where", required=False, metavar="[3.2]")
def hint(where: str | None) -> int:
    """Give a hint, one more each time."""
    from rich.markdown import Markdown

    book, progress = _book(), _progress()
    step = _step(book, progress, where)
    if not step.hints:
        raise Trouble(f"Step {step} has no hints; the reference: `{ME} solution {step.label}`.")
    shown = min(progress.hints.get(step.label, 0) + 1, len(step.hints))
    progress.hints[step.label] = shown
    progress.save()
    console = _console()
    console.print(f"Step {step}: hint {shown} of {len(step.hints)}", style="bold")
    console.print(Markdown(step.hints[shown - 1]))
    if shown == len(step.hints):
        console.print(f"That was the last. The reference: {ME} solution {step.label}", style="dim")
    return 0


@commands.command()
@click.argument("where", required=False, metavar="[3.2]")
@click.option("--yes", is_flag=True, help="Show it before the tests pass, without asking.")
def solution(where: str | None, yes: bool) -> int:
    """Show the reference of a step."""
    from rich.syntax import Syntax

    from course import compare

    book, progress = _book(), _progress()
    step = _step(book, progress, where)
    if not place.is_done(step, progress) and not yes:
        if not sys.stdin.isatty():
            raise Trouble(f"Step {step} has not passed yet; to see its reference, add --yes.")
        left = len(step.hints) - progress.hints.get(step.label, 0)
        hints = f" ({left} of its hints are unread: {ME} hint {step.label})" if left > 0 else ""
        click.confirm(f"Step {step} has not passed yet{hints}. Show the reference?", abort=True)
    console = _console()
    for where_, text in compare.reference(step):
        console.print(where_, style="bold")
        console.print(Syntax(text, "python", background_color="default", word_wrap=True))
    return 0


@commands.command()
@click.argument("where", required=False, metavar="[3|3.2]")
def diff(where: str | None) -> int:
    """Compare your code with the reference, side by side."""
    from course import compare

    book, progress = _book(), _progress()
    found = place.find(book, where) if where else _step(book, progress, None)
    console = _console(None)
    for pair in compare.pairs(found):
        console.print(compare.render(pair, console.width))
    return 0


@commands.command()
@click.argument("where", metavar="3|3.2")
def reset(where: str) -> int:
    """Put back a chapter or step; keeps a backup."""
    from course import reset as resetting
    from course.cut import CutError

    book = _book()
    found = place.find(book, where)
    try:
        backup = resetting.reset(book, found, datetime.now())
    except (resetting.ResetError, CutError) as error:
        raise Trouble(_sentence(str(error))) from error
    what = "Chapter" if isinstance(found, Chapter) else "Step"
    click.echo(f"{what} {found} is as it was at first.")
    click.echo(f"Your version is kept in {backup.relative_to(ROOT).as_posix()}/")
    return 0


@commands.command()
@click.argument("where", metavar="3")
@click.option("--undo", is_flag=True, help="Write the chapter yourself after all.")
def skip(where: str, undo: bool) -> int:
    """Let the solution stand in for a chapter."""
    book, progress = _book(), _progress()
    found = place.find(book, where)
    chapter = found if isinstance(found, Chapter) else found.chapter
    (progress.skipped.discard if undo else progress.skipped.add)(chapter.number)
    if undo:
        progress.here = chapter.steps[0].label
        click.echo(f"Chapter {chapter} is yours to write again.")
    else:
        click.echo(f"From now on the solution stands in for chapter {chapter}.")
        click.echo(f"To write it yourself after all: {ME} skip --undo {chapter.number}")
    progress.save()
    following = place.here(book, progress)
    if following:
        click.echo(f"Next: {following}: {ME} test {following.label}")
    return 0


@commands.command()
@click.argument("where", required=False, metavar="[3]")
def run(where: str | None) -> int:
    """Run a chapter's restaurant on your code."""
    from course import docs, restaurant

    book, progress = _book(), _progress()
    found = place.find(book, where) if where else _last_written(book, progress)
    chapter = found if isinstance(found, Chapter) else found.chapter
    wanted = _port()
    try:
        port = restaurant.free_port(wanted)
    except OSError as error:
        raise Trouble(_sentence(str(error))) from error
    if port != wanted:
        click.echo(f"Port {wanted} is in use (a server left running?); taking {port}.", err=True)
    stand_in = restaurant.stand_ins(book, chapter)
    if stand_in:
        click.echo(stand_in, err=True)
    opened = docs.open_browser if sys.stdout.isatty() else str
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends it as Ctrl-C does
    child = restaurant.start(chapter, port)
    try:
        for line in restaurant.relay(child.stdout or (), opened):
            click.echo(line, nl=False)
        return 1 if child.wait() else 0
    except KeyboardInterrupt:
        restaurant.stop(child)
        click.echo("\nThe restaurant is closed.")
        return 0


@commands.command(name="python")
def python_prompt() -> int:
    """Open Python with your bistro, to try an example."""
    return subprocess.call([sys.executable, "-m", "course.target", "exercises"], cwd=_book().root)


def _last_written(book: Book, progress: Progress) -> Chapter:
    """The chapter whose restaurant can be run: the last one with all steps done, or the first."""
    whole = [c for c in book.chapters if all(place.is_done(step, progress) for step in c.steps)]
    return whole[-1] if whole else book.chapters[0]


def _port() -> int:
    from course import restaurant

    wanted = os.environ.get("PORT", str(restaurant.PORT))
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted) < 65536:
        return int(wanted)
    raise Trouble(f"The environment variable PORT should be a port, such as 8000, not {wanted!r}.")


@commands.command()
@click.option("--build", "only", is_flag=True, help="Build the pages into site/ and stop.")
def docs(only: bool) -> int:
    """Read the book in your browser, offline."""
    from course import docs as pages

    try:
        if pages.is_stale(ROOT):
            click.echo("Building the pages …", err=True)
            pages.build(ROOT)
    except pages.DocsError as error:
        raise Trouble(str(error)) from error
    if only:
        click.echo("The pages are in site/")
        return 0
    with pages.server(ROOT) as site:
        step = place.here(_book(), _progress())
        click.echo(f"The book is open at {pages.address(site)} (Ctrl-C closes it)")
        if sys.stdout.isatty():
            pages.open_browser(pages.address(site, step))
        try:
            site.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nClosed.")
    return 0


@commands.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def status(as_json: bool) -> int:
    """Show where you are and what has passed."""
    book, progress = _book(), _progress()
    broken = _recheck(book, progress)
    progress = _progress() if broken else progress
    if as_json:
        click.echo(json.dumps(_status(book, progress, broken), indent=2, ensure_ascii=False))
        return 0
    console = _console()
    for chapter in book.chapters:
        done = sum(place.is_done(step, progress) for step in chapter.steps)
        state = "skipped" if chapter.number in progress.skipped else f"{done}/{len(chapter.steps)}"
        mark = "✓" if done == len(chapter.steps) else " "
        console.print(f"{mark} {chapter!s:<40} {state}", highlight=False)
    for step in broken:
        console.print(f"✗ {step} had passed; an edit since then broke it.", style="red")
    console.print()
    _tell_place()
    return 0


def _recheck(book: Book, progress: Progress) -> list[Step]:
    """Run again what had passed and whose files have changed; the steps that broke."""
    from course import testing

    steps = testing.unchecked(book, progress)
    if not steps:
        return []
    from course.runner import Runner

    with Runner(ROOT) as runner:
        return testing.record(book, testing.run(book, steps, runner).outcomes)


def _status(book: Book, progress: Progress, broken: list[Step]) -> dict[str, Any]:
    here = place.here(book, progress)
    done, total = place.count_done(book, progress)
    return {
        "here": here.label if here else None,
        "done": done,
        "total": total,
        "next": place.next_command(book, progress),
        "broken": [step.label for step in broken],
        "chapters": [
            {
                "number": chapter.number,
                "title": chapter.title,
                "skipped": chapter.number in progress.skipped,
                "steps": [
                    {
                        "label": step.label,
                        "title": step.title,
                        "passed": step.label in progress.passed,
                        "hints": progress.hints.get(step.label, 0),
                    }
                    for step in chapter.steps
                ],
            }
            for chapter in book.chapters
        ],
    }


@commands.command("list")
def list_() -> int:
    """List every chapter and step."""
    book, progress = _book(), _progress()
    console = _console()
    for row in listing(book, progress):
        console.print(row, highlight=False)
    return 0


def listing(book: Book, progress: Progress) -> list[str]:
    """A row for each part, chapter and step; the screen shows the same."""
    here = place.here(book, progress)
    rows, part = [], ""
    for chapter in book.chapters:
        if chapter.part != part:
            part = chapter.part
            rows.append(f"[bold]{part}[/]")
        skipped = "  [yellow]skipped[/]" if chapter.number in progress.skipped else ""
        rows.append(f"  [bold]{chapter}[/]{skipped}")
        for step in chapter.steps:
            mark = "[green]✓[/]" if place.is_done(step, progress) else " "
            pointer = "[bold cyan]→[/]" if step == here else " "
            rows.append(f"  {pointer} {mark} {step}  [dim]{step.minutes} min[/]")
    return rows


@commands.command()
def doctor() -> int:
    """Find what is wrong with the set-up."""
    from course import doctor as checks

    return checks.run(ROOT)


@commands.command()
@click.option("--only", multiple=True, metavar="PART", help="Run this part alone.")
def selftest(only: tuple[str, ...]) -> int:
    """Run every test of the course and framework."""
    from course import selftest as everything

    return everything.run(ROOT, only)


@commands.command()
@click.option("--check", is_flag=True, help="Only name the stale files; exit status 1 if any.")
@click.option("--force", is_flag=True, help="Overwrite functions that a learner has written.")
def cut(check: bool, force: bool) -> int:
    """Cut exercises/ and solutions/ from framework/."""
    from course import cut as cutting

    try:
        files = cutting.stale(ROOT) if check else cutting.cut(ROOT, force=force)
    except cutting.CutError as error:
        raise Trouble(_sentence(str(error))) from error
    for path in files:
        click.echo(f"{'stale' if check else 'cut'}: {path.relative_to(ROOT).as_posix()}")
    if check and files:
        click.echo(f"Run `{ME} cut` to make them anew.", err=True)
        return 1
    if not files:
        click.echo("exercises/ and solutions/ are as they should be.")
    return 0


@commands.command()
@click.argument("where", metavar="3")
@click.option("--only", multiple=True, metavar="PROOF", help="red, ladder, green, sharp, …")
def prove(where: str, only: tuple[str, ...]) -> int:
    """Prove what is promised about a chapter."""
    from course.proofs import PROOFS

    book = _book()
    found = place.find(book, where)
    chapter = found if isinstance(found, Chapter) else found.chapter
    unknown = set(only) - set(PROOFS)
    if unknown:
        raise Trouble(f"There is no proof {min(unknown)!r}; there are {', '.join(PROOFS)}.")
    failed = False
    for name in only or PROOFS:
        violations = PROOFS[name](book, chapter)
        failed = failed or bool(violations)
        click.echo(f"{'✗' if violations else '✓'} {name}")
        for violation in violations:
            click.echo(f"    {violation}")
    return 1 if failed else 0


@commands.command()
@click.argument("where", metavar="3")
def mutants(where: str) -> int:
    """Count the small faults that a chapter's tests notice."""
    from course import mutants as faults

    book = _book()
    found = place.find(book, where)
    chapter = found if isinstance(found, Chapter) else found.chapter
    try:
        done = faults.run(book, chapter, _counted if sys.stderr.isatty() else None)
    except faults.MutantError as error:
        raise Trouble(_sentence(str(error))) from error
    click.echo(str(done))
    return 0 if done.ok else 1


def _counted(done: int, total: int, survived: int) -> None:
    end = "\n" if done == total else ""
    click.echo(f"\r{done} of {total} mutants tested, {survived} survived{end}", err=True, nl=False)


# What the commands share


def _book() -> Book:
    book = Book.load(ROOT)
    if not book.chapters:
        raise Trouble("There are no chapters: chapters/ should hold folders such as 01-sockets.")
    return book


def _progress() -> Progress:
    progress = Progress.load(ROOT)
    if progress.warning:
        click.echo(progress.warning, err=True)
    return progress


def _step(book: Book, progress: Progress, where: str | None) -> Step:
    if where:
        return place.find_step(book, where)
    step = place.here(book, progress)
    if step is None:
        raise Trouble("Every step is done; name one, such as 3.2.")
    return step


def _console(most: int | None = WIDTH) -> Console:
    from rich.console import Console

    console = Console(highlight=False, emoji=False)
    if most and console.width > most:
        console.width = most
    return console


def _tell_place() -> int:
    book, progress = _book(), _progress()
    step = place.here(book, progress)
    done, total = place.count_done(book, progress)
    click.echo(f"Bistro: {done} of {total} steps done")
    stand_in = place.stand_ins(book.chapters, progress)
    if stand_in:
        click.echo(stand_in)
    if step is None:
        click.echo("Every step is done: you have written it all.")
    else:
        click.echo(f"You are at chapter {step.chapter}, step {step}")
        for name in step.writes:
            path = (step.chapter.exercise_dir / name.file).relative_to(ROOT)
            click.echo(f"Write {name.qualname} in {path.as_posix()}")
    click.echo(f"Next: {place.next_command(book, progress)}")
    return 0


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."

"""Where the learner is in the book, and what comes next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from course.book import Book, BookError, Chapter, Step
from course.progress import Progress

ME = "python3 -m course"
"""How the learner calls the command; every message that names one begins so."""


def is_done(step: Step, progress: Progress) -> bool:
    """Whether nothing is left to do on a step: its tests have passed, or its chapter is skipped."""
    return step.label in progress.passed or step.chapter.number in progress.skipped


def here(book: Book, progress: Progress) -> Step | None:
    """The step the learner is on: the one they chose last, or else the next to do; None at the end.

    A chosen step that is done by now leads on to the one after it.
    """
    steps = list(book.steps())
    chosen = next((i for i, step in enumerate(steps) if step.label == progress.here), 0)
    ahead = (step for step in steps[chosen:] if not is_done(step, progress))
    behind = (step for step in steps[:chosen] if not is_done(step, progress))
    return next(ahead, None) or next(behind, None)


def after(book: Book, step: Step) -> Step | None:
    """The step that follows in the book; None after the last."""
    steps = list(book.steps())
    following = steps[steps.index(step) + 1 :]
    return following[0] if following else None


def count_done(book: Book, progress: Progress) -> tuple[int, int]:
    """How many steps are done, and how many there are."""
    done = [is_done(step, progress) for step in book.steps()]
    return sum(done), len(done)


def find(book: Book, wanted: str) -> Chapter | Step:
    """The chapter or step that a learner names: `3`, `3.2`, `03-wsgi` or `wsgi`.

    BookError names the nearest there is.
    """
    if wanted.isascii() and wanted.isdigit():
        return book.chapter(int(wanted))
    if wanted[:1].isdigit() and "." in wanted:
        return book.step(wanted)
    names = {name: chapter for chapter in book.chapters for name in (chapter.slug, chapter.folder)}
    if wanted in names:
        return names[wanted]
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.4)
    hint = f"; the nearest is {names[near[0]]}" if near else ""
    raise BookError(f"{wanted!r} is neither a chapter, such as 3, nor a step, such as 3.2{hint}")


def find_step(book: Book, wanted: str) -> Step:
    """As `find`, but a step; BookError where a chapter is named."""
    found = find(book, wanted)
    if isinstance(found, Step):
        return found
    first, last = found.steps[0].label, found.steps[-1].label
    raise BookError(f"{wanted} is a chapter; name one of its steps, {first} to {last}")


def steps_of(found: Chapter | Step) -> tuple[Step, ...]:
    """The steps of a chapter, or the one step."""
    return (found,) if isinstance(found, Step) else found.steps


def stand_ins(chapters: Iterable[Chapter], progress: Progress) -> str:
    """One line on the chapters for which the solution stands in; empty when there is none."""
    names = [str(chapter) for chapter in chapters if chapter.number in progress.skipped]
    if not names:
        return ""
    return f"Skipped, so the solution stands in: {', '.join(names)}"


def next_command(book: Book, progress: Progress) -> str:
    """What the learner types next."""
    step = here(book, progress)
    return f"{ME} test {step.label}" if step else f"{ME} run {book.chapters[-1].number}"

"""Back to the exercise as it was cut, with a backup of what the learner had."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path, PurePosixPath

from course import cut
from course.book import Book, Chapter, Step
from course.progress import FOLDER, Progress

BACKUPS = "backups"


class ResetError(Exception):
    """The step cannot be reset by itself; the message says what to do."""


def reset(book: Book, found: Chapter | Step, now: datetime) -> Path:
    """Put a chapter's files, or a step's functions, back to how they were cut.

    Returns the folder with the backup. The steps concerned count as not passed any more.
    """
    chapter = found if isinstance(found, Chapter) else found.chapter
    texts = _chapter_texts(book, found) if isinstance(found, Chapter) else _step_texts(found)
    backup = _back_up(book.root, chapter, now)
    for file, text in texts.items():
        path = chapter.exercise_dir / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    progress = Progress.load(book.root)
    steps = found.steps if isinstance(found, Chapter) else (found,)
    progress.passed -= {step.label for step in steps}
    progress.skipped.discard(chapter.number)
    progress.here = steps[0].label
    for step in steps:
        progress.hints.pop(step.label, None)
    progress.save()
    return backup


def _chapter_texts(book: Book, chapter: Chapter) -> dict[PurePosixPath, str]:
    return {file: cut.exercise(book, chapter, file) for file in chapter.files}


def _step_texts(step: Step) -> dict[PurePosixPath, str]:
    """The learner's files with the step's functions blank, and all else as it is."""
    chapter = step.chapter
    texts = {}
    for file in dict.fromkeys(name.file for name in step.writes):
        path = chapter.exercise_dir / file
        where = path.relative_to(chapter.root).as_posix()
        stubs = {name.qualname: step for name in step.writes if name.file == file}
        try:
            texts[file] = cut.cut_text(path.read_text(encoding="utf-8"), stubs)
        except FileNotFoundError:
            raise _whole_chapter(step, f"{where} is not there") from None
        except SyntaxError as error:
            raise _whole_chapter(step, f"{where}, line {error.lineno}: {error.msg}") from None
        except cut.CutError as error:
            raise _whole_chapter(step, f"{where}: {error}") from None
    return texts


def _whole_chapter(step: Step, reason: str) -> ResetError:
    number = step.chapter.number
    return ResetError(
        f"Step {step.label} cannot be put back by itself ({reason}): mend that, or put the whole "
        f"chapter back with `python3 -m course reset {number}`, which keeps a backup too."
    )


def _back_up(root: Path, chapter: Chapter, now: datetime) -> Path:
    backup = root / FOLDER / BACKUPS / f"{chapter.folder}-{now:%Y-%m-%d-%H%M%S-%f}"
    backup.parent.mkdir(parents=True, exist_ok=True)
    if chapter.exercise_dir.is_dir():
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(chapter.exercise_dir, backup / chapter.exercise_dir.name, ignore=ignore)
    return backup

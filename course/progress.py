"""The learner's place in the course: a small text file, `.course/progress.toml`.

People can read and edit it. Deleting it loses nothing but the place: the learner's code is in
exercises/, and a step counts as passed again as soon as its tests have passed once more.
"""

from __future__ import annotations

import contextlib
import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = ".course"
FILE = "progress.toml"

_HEAD = (
    "# Your place in the course. Edit it if you like; deleting it loses nothing but the place.\n"
)


@dataclass
class Progress:
    """What the learner has passed, skipped and been told. Load it, change it, `save()` it."""

    path: Path
    here: str = ""
    """The label of the step the learner is on, such as "3.2"; empty at the very start."""
    passed: set[str] = field(default_factory=set)
    """Labels of the steps whose tests have passed."""
    skipped: set[int] = field(default_factory=set)
    """Numbers of the chapters for which the solution stands in."""
    hints: dict[str, int] = field(default_factory=dict)
    """How many hints of a step have been shown, by its label."""
    warning: str = ""
    """One line for the learner when the file could not be read; empty when all is well."""

    @classmethod
    def load(cls, root: Path) -> Progress:
        """Read the progress under `root`; a broken file is a fresh start too, with a `warning`."""
        path = root / FOLDER / FILE
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return cls(path)
        except (OSError, UnicodeDecodeError) as error:
            return cls(path, warning=_unreadable(path, error))
        try:
            return cls(path, **_checked(tomllib.loads(text)))
        except (tomllib.TOMLDecodeError, ValueError) as error:
            return cls(path, warning=_unreadable(path, error))

    def save(self) -> None:
        """Write the file in one go: whoever reads it meanwhile sees the old or the new one whole.

        A file that could not be read is kept beside it as `progress.toml.broken`.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.warning:
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_name(FILE + ".broken"))
            self.warning = ""
        fresh = self.path.with_name(f"{FILE}.{os.getpid()}.new")
        fresh.write_text(self.text(), encoding="utf-8")
        fresh.replace(self.path)

    def text(self) -> str:
        """The file's text: TOML, sorted, one line a chapter's passed steps."""
        lines = [_HEAD, f"here = {json.dumps(self.here)}", "passed = ["]
        lines += [
            f"    {', '.join(map(json.dumps, labels))}," for labels in _by_chapter(self.passed)
        ]
        lines += ["]", f"skipped = {sorted(self.skipped)}", "", "[hints]"]
        lines += [
            f"{json.dumps(label)} = {self.hints[label]}" for label in sorted(self.hints, key=_key)
        ]
        return "\n".join(lines) + "\n"


def _by_chapter(labels: set[str]) -> list[list[str]]:
    chapters: dict[str, list[str]] = {}
    for label in sorted(labels, key=_key):
        chapters.setdefault(label.partition(".")[0], []).append(label)
    return list(chapters.values())


def _key(label: str) -> tuple[int, ...]:
    return tuple(int(number) for number in label.split("."))


def _checked(found: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Progress from the parsed file; ValueError names the first wrong entry."""
    here = found.get("here", "")
    if here != "":
        _check_label("here", here)
    passed, skipped, hints = (
        found.get("passed", []),
        found.get("skipped", []),
        found.get("hints", {}),
    )
    if not (isinstance(passed, list) and isinstance(skipped, list) and isinstance(hints, dict)):
        raise ValueError("passed and skipped must be lists, and [hints] a table")
    for label in [*passed, *hints]:
        _check_label("a step", label)
    for number in [*skipped, *hints.values()]:
        if type(number) is not int:
            raise ValueError(f"{number!r} should be a whole number")
    return {"here": here, "passed": set(passed), "skipped": set(skipped), "hints": dict(hints)}


def _check_label(what: str, label: object) -> None:
    parts = label.split(".") if isinstance(label, str) else []
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f'{what} should be a step such as "3.2", not {label!r}')


def _unreadable(path: Path, error: Exception) -> str:
    reason = str(error).splitlines()[0]
    return f"{FOLDER}/{path.name} could not be read ({reason}); starting from the beginning."

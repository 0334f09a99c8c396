"""One promise of the book that does not hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """What was found wrong, where, and what would put it right."""

    chapter: int
    step: str
    """The step's label, or nothing where the chapter as a whole is concerned."""
    what: str
    where: str
    """A test, a file with a line, or a page."""
    cure: str

    def __str__(self) -> str:
        place = self.step or f"chapter {self.chapter}"
        return f"{place}: {self.where}: {self.what}\n    {self.cure}"

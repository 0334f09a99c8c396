"""What is proven about every chapter; each proof is a function that returns the violations.

"Sharp" has a second half in `course.mutants`; "fair" is proven by review alone.
"""

from __future__ import annotations

from collections.abc import Callable

from course.book import Book, Chapter
from course.proofs.ladder import green, ladder, red
from course.proofs.mistakes import sharp
from course.proofs.quick import quick
from course.proofs.text import true_
from course.proofs.violation import Violation

Proof = Callable[[Book, Chapter], list[Violation]]

PROOFS: dict[str, Proof] = {
    "red": red,
    "ladder": ladder,
    "green": green,
    "sharp": sharp,
    "true": true_,
    "quick": quick,
}

__all__ = ["PROOFS", "Proof", "Violation", "green", "ladder", "quick", "red", "sharp", "true_"]

"""What all benchmarks share: rounds with the subjects interleaved, medians, and the table."""

from __future__ import annotations

import platform
import statistics
import time
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OURS = "bistro"
console = Console()


@dataclass(frozen=True)
class Target:
    """Ours over the named peer's: at least `ratio` where more is better, at most where less is."""

    peer: str
    ratio: float


def interleave(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure each subject once a round, so that what disturbs the machine disturbs all."""
    measured: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds):
        for name, measure in subjects.items():
            measured[name].append(measure())
    return measured


def microseconds(call: Callable[[], object], count: int) -> float:
    """Return how long one call takes, in µs, over `count` calls."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count * 1e6


def show(
    title: str,
    unit: str,
    measured: Mapping[str, list[float]],
    *,
    more_is_better: bool,
    target: Target | None = None,
) -> None:
    """Print the medians of `measured`, with their spread and ours over each of them."""
    table = Table(title=title, title_justify="left")
    table.add_column("subject")
    for column in (unit, "lowest", "highest", "ours / theirs"):
        table.add_column(column, justify="right")
    medians = {name: statistics.median(values) for name, values in measured.items()}
    for name in sorted(medians, key=lambda name: medians[name], reverse=more_is_better):
        values = measured[name]
        table.add_row(
            name,
            f"{medians[name]:,.2f}",
            f"{min(values):,.2f}",
            f"{max(values):,.2f}",
            "" if name == OURS else f"{medians[OURS] / medians[name]:.2f}",
        )
    console.print(table)
    if target:
        ratio = medians[OURS] / medians[target.peer]
        met = ratio >= target.ratio if more_is_better else ratio <= target.ratio
        bound = "at least" if more_is_better else "at most"
        verdict = "met" if met else "NOT met"
        console.print(f"target: {bound} {target.ratio} x {target.peer}: {ratio:.2f}, {verdict}\n")


def show_versions(*packages: str) -> None:
    """Print what was measured: the interpreter's version and each package's."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    console.print(f"Python {platform.python_version()}, {versions}\n", style="dim")

"""Sharp, second half: which small faults in what the learner writes do a chapter's tests notice?

Each mutant is one function with one fault, tested by the step that writes it and those after it.
The faults are cosmic-ray's operators, without those that say little, and one of our own that leaves
a statement out:

- a comparison is moved by its boundary and negated, nothing else: the other replacements are
  noticed whenever these are, or cannot be (`>=` and `==` at the end of a count);
- `is` and `==` are not exchanged: for None and small numbers they mean the same;
- an arithmetic operator becomes one other, not all ten, most of which end in a TypeError;
- two mutants with the same meaning count once, and one that means what the original means never;
- docstrings, annotations and signatures stay: the learner does not write them.
"""

from __future__ import annotations

import ast
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

import pytest
from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]
from cosmic_ray.operators.operator import Operator  # type: ignore[import-untyped]
from cosmic_ray.plugins import get_operator  # type: ignore[import-untyped]

from course import cut
from course.book import FRAMEWORK, PACKAGE, Book, Chapter, Step, Writes
from course.plugin import TIME_LIMIT
from course.proofs import runs

ENOUGH = 0.9
"""The share of the mutants that a chapter's tests are to kill."""

_COMPARISONS = (
    *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
    *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
)
_ARITHMETIC = (
    *("Add_Sub", "Sub_Add", "Mul_FloorDiv", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul"),
    *("BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitAnd", "LShift_RShift", "RShift_LShift"),
)
_OTHERS = (
    *("ReplaceUnaryOperator_Delete_Not", "AddNot", "ReplaceUnaryOperator_USub_UAdd"),
    *("ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
    *("ExceptionReplacer", "NumberReplacer", "RemoveDecorator"),
)
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{name}" for name in _COMPARISONS),
    *(f"core/ReplaceBinaryOperator_{name}" for name in _ARITHMETIC),
    *(f"core/{name}" for name in _OTHERS),
)
"""The operators of cosmic-ray that are used."""


class MutantError(RuntimeError):
    """The mutants cannot be judged: the tests fail without them, or could not be run."""


@dataclass(frozen=True)
class Mutant:
    """One function with one fault."""

    step: Step
    writes: Writes
    line: int
    """Where it differs first, in the framework's file."""
    before: str
    after: str
    text: str
    """The whole file with the fault in it."""

    @property
    def place(self) -> str:
        """File and line, relative to the repository."""
        return f"{FRAMEWORK / self.writes.file}:{self.line}"


@dataclass(frozen=True)
class MutantReport:
    """How many mutants a chapter's tests killed, and which they did not."""

    chapter: Chapter
    total: int
    survivors: tuple[Mutant, ...]

    @property
    def killed(self) -> int:
        """How many were noticed, by a failing test or by not ending in time."""
        return self.total - len(self.survivors)

    @property
    def share(self) -> float:
        """The killed of all; 1 where there are none."""
        return self.killed / self.total if self.total else 1.0

    @property
    def ok(self) -> bool:
        """Whether that is enough."""
        return self.share >= ENOUGH

    def __str__(self) -> str:
        head = f"Chapter {self.chapter}: {self.killed} of {self.total} mutants killed"
        lines = [f"{head}, {self.share:.1%} (at least {ENOUGH:.0%} are to be)"]
        for mutant in self.survivors:
            lines += [
                "",
                f"{mutant.place} {mutant.writes.qualname} (step {mutant.step.label}) survived",
                *(f"  - {line}" for line in mutant.before.split("\n")),
                *(f"  + {line}" for line in mutant.after.split("\n")),
            ]
        return "\n".join(lines)


Progressed = Callable[[int, int, int], None]
"""Called with the numbers done, in all, and survived so far."""


def run(
    book: Book, chapter: Chapter, on_progress: Progressed | None = None, workers: int = 0
) -> MutantReport:
    """Test every mutant of what the chapter's steps write; as many at once as there are cores.

    Raises MutantError when the tests fail on the framework as it is.
    """
    limits = _limits(book, chapter)
    mutants = [mutant for step in chapter.steps for mutant in mutants_of(book, step)]
    survivors: list[Mutant] = []
    count = workers or os.cpu_count() or 1
    with _Judge(book, chapter, count, limits) as pool, ThreadPoolExecutor(count) as threads:
        for done, (mutant, killed) in enumerate(threads.map(pool.judge, mutants), 1):
            if not killed:
                survivors.append(mutant)
            if on_progress:
                on_progress(done, len(mutants), len(survivors))
    return MutantReport(chapter, len(mutants), tuple(survivors))


def mutants_of(book: Book, step: Step) -> Iterator[Mutant]:
    """The mutants of the functions that a step writes, in the order of their lines."""
    for writes in step.writes:
        source = cut.reference(book, writes.file)
        for span in cut.find(source, writes.qualname):
            faulty = sorted(_faulty(source, span), key=lambda found: found[0])
            for line, before, after, text in faulty:
                yield Mutant(step, writes, line, before, after, text)


class RemoveStatement(Operator):  # type: ignore[misc]  # it has no types
    """Leaves out a call, a raise, a return, or an assignment to something that exists already."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        if node.type == "simple_stmt" and _can_go(node.get_code()):
            yield (node.children[0].start_pos, node.children[0].end_pos)

    def mutate(self, node: Any, index: int) -> Any:
        code = node.get_code()
        kept = code[: len(code) - len(code.lstrip())]
        return get_ast(f"{kept}pass\n")

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def _can_go(code: str) -> bool:
    """Whether leaving out the statement is a fault of its own, and not just an unknown name."""
    try:
        statement = ast.parse(code.strip()).body[0]
    except (SyntaxError, IndexError):  # `return` and `yield` stand outside a function here
        return False
    match statement:
        case ast.Expr(value=ast.Constant()):
            return False
        case ast.Assign(targets=[*targets]):
            return not any(isinstance(target, ast.Name | ast.Tuple) for target in targets)
    return isinstance(statement, ast.Expr | ast.Raise | ast.AugAssign | ast.Delete | ast.Return)


# Making the mutants of a function


_Found = tuple[int, str, str, str]
"""Line, the lines before, the lines after, the whole file."""


def _faulty(source: str, span: cut.Span) -> Iterator[_Found]:
    """Each fault in one function's body that is a meaning of its own."""
    lines = source.split("\n")
    head = "" if not lines[span.first - 1].startswith((" ", "\t")) else "if 1:\n"
    function = head + "\n".join(lines[span.first - 1 : span.last]) + "\n"
    shift = span.first - 1 - head.count("\n")  # from lines of the function to those of the file
    left_out = _annotations(function)
    seen = {_meaning(function)}
    tree = get_ast(function)
    operators = [RemoveStatement(), *(get_operator(name)() for name in OPERATORS)]
    for operator in operators:
        for occurrence, (start, _) in enumerate(_positions(tree, operator)):
            if start[0] + shift < span.body or any(a <= start < b for a, b in left_out):
                continue
            mutated = mutate_code(function, operator, occurrence)
            meaning = _meaning(mutated)
            if meaning is None or meaning in seen:
                continue
            seen.add(meaning)
            yield _found(function, mutated, lines, span, shift)


def _positions(tree: Any, operator: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for node in ast_nodes(tree):
        yield from operator.mutation_positions(node)


def _found(function: str, mutated: str, lines: list[str], span: cut.Span, shift: int) -> _Found:
    old, new = function.split("\n"), mutated.split("\n")
    first = next(i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    last = next(
        i
        for i, (a, b) in enumerate(zip(reversed(old), reversed(new), strict=False))
        if a != b or i >= min(len(old), len(new)) - first - 1
    )
    before, after = old[first : len(old) - last], new[first : len(new) - last]
    body = new[span.first - 1 - shift : -1]
    text = "\n".join([*lines[: span.first - 1], *body, *lines[span.last :]])
    return first + 1 + shift, _block(before), _block(after), text


def _block(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def _annotations(function: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations stand, which are never evaluated."""
    places = []
    for node in ast.walk(ast.parse(function)):
        for name in ("annotation", "returns"):
            found = getattr(node, name, None)
            if isinstance(found, ast.expr):
                end = (found.end_lineno or found.lineno, found.end_col_offset or 0)
                places.append(((found.lineno, found.col_offset), end))
    return places


def _meaning(code: str | None) -> str | None:
    """What the code says, however it is spelt; None when it is no Python."""
    try:
        return ast.dump(_Plain().visit(ast.parse(code or "(")))
    except SyntaxError:
        return None


class _Plain(ast.NodeTransformer):
    """Spells negations in one way: `not a < b` as `a >= b`, `not not a` as `a` in a condition."""

    _OPPOSITES: tuple[tuple[type[ast.cmpop], type[ast.cmpop]], ...] = (
        (ast.Eq, ast.NotEq),
        (ast.Lt, ast.GtE),
        (ast.Gt, ast.LtE),
        (ast.Is, ast.IsNot),
        (ast.In, ast.NotIn),
    )

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Not):
            return node
        inner = node.operand
        if isinstance(inner, ast.Constant) and isinstance(inner.value, bool):
            return ast.Constant(not inner.value)
        if isinstance(inner, ast.UnaryOp) and isinstance(inner.op, ast.Not):
            return inner.operand
        if isinstance(inner, ast.Compare) and len(inner.ops) == 1:
            return ast.Compare(inner.left, [self._opposite(inner.ops[0])], inner.comparators)
        return node

    def _opposite(self, operator: ast.cmpop) -> ast.cmpop:
        for one, other in self._OPPOSITES:
            if isinstance(operator, one):
                return other()
            if isinstance(operator, other):
                return one()
        raise AssertionError(operator)


# Testing them


@dataclass(frozen=True)
class _Limits:
    """Seconds after which a test, and a whole run, counts as hanging."""

    test: float
    run: float


def _limits(book: Book, chapter: Chapter) -> _Limits:
    """From a run on the framework as it is, which must pass."""
    with tempfile.TemporaryDirectory(prefix="course-mutants-") as folder:
        whole = cut.assemble(book, chapter, Path(folder), filled=len(chapter.steps))
        result = runs.run(book, runs.test_files(chapter), whole)
    failed = [outcome.name for outcome in result.outcomes if outcome.outcome == "failed"]
    if result.broken or failed or not result.outcomes:
        why = result.broken or (f"{failed[0]} fails" if failed else "there are none")
        raise MutantError(f"the tests of chapter {chapter} must pass without mutants first: {why}")
    seconds = [outcome.seconds for outcome in result.outcomes]
    return _Limits(test=max(2.0, 5 * max(seconds)), run=20 + 5 * sum(seconds))


class _Judge:
    """Has folders that hold the whole chapter, in each of which one mutant is tried at a time."""

    def __init__(self, book: Book, chapter: Chapter, count: int, limits: _Limits) -> None:
        self.book, self.chapter, self.count, self.limits = book, chapter, count, limits
        self.free: SimpleQueue[Path] = SimpleQueue()
        self.folder = tempfile.TemporaryDirectory(prefix="course-mutants-")

    def __enter__(self) -> Self:
        for number in range(self.count):
            folder = Path(self.folder.name, str(number))
            cut.assemble(self.book, self.chapter, folder, filled=len(self.chapter.steps))
            self.free.put(folder)
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()

    def judge(self, mutant: Mutant) -> tuple[Mutant, bool]:
        """The mutant, and whether a test noticed it."""
        folder = self.free.get()
        path = folder / PACKAGE / mutant.writes.file
        try:
            path.write_text(mutant.text, encoding="utf-8", newline="\n")
            killed = self._ask(folder, mutant)
            path.write_text(cut.reference(self.book, mutant.writes.file), encoding="utf-8")
        finally:
            self.free.put(folder)
        return mutant, killed

    def _ask(self, folder: Path, mutant: Mutant) -> bool:
        tests = runs.step_tests(self.chapter.steps[mutant.step.number - 1 :])
        tests += runs.restaurant_tests(self.chapter)
        arguments = ["-x", *map(str, tests)]
        limit = {TIME_LIMIT: str(self.limits.test)}
        status = runs.ask(self.book, folder, arguments, limit, seconds=self.limits.run)
        if status in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
            raise MutantError(f"pytest could not be run on {mutant.place}: it ended with {status}")
        return status != 0

"""Cutting `exercises/` and `solutions/` from the framework.

A function that a step has the learner write keeps its decorators, signature and docstring to the
letter; its body becomes one statement that says which step is not written. All else is copied.
"""

from __future__ import annotations

import ast
import difflib
import io
import itertools
import tokenize
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course.book import EXERCISES, FRAMEWORK, PACKAGE, SOLUTIONS, Book, Chapter, Step

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_IGNORED = ("__pycache__",)


class CutError(ValueError):
    """The front matter and the framework's files do not fit, or a learner's code is in the way."""


@dataclass(frozen=True)
class Span:
    """Where a function stands in its file; lines count from 1."""

    first: int
    """The line of the first decorator, or of `def`."""
    body: int
    """The first line below the signature and the docstring."""
    last: int
    """The last line of the body, comments at its end counted in."""
    indent: str
    """The white space before each statement of the body."""


def cut(root: Path, *, force: bool = False) -> list[Path]:
    """Write what is stale under exercises/ and solutions/; returns the files written or removed.

    Raises CutError, before anything is written, where a stale exercise holds functions that a
    learner has written; `force` overwrites them.
    """
    wanted = _wanted(Book.load(root))
    files = _differing(root, wanted)
    if not force:
        _refuse_to_lose_work(Book.load(root), files)
    for path in files:
        if path not in wanted:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    _remove_empty_folders(root)
    return files


def stale(root: Path) -> list[Path]:
    """The files under exercises/ and solutions/ that are not what `cut` would write."""
    return _differing(root, _wanted(Book.load(root)))


def reference(book: Book, file: PurePosixPath) -> str:
    """The framework's text of a file; CutError where it is missing."""
    path = book.root / FRAMEWORK / file
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CutError(f"{path}: this file is in a chapter's 'files', and missing") from None


def exercise(book: Book, chapter: Chapter, file: PurePosixPath, *, filled: int = 0) -> str:
    """A file's text as the learner meets it, the functions of steps 1 to `filled` still in it."""
    stubs = {
        name.qualname: step
        for step in chapter.steps[filled:]
        for name in step.writes
        if name.file == file
    }
    try:
        return cut_text(reference(book, file), stubs)
    except CutError as error:
        raise CutError(f"{FRAMEWORK / file}: {error}") from None


def assemble(book: Book, chapter: Chapter, into: Path, *, filled: int) -> Path:
    """Write the package as it is when the learner has done steps 1 to `filled` of a chapter.

    Earlier chapters are whole, later ones absent. Returns `into`, which then holds `bistro/`.
    """
    for floor in book.chapters[: book.chapters.index(chapter) + 1]:
        for file in floor.files:
            path = into / PACKAGE / file
            path.parent.mkdir(parents=True, exist_ok=True)
            text = (
                exercise(book, floor, file, filled=filled)
                if floor is chapter
                else reference(book, file)
            )
            path.write_text(text, encoding="utf-8", newline="\n")
    return into


def stub(step: Step, qualname: str) -> str:
    """The statement that stands for a body not yet written."""
    return f'raise NotImplementedError("step {step.label}: write {qualname}")'


def cut_text(source: str, stubs: dict[str, Step]) -> str:
    """`source` with the bodies of the named functions replaced by their stubs."""
    lines = source.split("\n")
    spans = [(span, name) for name in stubs for span in find(source, name)]
    spans.sort(key=lambda pair: pair[0].first, reverse=True)
    for (inner, name), (outer, around) in itertools.pairwise(spans):
        if inner.first <= outer.last:
            raise CutError(f"{name} stands inside {around}; a step writes one or the other")
    for span, name in spans:
        if not _has_code(lines, span):
            raise CutError(f"{name} has no body but its docstring; there is nothing to write")
        lines[span.body - 1 : span.last] = [span.indent + stub(stubs[name], name)]
    return "\n".join(lines)


def find(source: str, qualname: str) -> list[Span]:
    """Where the functions of that name stand, in order; CutError if there is none.

    More than one is possible: a property and its setter, or one version a platform.
    """
    functions = list(_functions(ast.parse(source)))
    found = [node for name, node in functions if name == qualname]
    if not found:
        names = dict.fromkeys(name for name, _ in functions)
        near = difflib.get_close_matches(qualname, names, n=3, cutoff=0.4)
        raise CutError(
            f"there is no function {qualname}" + (f"; near it: {', '.join(near)}" if near else "")
        )
    lines = source.split("\n")
    return [_span(lines, node) for node in found]


def _functions(scope: ast.AST, prefix: str = "") -> Iterator[tuple[str, _Function]]:
    """Functions and methods with their qualified names, those under `if` and `try` too."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, _Function):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try | ast.ExceptHandler | ast.With):
            yield from _functions(node, prefix)


def _span(lines: list[str], node: _Function) -> Span:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    header = _end_of_statement(lines, node.lineno)
    if node.body[0].lineno <= header:
        raise CutError(f"{node.name}: the body must start on a line of its own")
    documented = ast.get_docstring(node, clean=False) is not None
    body = header + 1
    if documented:
        body = _end_of_statement(lines, node.body[0].lineno) + 1
        if len(node.body) > 1 and node.body[1].lineno < body:
            raise CutError(f"{node.name}: the docstring must stand on lines of its own")
    indent = lines[node.body[0].lineno - 1][: node.body[0].col_offset]
    return Span(first, body, _with_comments(lines, _last_line(node), indent), indent)


def _end_of_statement(lines: list[str], first: int) -> int:
    """The line on which the logical line that begins at `first` ends."""
    text = io.StringIO("\n".join(lines[first - 1 :]) + "\n")
    ends = (
        token.end[0]
        for token in tokenize.generate_tokens(text.readline)
        if token.type == tokenize.NEWLINE
    )
    return first + next(ends) - 1


def _last_line(node: _Function) -> int:
    return node.end_lineno or node.lineno


def _with_comments(lines: list[str], last: int, indent: str) -> int:
    """The line of the last comment that follows a body at its indentation, or `last`."""
    for number, line in enumerate(lines[last:], last + 1):
        if line.startswith(indent + "#"):
            last = number
        elif line.strip():
            break
    return last


def _has_code(lines: list[str], span: Span) -> bool:
    """Whether anything but comments, `...` and `pass` is to be written."""
    body = (line.strip() for line in lines[span.body - 1 : span.last])
    return any(line not in ("", "...", "pass") and not line.startswith("#") for line in body)


def _wanted(book: Book) -> dict[Path, str]:
    """Every file under exercises/ and solutions/, with its text."""
    wanted = {}
    for chapter in book.chapters:
        for file in chapter.files:
            wanted[chapter.exercise_dir / file] = exercise(book, chapter, file)
            wanted[chapter.solution_dir / file] = reference(book, file)
    return wanted


def _differing(root: Path, wanted: dict[Path, str]) -> list[Path]:
    found = {path for folder in (EXERCISES, SOLUTIONS) for path in _files(root / folder)}
    stale = {path for path, text in wanted.items() if _read(path) != text}
    return sorted(stale | (found - wanted.keys()))


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(name in path.parts for name in _IGNORED):
            yield path


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _refuse_to_lose_work(book: Book, files: Collection[Path]) -> None:
    for chapter in book.chapters:
        for step in chapter.steps:
            for name in step.writes:
                path = chapter.exercise_dir / name.file
                if path in files and _is_written(
                    path, chapter.solution_dir / name.file, name.qualname
                ):
                    raise CutError(
                        f"{path}: {name.qualname} has been written by a learner: keep it with "
                        f"`python3 -m course reset {step.label}`, or lose it with `cut --force`"
                    )


def _is_written(path: Path, solution: Path, qualname: str) -> bool:
    """Whether an exercise's function is neither a stub nor what the last cut had copied."""
    bodies = _bodies(_read(path), qualname)
    stubs = [body for body in bodies if 'raise NotImplementedError("step ' in body]
    return bool(bodies) and not stubs and bodies != _bodies(_read(solution), qualname)


def _bodies(source: str | None, qualname: str) -> list[str]:
    """The bodies of a function; none where there is none or the file does not parse."""
    if source is None:
        return []
    try:
        spans = find(source, qualname)
    except (CutError, SyntaxError):
        return []
    lines = source.split("\n")
    return ["\n".join(lines[span.body - 1 : span.last]) for span in spans]


def _remove_empty_folders(root: Path) -> None:
    for top in (EXERCISES, SOLUTIONS):
        for folder in sorted((root / top).rglob("*"), reverse=True):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

"""Code of the framework, found by name, so that no listing in a chapter is ever pasted.

A name is `module`, `module.function`, `module.Class`, `module.Class.method` or a constant in
either; with `:head` behind it, a module's or a class's beginning up to its first function.
"""

import ast
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FRAMEWORK = Path("framework", "bistro")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)


class ListingError(LookupError):
    """A name that is not in the framework; the message gives the nearest that are."""


@dataclass(frozen=True)
class Listing:
    """Whole lines of one file."""

    file: Path
    """Relative to the repository's root."""
    first_line: int
    last_line: int
    text: str
    """The lines to the letter, each with its newline."""


def resolve(root: Path, name: str) -> Listing:
    """The lines of the framework that `name` stands for, with decorators and the comments above.

    Raises ListingError for a name that is not there.
    """
    dotted, _, part = name.partition(":")
    if part not in ("", "head"):
        raise ListingError(f"{name!r}: only ':head' may follow a name, not {':' + part!r}")
    file, inner = _find_file(root, dotted)
    source = _read(root / file)
    first, last = source.lines_of(inner, head=bool(part))
    if first is None or last is None:
        if part and dotted in names(root):
            raise ListingError(f"{name!r}: ':head' is for modules and classes")
        raise ListingError(f"no {dotted!r} in {file.as_posix()}{_nearest(root, dotted)}")
    return Listing(file, first, last, "".join(source.lines[first - 1 : last]))


def whole_file(root: Path, file: Path) -> Listing:
    """All lines of a file given relative to the root."""
    lines = (root / file).read_text(encoding="utf-8").splitlines(keepends=True)
    return Listing(file, 1, len(lines), "".join(lines))


def names(root: Path) -> list[str]:
    """Every name that can be listed, in the order of the files."""
    found = []
    for path in sorted((root / FRAMEWORK).rglob("*.py")):
        module = ".".join(path.relative_to(root / FRAMEWORK).with_suffix("").parts)
        module = module.removesuffix(".__init__")
        found.append(module)
        found += dict.fromkeys(f"{module}.{name}" for name in _read(path).names())
    return found


@dataclass(frozen=True)
class _Source:
    """One parsed file."""

    lines: tuple[str, ...]
    tree: ast.Module

    def lines_of(self, inner: Sequence[str], *, head: bool) -> tuple[int | None, int | None]:
        """First and last line of a name inside this file; None twice where there is no such."""
        scope: ast.Module | ast.ClassDef = self.tree
        first, last = 1, len(self.lines)
        for depth, name in enumerate(inner):
            places = [i for i, node in enumerate(scope.body) if name in _bound(node)]
            if not places:
                return None, None
            nodes = [scope.body[i] for i in places]
            first, last = self._start(scope, places[0]), self._last(nodes[-1])
            last = max(last, _explained(scope.body, places[-1]))
            if depth == len(inner) - 1 and not head:
                return first, last
            if not isinstance(nodes[-1], ast.ClassDef):
                return None, None
            scope = nodes[-1]
        return (first, self._head_end(scope, last)) if head else (first, last)

    def names(self) -> Iterator[str]:
        for node in self.tree.body:
            for name in _bound(node):
                yield name
                if isinstance(node, ast.ClassDef):
                    inside = (inner for statement in node.body for inner in _bound(statement))
                    yield from (f"{name}.{inner}" for inner in inside)

    def _head_end(self, scope: ast.Module | ast.ClassDef, last: int) -> int:
        for i, node in enumerate(scope.body):
            if isinstance(node, DEFINITIONS):
                return self._skip_blank(self._start(scope, i) - 1)
        return last

    def _last(self, node: ast.stmt) -> int:
        """The statement's last line, comments at the end of its body counted in."""
        last = _end(node)
        for number, text in enumerate(self.lines[last:], last + 1):
            stripped = text.lstrip()
            if stripped and not (
                stripped.startswith("#") and len(text) - len(stripped) > node.col_offset
            ):
                break
            if stripped:
                last = number
        return last

    def _skip_blank(self, line: int) -> int:
        while line > 1 and not self.lines[line - 1].strip():
            line -= 1
        return line

    def _start(self, scope: ast.Module | ast.ClassDef, place: int) -> int:
        """The statement's first line, decorators and the comments above it counted in."""
        node = scope.body[place]
        floor = _end(scope.body[place - 1]) if place else _opening(scope)
        first = node.lineno
        if isinstance(node, DEFINITIONS):
            first = min([first, *(decorator.lineno for decorator in node.decorator_list)])
        indent = " " * node.col_offset + "#"
        line = first
        while line - 1 > floor:
            line -= 1
            text = self.lines[line - 1]
            if text.startswith(indent):
                first = line
            elif text.strip():
                break
        return first


def _opening(scope: ast.Module | ast.ClassDef) -> int:
    """The last line before a scope's body."""
    return scope.lineno if isinstance(scope, ast.ClassDef) else 0


def _explained(body: Sequence[ast.stmt], place: int) -> int:
    """The last line of a constant with the text that stands below it to explain it."""
    below = body[place + 1] if place + 1 < len(body) else None
    match body[place], below:
        case ast.Assign() | ast.AnnAssign(), ast.Expr(value=ast.Constant(value=str())):
            return _end(below)
    return _end(body[place])


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _bound(node: ast.stmt) -> list[str]:
    """The names a statement binds, in order; `if`, `try` and `with` bind what is bound in them."""
    if isinstance(node, DEFINITIONS):
        return [node.name]
    if isinstance(node, ast.Assign):
        parts = [part for target in node.targets for part in ast.walk(target)]
        return [part.id for part in parts if isinstance(part, ast.Name)]
    if isinstance(node, ast.AnnAssign | ast.AugAssign):
        return [node.target.id] if isinstance(node.target, ast.Name) else []
    if isinstance(node, ast.If | ast.Try | ast.With):
        return [
            name
            for inner in ast.iter_child_nodes(node)
            if isinstance(inner, ast.stmt)
            for name in _bound(inner)
        ]
    return []


def _find_file(root: Path, dotted: str) -> tuple[Path, list[str]]:
    """The file that the longest beginning of a dotted name stands for, and the rest of the name."""
    parts = dotted.split(".")
    for size in range(len(parts), 0, -1):
        base = FRAMEWORK.joinpath(*parts[:size])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if (root / file).is_file():
                return file, parts[size:]
    raise ListingError(f"no module {parts[0]!r} in {FRAMEWORK.as_posix()}{_nearest(root, dotted)}")


def _nearest(root: Path, dotted: str) -> str:
    near = difflib.get_close_matches(dotted, names(root), n=3, cutoff=0.5)
    return f"; near it: {', '.join(near)}" if near else ""


def _read(path: Path) -> _Source:
    return _parse(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=128)
def _parse(path: Path, _changed: int) -> _Source:
    text = path.read_text(encoding="utf-8")
    return _Source(tuple(text.splitlines(keepends=True)), ast.parse(text, filename=str(path)))

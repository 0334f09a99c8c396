"""Reading a test's source: the statement that failed, what it called, and with which values."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from course.values import show

_OPAQUE = re.compile(r"[\[({]*<")
"""How the repr of an object begins that says nothing but its type."""
_Scope = Mapping[str, Any]


@lru_cache(maxsize=32)
def parsed(file: str) -> tuple[ast.Module, list[str]]:
    """The tree and the lines of a source file; empty where it cannot be read or parsed."""
    try:
        text = Path(file).read_text(encoding="utf-8")
        return ast.parse(text), text.splitlines()
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], []), []


def function_at(file: str, line: int) -> ast.FunctionDef | None:
    """The innermost function definition that spans a line."""
    tree, _ = parsed(file)
    spanning = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    )
    return max(spanning, key=lambda node: node.lineno, default=None)


def statement_at(file: str, line: int) -> ast.stmt | None:
    """The smallest statement that spans a line."""
    tree, _ = parsed(file)
    spanning = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    )
    return min(
        spanning, key=lambda n: ((n.end_lineno or 0) - n.lineno, -n.col_offset), default=None
    )


def text_of(file: str, node: ast.AST | None) -> str:
    """A node's source as it is written; of several lines, the common indentation is removed."""
    if not isinstance(node, ast.stmt | ast.expr) or node.end_lineno is None:
        return ""
    _, lines = parsed(file)
    chosen = lines[node.lineno - 1 : node.end_lineno]
    if not chosen:
        return ""
    chosen[-1] = _to_column(chosen[-1], node.end_col_offset or 0)
    first = chosen[0].encode()[node.col_offset :].decode(errors="replace")
    if len(chosen) == 1:
        return _from_column(chosen[0], node.col_offset)
    return "\n".join([first, *textwrap.dedent("\n".join(chosen[1:])).split("\n")])


def _to_column(line: str, column: int) -> str:
    return line.encode()[:column].decode(errors="replace")


def _from_column(line: str, column: int) -> str:
    return line.encode()[column:].decode(errors="replace")


def raising_block(file: str, line: int) -> ast.With | None:
    """The innermost `with pytest.raises(…)` around a line."""
    tree, _ = parsed(file)
    blocks = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        and node.lineno <= line <= (node.end_lineno or 0)
        and raises_call(node)
    )
    return max(blocks, key=lambda node: node.lineno, default=None)


def raises_call(block: ast.With) -> ast.Call | None:
    """The call of `pytest.raises` that opens a block."""
    for item in block.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("pytest.raises", "raises"):
            return call
    return None


def origin(function: ast.FunctionDef | None, expression: ast.AST, line: int) -> ast.stmt | None:
    """The statement above `line` that gave the expression's first name its value by a call."""
    names = [n.id for n in ast.walk(expression) if isinstance(n, ast.Name)]
    if function is None or not names:
        return None
    above = [n for n in ast.walk(function) if isinstance(n, ast.stmt) and n.lineno < line]
    for name in names:
        for statement in sorted(above, key=lambda n: n.lineno, reverse=True):
            if _binds(statement, name):
                return _called_in(statement)
    return None


def simple_statements(function: ast.FunctionDef | None, line: int) -> list[ast.stmt]:
    """The statements of a function above a line that hold no others, from top to bottom."""
    inside = ast.walk(function) if function is not None else ()
    found = [node for node in inside if isinstance(node, ast.stmt) and not hasattr(node, "body")]
    return sorted((node for node in found if node.lineno < line), key=lambda node: node.lineno)


def _binds(statement: ast.stmt, name: str) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            bound: list[ast.AST] = list(targets)
        case ast.AnnAssign(target=target):
            bound = [target]
        case ast.With(items=items):
            bound = [item.optional_vars for item in items if item.optional_vars]
        case _:
            return False
    return any(isinstance(n, ast.Name) and n.id == name for b in bound for n in ast.walk(b))


def _called_in(statement: ast.stmt) -> ast.stmt | None:
    if isinstance(statement, ast.With):
        return statement.body[0] if raises_call(statement) else None
    return statement if has_call(statement) else None


def names_of(node: ast.AST) -> set[str]:
    """The names that appear in a node."""
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def has_call(node: ast.AST) -> bool:
    return any(isinstance(child, ast.Call) for child in ast.walk(node))


def calls_more_than_builtins(node: ast.AST, frame: FrameType) -> bool:
    """Is there a call in a node that may be of the code under test, unlike `len(…)`?"""
    scope = {**frame.f_globals, **frame.f_locals}
    calls = [child.func for child in ast.walk(node) if isinstance(child, ast.Call)]
    return any(not _of_builtins(called, scope) for called in calls)


def _of_builtins(called: ast.expr, scope: _Scope) -> bool:
    if isinstance(called, ast.Name):
        return called.id not in scope and hasattr(builtins, called.id)
    if not isinstance(called, ast.Attribute):
        return False
    if isinstance(called.value, ast.Name) and called.value.id in scope:
        return type(scope[called.value.id]).__module__ == "builtins"
    return isinstance(called.value, ast.Attribute | ast.Subscript | ast.Constant)


def names_in(file: str) -> list[str]:
    """The names of the functions and classes at a file's top level."""
    tree, _ = parsed(file)
    return [name for node in tree.body if (name := getattr(node, "name", ""))]


def values_in(node: ast.AST, frame: FrameType) -> tuple[tuple[str, str], ...]:
    """The names read in a node that stand for data, and their values, in order of appearance."""
    names = dict.fromkeys(
        child.id
        for child in ast.walk(node)
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load)
    )
    scope = {**frame.f_globals, **frame.f_locals}
    found = ((name, scope[name]) for name in names if name in scope)
    shown = ((name, show(value)) for name, value in found if _is_data(value))
    return tuple((name, text) for name, text in shown if not _OPAQUE.match(text))


def _is_data(value: object) -> bool:
    return not (callable(value) or isinstance(value, ModuleType))


def functions_called(node: ast.AST, frame: FrameType) -> Iterator[Any]:
    """The functions that the calls in a node mean, as far as they can be told without calling."""
    scope = {**frame.f_globals, **frame.f_locals}
    for call in (child for child in ast.walk(node) if isinstance(child, ast.Call)):
        found = _meant(call.func, scope)
        if found is not None:
            yield inspect.unwrap(found)


def _meant(expression: ast.expr, scope: _Scope) -> Any:
    if isinstance(expression, ast.Name):
        found = scope.get(expression.id)
        return getattr(found, "__init__", None) if isinstance(found, type) else found
    owner = _owner(expression.value, scope) if isinstance(expression, ast.Attribute) else None
    if owner is None or not isinstance(expression, ast.Attribute):
        return None
    holder = owner if isinstance(owner, type | ModuleType) else type(owner)
    found = inspect.getattr_static(holder, expression.attr, None)
    found = found.fget if isinstance(found, property) else found
    return getattr(found, "__func__", found)


def _owner(expression: ast.expr, scope: _Scope) -> Any:
    """What stands before the dot: the object of a name, or the class that is called there."""
    if isinstance(expression, ast.Name):
        return scope.get(expression.id)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Name):
        made = scope.get(expression.func.id)
        return made if isinstance(made, type) else None
    return None


def line_of(file: str, qualname: str) -> int:
    """The line on which a function or method is defined; 0 where there is none."""
    tree, _ = parsed(file)
    body, found = tree.body, 0
    for name in qualname.split("."):
        node = next((n for n in body if getattr(n, "name", None) == name), None)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return 0
        body, found = node.body, node.lineno
    return found

"""Imports the code under test from its source, every time, and notices each stub it reaches.

Compiled files are told apart by the second and the size of their source: a file saved twice within
a second would run its old code. So nothing under the given folders is read from a compiled file.

The one statement of an unwritten function raises, on the way through here, a NotImplementedError
that also notes itself in `reached`; it is seen even where other code swallows it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, cast

SENTENCE = re.compile(r"step (\d+\.\d+): write (\S+)")
"""What a stub says; the cutting writes it."""

reached: list[str] = []
"""The sentences of the stubs that were called, in order; cleared before each test."""


class NotWritten(NotImplementedError):
    """A function of the learner's that has no body yet was called."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        reached.append(sentence)


def install(folders: Iterable[Path]) -> None:
    """Have every import from below `folders` use the source as it is now."""
    roots = [folder.resolve() for folder in folders]
    hook = _hook_for(roots)
    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()


def _hook_for(roots: list[Path]) -> Callable[[str], Any]:
    make = FileFinder.path_hook((SourceLoader, [".py"]))

    def hook(entry: str) -> Any:
        path = Path(entry).resolve()
        if any(path.is_relative_to(root) for root in roots):
            return make(entry)
        raise ImportError(f"{entry} is not under test")

    return hook


class SourceLoader(SourceFileLoader):
    """Loads a module from its source alone."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        stubs = b"NotImplementedError" in data
        module = _StubsNoted().visit(ast.parse(data, path)) if stubs else data
        code: CodeType = compile(module, path, "exec", dont_inherit=True)
        return code

    def exec_module(self, module: ModuleType) -> None:
        setattr(module, _NAME, NotWritten)
        try:
            super().exec_module(module)
        except SystemExit as end:
            raise ImportError(f"it calls sys.exit({end.code!r}) while it is imported") from end


_NAME = "__not_written__"


class _StubsNoted(ast.NodeTransformer):
    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        if stub_sentence(node):
            call = cast(ast.Call, node.exc)
            call.func = ast.copy_location(ast.Name(_NAME, ast.Load()), call.func)
        return node


def stub_sentence(node: ast.stmt) -> str:
    """What an unwritten function's one statement says; empty for any other statement."""
    match node:
        case ast.Raise(
            exc=ast.Call(func=ast.Name(id="NotImplementedError"), args=[ast.Constant(str(text))])
        ) if SENTENCE.fullmatch(text):
            return text
    return ""


@lru_cache(maxsize=64)
def unwritten(file: Path) -> dict[str, int]:
    """The functions of a file that are stubs still: sentence → line; none if it doesn't parse."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    found = ((stub_sentence(function.body[-1]), function.body[-1].lineno) for function in functions)
    return {sentence: line for sentence, line in found if sentence}

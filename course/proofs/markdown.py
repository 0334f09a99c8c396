"""The fences of a page, those in folded blocks too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

SKETCH = "{.sketch}"
"""In a fence's first line: not to be run."""

_BLOCK = re.compile(r"(\?\?\?\+?|!!!|===!?)\s+\S")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_INDENT = 4


@dataclass(frozen=True)
class Fence:
    """A block of code on a page."""

    language: str
    info: str
    text: str
    line: int
    """The line of its first line of code on the page."""


def fences(path: Path) -> list[Fence]:
    """The fences in the order of the page; the front matter is left out, but its lines count."""
    text = path.read_text(encoding="utf-8")
    head = _FRONT_MATTER.match(text)
    skipped = head[0].count("\n") if head else 0
    tokens = _parser().parse("\n" * skipped + text[head.end() if head else 0 :])
    return [_fence(token) for token in tokens if token.type == "fence"]


def _fence(token: Token) -> Fence:
    info = token.info.strip()
    language = info.partition(" ")[0].partition("{")[0]
    first = token.map[0] + 2 if token.map else 0  # counted from 0, and the fence's own line
    return Fence(language, info, token.content, first)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    ends = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("code", "indented-block", _indented_block, {"alt": ends})
    return parser


def _indented_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A `???`, `!!!` or `===` line, and the lines below it that are indented by four."""
    if state.is_code_block(start) or not _BLOCK.match(_line(state, start)):
        return False
    if silent:
        return True
    inner = state.blkIndent + _INDENT
    stop = start + 1
    while stop < end and (state.isEmpty(stop) or state.sCount[stop] >= inner):
        stop += 1
    _tokenize_indented(state, start + 1, stop, inner)
    state.line = stop
    return True


def _tokenize_indented(state: StateBlock, start: int, stop: int, indent: int) -> None:
    outer, parent, last = state.blkIndent, state.parentType, state.lineMax
    state.blkIndent, state.parentType, state.lineMax = indent, "blockquote", stop
    state.md.block.tokenize(state, start, stop)
    state.blkIndent, state.parentType, state.lineMax = outer, parent, last


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def languages(fences: Sequence[Fence], *wanted: str) -> list[Fence]:
    """The fences of these languages that are not sketches."""
    return [fence for fence in fences if fence.language in wanted and SKETCH not in fence.info]

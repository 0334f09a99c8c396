"""The directives of a chapter's page: a line `::: name argument` stands for generated Markdown.

A Markdown extension is not told which page it works on, in MkDocs or in Zensical. So a directive
names its step or chapter in full (`2.3`, `2`), as the learner's command does.
"""

import difflib
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course.book import Book, BookError, Chapter, Step, module_name
from course.site.listings import FRAMEWORK, Listing, ListingError, resolve, whole_file

SOURCE_PAGES = "../source"
"""The pages that show whole files, from a chapter's page."""
SOURCE_URLS = "../../source"
"""The same as addresses. A builder knows the anchors of headings, but not those of a code block's
lines, and would warn of a link to one; so a link to a line is HTML, which builders leave alone."""

_FENCE = re.compile(r"[ ]*(?:>[ ]*)*(?P<mark>`{3,}|~{3,})(?P<rest>.*)")
_DIRECTIVE = re.compile(r"(?P<indent>[ ]*):::[ ]+(?P<name>\S+)[ ]*(?P<argument>.*?)[ ]*")


class DirectiveError(ValueError):
    """A directive that cannot be carried out; the message gives its line and the cure."""


@dataclass(frozen=True)
class Directive:
    """One `::: name argument` as it stands in a page."""

    line: int
    """Counted from 1 in the text that was searched."""
    indent: str
    name: str
    argument: str

    def __str__(self) -> str:
        return f"::: {self.name} {self.argument}".rstrip()


def find(text: str) -> list[Directive]:
    """The directives of a page in order; what stands in a fence is text and no directive."""
    return [item for item in _scan(text.split("\n")) if isinstance(item, Directive)]


def expand(root: Path, lines: Sequence[str]) -> list[str]:
    """A page's lines, each directive replaced by what it stands for.

    Raises DirectiveError for a directive, step, chapter or name that does not exist.
    """
    expanded: list[str] = []
    for item in _scan(lines):
        if isinstance(item, str):
            expanded.append(item)
            continue
        block = textwrap.indent(_carry_out(root, item), item.indent)
        expanded += ["", *block.split("\n"), ""]
    return expanded


def _scan(lines: Iterable[str]) -> Iterator[Directive | str]:
    """Each line of a page: a Directive where it is one, else the line itself."""
    open_fence = ""
    for number, line in enumerate(lines, 1):
        fence = _FENCE.fullmatch(line)
        if open_fence:
            if fence and fence["mark"].startswith(open_fence) and not fence["rest"].strip():
                open_fence = ""
        elif fence:
            open_fence = fence["mark"]
        elif found := _DIRECTIVE.fullmatch(line):
            yield Directive(number, found["indent"], found["name"], found["argument"])
            continue
        yield line


def _carry_out(root: Path, directive: Directive) -> str:
    action = ACTIONS.get(directive.name)
    if action is None:
        near = difflib.get_close_matches(directive.name, ACTIONS, n=1)
        known = f"is {near[0]!r} meant?" if near else f"there are {', '.join(ACTIONS)}"
        raise DirectiveError(f"line {directive.line}, {directive}: no such directive; {known}")
    try:
        return action(root, directive.argument)
    except (BookError, ListingError, OSError) as error:
        raise DirectiveError(f"line {directive.line}, {directive}: {error}") from error


def _listing(root: Path, name: str) -> str:
    return _block(resolve(root, name))


def _restaurant(root: Path, number: str) -> str:
    chapter = _chapter(root, number)
    listing = whole_file(root, chapter.restaurant.relative_to(root))
    return _caption("restaurant.py", f"lines 1 to {listing.last_line}") + _code(listing)


def _hints(root: Path, label: str) -> str:
    hints = Book.load(root).step(label).hints
    return "\n\n".join(
        _folded("tip", f"Hint {number} of {len(hints)}", hint)
        for number, hint in enumerate(hints, 1)
    )


def _reference(root: Path, label: str) -> str:
    writes = Book.load(root).step(label).writes
    listings = [_block(resolve(root, write.name)) for write in writes]
    return _folded("success", "The reference, to compare with yours", "\n\n".join(listings))


def _write(root: Path, label: str) -> str:
    step = Book.load(root).step(label)
    body = [*_files_to_edit(root, step), "", "```sh", f"python3 -m course test {label}", "```"]
    minutes = f"about {step.minutes} minutes"
    return f'!!! write "Write step {label}, {minutes}"\n' + _indented("\n".join(body))


def _files_to_edit(root: Path, step: Step) -> list[str]:
    """A line for each file that the step has the learner edit, with the functions in it."""
    lines = []
    for file in dict.fromkeys(write.file for write in step.writes):
        path = (step.chapter.exercise_dir / file).relative_to(root).as_posix()
        names = [f"`{write.qualname}`" for write in step.writes if write.file == file]
        lines.append(f"In `{path}`: {', '.join(names)}.")
    return lines


def _files(root: Path, number: str) -> str:
    last = _chapter(root, number).number
    chapters = [chapter for chapter in Book.load(root).chapters if chapter.number <= last]
    rows = ["| File | Chapter | Lines |", "| --- | --- | ---: |"]
    total = 0
    for chapter in chapters:
        for file in chapter.files:
            lines = whole_file(root, FRAMEWORK / file).last_line
            total += lines
            page = f"{SOURCE_PAGES}/{module_name(file)}.md"
            where = f"[{chapter}](../{chapter.folder}/index.md)"
            rows.append(f"| [`{file}`]({page}) | {where} | {lines} |")
    return "\n".join([*rows, f"| together | {len(chapters)} so far | {total} |"])


ACTIONS: dict[str, Callable[[Path, str], str]] = {
    "listing": _listing,
    "restaurant": _restaurant,
    "hints": _hints,
    "reference": _reference,
    "write": _write,
    "files": _files,
}


def _chapter(root: Path, number: str) -> Chapter:
    if not re.fullmatch("[0-9]+", number):
        raise BookError(f"{number!r} is no chapter's number; write it as in '::: files 2'")
    return Book.load(root).chapter(int(number))


def _block(listing: Listing) -> str:
    """A listing under a caption that leads to the same line on the page of the whole file."""
    file = listing.file.relative_to(FRAMEWORK.parent)
    module = module_name(PurePosixPath(file.relative_to(FRAMEWORK.name)))
    address = f"{SOURCE_URLS}/{module}/#__codelineno-0-{listing.first_line}"
    if listing.first_line == listing.last_line:
        lines = f"line {listing.first_line}"
    else:
        lines = f"lines {listing.first_line} to {listing.last_line}"
    return _caption(f'<a href="{address}">{file.as_posix()}</a>', lines) + _code(listing)


def _caption(file: str, lines: str) -> str:
    return f"<code>{file}</code> {lines}\n{{ .listing }}\n\n"


def _code(listing: Listing) -> str:
    longest = max((len(run) for run in re.findall("`+", listing.text)), default=0)
    fence = "`" * max(3, longest + 1)
    start = listing.first_line
    return f'{fence}python linenums="{start}"\n{listing.text.rstrip()}\n{fence}'


def _folded(kind: str, title: str, body: str) -> str:
    return f'??? {kind} "{title}"\n' + _indented(body.strip())


def _indented(body: str) -> str:
    return textwrap.indent(body, "    ")

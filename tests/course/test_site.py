"""The pages: the directives, the listings, and the site that both builders make of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import markdown
import pytest
import yaml

from course.book import Book, module_name
from course.site.directives import ACTIONS, DirectiveError, expand, find
from course.site.listings import FRAMEWORK, ListingError, names, resolve
from tests.course import made_up
from tests.course.conftest import ROOT, Site

SOURCE = '''\
"""Doors.

The first file.
"""

import os

# How many may wait.
QUEUE = 3  # guests

# ---- opening ----

# Why this is here.
@staticmethod
def open_door(key):
    """Open it."""
    return key
    # the end of the body


class Door:
    """A door."""

    colour = "red"

    # about knocking
    def knock(self):
        return "knock"

    @property
    def width(self):
        return 1

    @width.setter
    def width(self, value):
        pass


if os.name == "nt":
    def lock():
        return "nt"
else:
    lock = None
LAST: int = 4
"""What is left."""
'''


@pytest.fixture
def doors(tmp_path: Path) -> Path:
    file = tmp_path / FRAMEWORK / "doors.py"
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made_up.book(tmp_path)


# Listings


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("doors", '"""Doors.', '"""What is left."""'),
        ("doors:head", '"""Doors.', "QUEUE = 3  # guests"),
        ("doors.QUEUE", "# How many may wait.", "QUEUE = 3  # guests"),
        ("doors.open_door", "# ---- opening ----", "    # the end of the body"),
        ("doors.Door", "class Door:", "        pass"),
        ("doors.Door:head", "class Door:", '    colour = "red"'),
        ("doors.Door.colour", '    colour = "red"', '    colour = "red"'),
        ("doors.Door.knock", "    # about knocking", '        return "knock"'),
        ("doors.Door.width", "    @property", "        pass"),
        ("doors.lock", 'if os.name == "nt":', "    lock = None"),
        ("doors.LAST", "LAST: int = 4", '"""What is left."""'),
    ],
)
def test_a_name_stands_for_whole_lines(doors: Path, name: str, first: str, last: str) -> None:
    listing = resolve(doors, name)
    lines = listing.text.splitlines()
    assert (lines[0], lines[-1]) == (first, last)
    assert listing.file == FRAMEWORK / "doors.py"
    assert SOURCE.splitlines()[listing.first_line - 1 : listing.last_line] == lines


def test_the_parts_of_a_file_leave_no_line_out(doors: Path) -> None:
    parts = ["doors:head", "doors.open_door", "doors.Door", "doors.lock", "doors.LAST"]
    shown = {
        line
        for part in [resolve(doors, name) for name in parts]
        for line in range(part.first_line, part.last_line + 1)
    }
    left_out = [line for line in range(1, SOURCE.count("\n") + 1) if line not in shown]
    assert all(not SOURCE.splitlines()[line - 1] for line in left_out)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("doors.open_dor", "no 'doors.open_dor' in framework/bistro/doors.py; near it: doors.open"),
        ("doors.Door.knok", "near it: doors.Door.knock"),
        ("dors", "no module 'dors' in framework/bistro; near it: doors"),
        ("doors.QUEUE.x", "no 'doors.QUEUE.x'"),
        ("doors:tail", "only ':head' may follow a name, not ':tail'"),
        ("doors.open_door:head", "':head' is for modules and classes"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_its_nearest(
    doors: Path, name: str, says: str
) -> None:
    with pytest.raises(ListingError) as caught:
        resolve(doors, name)
    assert says in str(caught.value)


def test_every_name_of_the_framework_can_be_listed() -> None:
    found = names(ROOT)
    assert len(found) > 20
    for name in found:
        listing = resolve(ROOT, name)
        assert (ROOT / listing.file).read_text(encoding="utf-8").count(listing.text) >= 1


# Directives


def test_directives_are_found_outside_fences() -> None:
    text = "::: write 1.1\n```text\n::: hints 1.1\n```\n    ::: files 2\n~~~~\n~~~\n::: x\n~~~~\n"
    found = [(item.line, item.indent, item.name, item.argument) for item in find(text)]
    assert found == [(1, "", "write", "1.1"), (5, "    ", "files", "2")]


def test_the_box_that_opens_a_step_tells_what_to_do(root: Path) -> None:
    box = "\n".join(expand(root, ["::: write 1.2"]))
    assert '!!! write "Write step 1.2, about 10 minutes"' in box
    assert "In `exercises/01-dough/bistro/dough.py`: `Oven.bake`." in box
    assert "python3 -m course test 1.2" in box


def test_hints_come_in_order_each_folded(root: Path) -> None:
    lines = expand(root, ["::: hints 1.1"])
    assert [line for line in lines if line.startswith("???")] == [
        '??? tip "Hint 1 of 2"',
        '??? tip "Hint 2 of 2"',
    ]
    assert lines.index("    Percent means of a hundred.") < lines.index("    Look at `//`.")


def test_the_reference_is_the_frameworks_function_folded(root: Path) -> None:
    lines = expand(root, ["::: reference 1.1"])
    assert '??? success "The reference, to compare with yours"' in lines
    code = resolve(root, "dough.hydration")
    assert [line[4:] for line in lines if line[4:] in code.text.splitlines() and line.strip()] == [
        line for line in code.text.splitlines() if line.strip()
    ]


def test_the_files_so_far_are_counted(root: Path) -> None:
    table = "\n".join(expand(root, ["::: files 1"]))
    lines = len((root / FRAMEWORK / "dough.py").read_text(encoding="utf-8").splitlines())
    assert (
        f"| [`dough.py`](../source/dough.md) | [1 Dough](../01-dough/index.md) | {lines} |" in table
    )
    assert f"| together | 1 so far | {lines} |" in table
    assert "salt.py" not in table
    assert "salt.py" in "\n".join(expand(root, ["::: files 2"]))


def test_a_directive_keeps_its_place_in_an_indented_block(root: Path) -> None:
    lines = expand(root, ["    ::: listing dough.FLOUR"])
    assert "    FLOUR = 500" in lines
    assert all(line.startswith("    ") for line in lines if line)


def test_a_listing_that_holds_a_fence_is_fenced_with_a_longer_one(doors: Path) -> None:
    file = doors / FRAMEWORK / "fences.py"
    file.write_text('TEXT = """\n```\ncode\n```\n"""\n', encoding="utf-8")
    lines = expand(doors, ["::: listing fences"])
    assert '````python linenums="1"' in lines
    assert "````" in lines


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("::: lisitng dough", "line 2, ::: lisitng dough: no such directive; is 'listing' meant?"),
        ("::: zzz 1", f"there are {', '.join(ACTIONS)}"),
        ("::: hints 2", "'2' is no step; a step is written as chapter.step, such as 3.2"),
        ("::: hints 1.9", "the nearest is 1.2 Bake"),
        ("::: files 1.1", "'1.1' is no chapter's number"),
        ("::: listing dough.hydratoin", "near it: dough.hydration"),
    ],
)
def test_a_directive_that_cannot_be_carried_out_says_where_and_why(
    root: Path, line: str, says: str
) -> None:
    with pytest.raises(DirectiveError) as caught:
        expand(root, ["# Dough", line])
    assert "line 2" in str(caught.value)
    assert says in str(caught.value)


def test_python_markdown_expands_them_with_the_sites_own_extensions(root: Path) -> None:
    config = yaml.load(  # a safe loader but for the names of Python objects
        (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), yaml.UnsafeLoader
    )
    listed = [e if isinstance(e, dict) else {e: {}} for e in config["markdown_extensions"]]
    options = {name: value for entry in listed for name, value in entry.items()}
    options["course.site.extension"] = {"root": str(root)}
    html = markdown.markdown(
        "::: write 1.1\n\n::: hints 1.1\n\n::: reference 1.1\n\n```text\n::: files 1\n```",
        extensions=list(options),
        extension_configs=options,
    )
    assert '<div class="admonition write">' in html
    assert html.count("<details") == 3
    assert 'class="linenos" data-linenos' in html
    assert "::: files 1" in html
    assert "::: write" not in html


# The site


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_the_site_builds_without_a_warning(builder: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(f"{builder}_site")
    assert not re.search("warning|error", site.said, re.IGNORECASE), site.said
    assert len(site.pages) > 10


def test_both_builders_make_the_same_pages(mkdocs_site: Site, zensical_site: Site) -> None:
    assert mkdocs_site.pages == zensical_site.pages


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_no_directive_and_no_front_matter_reaches_a_reader(
    builder: str, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(f"{builder}_site")
    for chapter in Book.load(ROOT).chapters:
        page = _Page.read(site.folder / chapter.folder / "index.html")
        assert ":::" not in page.prose
        assert "writes:" not in page.prose
        for step in chapter.steps:
            assert f"step-{step.number}-" in " ".join(page.ids)


@pytest.mark.parametrize("builder", ["mkdocs", "zensical"])
def test_every_link_within_the_site_leads_somewhere(
    builder: str, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(f"{builder}_site")
    pages = {f"/{page}": _Page.read(site.folder / page / "index.html") for page in site.pages}
    dead = [
        f"{here} -> {link}"
        for here, page in pages.items()
        for link in page.links
        if not _leads_somewhere(site, pages, here, link)
    ]
    assert dead == []


def test_no_page_names_a_file_of_another_host(mkdocs_site: Site) -> None:
    for page in mkdocs_site.pages:
        loaded = _Page.read(mkdocs_site.folder / page / "index.html").loads
        assert [address for address in loaded if urlsplit(address).netloc] == []


def test_every_chapter_is_in_the_navigation_under_its_part() -> None:
    nav = _nav()
    for chapter in Book.load(ROOT).chapters:
        part = next(section[chapter.part] for section in nav if chapter.part in section)
        assert {str(chapter): f"{chapter.folder}/index.md"} in part


def test_every_file_of_a_chapter_has_a_page_that_listings_link_to() -> None:
    for chapter in Book.load(ROOT).chapters:
        for file in chapter.files:
            module = module_name(file)
            page = ROOT / "chapters/source" / f"{module}.md"
            assert f"::: listing {module}\n" in page.read_text(encoding="utf-8")


def test_every_part_of_the_book_has_a_page() -> None:
    numerals = ["I", "II", "III", "IV", "V"]
    for number, numeral in enumerate(numerals, 1):
        page = (ROOT / f"chapters/part-{number}.md").read_text(encoding="utf-8")
        assert f"# Part {numeral}: " in page


def test_the_vendored_mermaid_has_its_licence_beside_it() -> None:
    folder = ROOT / "chapters/assets/mermaid"
    assert "MIT" in (folder / "LICENSE.txt").read_text(encoding="utf-8")


def _nav() -> list[dict[str, list[dict[str, str]]]]:
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nav: list[dict[str, list[dict[str, str]]]]
    nav = yaml.safe_load(text[text.index("nav:\n") : text.index("not_in_nav:")])["nav"]
    return nav


def _leads_somewhere(site: Site, pages: dict[str, _Page], here: str, link: str) -> bool:
    parts = urlsplit(urljoin(f"http://site{here}", link))
    if parts.netloc != "site" or parts.scheme != "http":
        return True
    target = pages.get(parts.path)
    if target is None:
        return (site.folder / unquote(parts.path).lstrip("/")).is_file()
    return not parts.fragment or unquote(parts.fragment) in target.ids


class _Page(HTMLParser):
    """What a built page says, links to, loads, and can be linked to at."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.prose = ""
        self.open: list[str] = []

    @classmethod
    def read(cls, path: Path) -> _Page:
        page = cls()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in ("script", "img", "iframe") and "src" in values:
            self.loads.append(values["src"])
        if tag == "link" and values.get("rel") != "canonical":
            self.loads.append(values.get("href", ""))
        if tag in ("pre", "code", "script"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open:
            self.prose += data

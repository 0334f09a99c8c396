"""The pages in a real browser: narrow and wide, light and dark, in both builders' clothes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.course.conftest import Site

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python")

pytestmark = pytest.mark.needs("chromium")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
AXE = Path(axe.__file__).with_name("axe.min.js")
NARROW, WIDE = 360, 1400
SETTLE = 15_000
"""Milliseconds that the diagrams of a page may take."""

# The themes draw into closed shadow trees, where neither a test nor axe can look.
OPEN_SHADOWS = """
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return attach.call(this, { ...options, mode: "open" });
};
"""

# Every diagram is replaced by a host element; while one is still a <pre>, it is not drawn.
ALL_DRAWN = 'document.querySelectorAll("pre.mermaid").length === 0'

# What was drawn of each diagram: the shapes and words in its picture, and its size.
DIAGRAMS = """
[...document.querySelectorAll("div.mermaid")].map(host => {
  const svg = host.shadowRoot?.querySelector("svg");
  if (!svg) return { shapes: 0, words: "" };
  const box = svg.getBoundingClientRect();
  return {
    shapes: svg.querySelectorAll("path, rect, line, circle, polygon").length,
    words: svg.textContent.replace(svg.querySelector("style")?.textContent ?? "", "").trim(),
    error: /syntax error/i.test(svg.textContent),
    wide: box.width > 40 && box.height > 20,
  };
})
"""

# Text that nobody can get to: beyond the page's edge, or in a box that hides what does not fit.
CUT_OFF = """
(() => {
  const cut = [];
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth)
    cut.push(`the page is ${page.scrollWidth} px wide in ${page.clientWidth}`);
  const scrolls = e => /auto|scroll/.test(getComputedStyle(e).overflowX);
  const hides = e => /hidden|clip/.test(getComputedStyle(e).overflowX);
  const name = e => `${e.localName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`;
  for (const element of document.querySelectorAll(".md-content *")) {
    if (element.closest(".md-clipboard, .md-code__nav, .md-tooltip, .headerlink")) continue;
    if (!element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2 || !element.textContent.trim()) continue;
    if (hides(element) && element.scrollWidth > element.clientWidth + 1) cut.push(name(element));
    if (box.right <= page.clientWidth + 1 && box.left >= -1) continue;
    let above = element.parentElement;
    while (above && !scrolls(above)) above = above.parentElement;
    if (!above) cut.push(name(element));
  }
  return cut.slice(0, 10);
})()
"""

# Words of the code become plain text: axe takes a minute for a thousand equal ones. One of a kind
# stays, and nothing gets another size.
ONE_OF_A_KIND = """
(() => {
  const seen = new Set();
  for (const word of document.querySelectorAll(".highlight code span, .highlight code a")) {
    if (word.querySelector("span, a")) continue;
    const box = word.closest(".admonition, details");
    const kind = [word.localName, word.className, word.parentElement.localName, box?.className];
    if (seen.has(kind.join())) word.replaceWith(word.textContent);
    seen.add(kind.join());
  }
  document.querySelectorAll(".highlight code").forEach(code => code.normalize());
})()
"""

# Marks what shows text, where nothing before had the same tags and classes around it.
MARK_NEW_KINDS = """
known => {
  const seen = new Set(known);
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim());
    if (!element.checkVisibility() || !(text || element.matches("input"))) continue;
    let kind = "";
    for (let above = element; above !== document.body; above = above.parentElement)
      kind += `${above.localName}.${above.getAttribute("class")} `;
    if (!seen.has(kind)) element.dataset.newKind = "";
    seen.add(kind);
  }
  return [...seen];
}
"""

# The page's scripts have been told of a new size by then.
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

FAULTS = """
async ([where, options]) => {
  const found = await axe.run(where ?? document, { resultTypes: ["violations"], ...options });
  const places = fault => fault.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(" | ");
  return found.violations
    .filter(fault => ["serious", "critical"].includes(fault.impact))
    .map(fault => `${fault.id}: ${places(fault)}`);
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, serve: Callable[[Path], str]) -> Iterator[Callable[..., Visit]]:
    contexts = []

    def start(site: Site, width: int) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            reduced_motion="reduce",
        )
        contexts.append(context)
        return Visit(context, site, serve(site.folder))

    yield start
    for context in contexts:
        context.close()


class Visit:
    """A reader who opens the pages of a site and notes what is wrong with them."""

    def __init__(self, context: Any, site: Site, address: str) -> None:
        self.site = site
        self.address = address
        self.faults: list[str] = []
        self.diagrams = 0
        self.kinds: list[str] = []
        """What was looked at for its colours, on this page or one before."""
        self.page = context.new_page()
        self.page.add_init_script(OPEN_SHADOWS)
        self.page.on("request", self._on_request)
        self.page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        self.page.on("requestfailed", self._on_failure)
        self.page.on("response", self._on_response)

    def open(self, path: str) -> None:
        self.path = path
        self.page.goto(self.address + path)
        try:
            self.page.wait_for_function(ALL_DRAWN, timeout=SETTLE)
        except playwright.TimeoutError:
            self._note("a diagram is not drawn")

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.evaluate(NEXT_FRAMES)

    def look_at_diagrams(self) -> None:
        for diagram in self.page.evaluate(DIAGRAMS):
            self.diagrams += 1
            drawn = diagram["shapes"] > 2 and diagram["words"] and diagram["wide"]
            if not drawn or diagram["error"]:
                self._note(f"a diagram without content: {diagram}")

    def look_for_cut_text(self) -> None:
        for where in self.page.evaluate(CUT_OFF):
            self._note(f"text is cut off: {where}")

    def thin_out(self) -> None:
        """Leave axe less to do; nothing else can look at the code afterwards."""
        self.page.evaluate(ONE_OF_A_KIND)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))

    def look_for_barriers(self) -> None:
        self._ask_axe("light", {"rules": {"color-contrast": {"enabled": False}}})

    def look_at_colours(self) -> None:
        """The contrasts of what no page before had, in light and in dark."""
        known = len(self.kinds)
        self.kinds = self.page.evaluate(MARK_NEW_KINDS, self.kinds)
        if len(self.kinds) == known:
            return
        self._ask_axe("light", {"runOnly": ["color-contrast"]}, "[data-new-kind]")
        self.page.emulate_media(color_scheme="dark")
        try:
            self.page.wait_for_selector("body[data-md-color-scheme=slate]", timeout=3000)
        except playwright.TimeoutError:
            self._note("stays light in the dark")
        self._ask_axe("dark", {"runOnly": ["color-contrast"]}, "[data-new-kind]")
        self.page.emulate_media(color_scheme="light")

    def _ask_axe(self, scheme: str, options: dict[str, Any], where: str | None = None) -> None:
        for fault in self.page.evaluate(FAULTS, [where, options]):
            self._note(f"axe, {scheme}: {fault}")

    def unfold(self) -> None:
        self.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self._note(f"asks another host: {request.url}")

    def _on_failure(self, request: Any) -> None:
        if "ERR_ABORTED" not in request.failure:  # given up by the browser when the page was left
            self._note(f"does not load: {request.url}")

    def _on_response(self, response: Any) -> None:
        if response.status >= 400:
            self._note(f"answered with {response.status}: {response.url}")

    def _note(self, fault: str) -> None:
        self.faults.append(f"/{self.path}: {fault}")


def telling_pages(site: Site) -> list[str]:
    """All pages, but of those with a file's source the longest alone: one directive makes them."""
    sources = [path for path in site.pages if path.startswith("source/")]
    assert sources
    longest = max(sources, key=lambda path: (site.folder / path / "index.html").stat().st_size)
    return [path for path in site.pages if path not in sources or path == longest]


def test_every_page_can_be_read(mkdocs_site: Site, visit: Callable[..., Visit]) -> None:
    reader = visit(mkdocs_site, WIDE)
    for path in telling_pages(mkdocs_site):
        reader.open(path)
        reader.look_at_diagrams()
        reader.unfold()
        reader.look_for_cut_text()
        reader.resize(NARROW)
        reader.look_for_cut_text()
        reader.thin_out()
        reader.look_for_barriers()
        reader.resize(WIDE)
        reader.look_for_barriers()
        reader.look_at_colours()
    assert not reader.faults, "\n".join(reader.faults)
    assert reader.diagrams == _diagrams_written(mkdocs_site)


def test_zensical_draws_the_diagrams_and_asks_no_other_host(
    zensical_site: Site, visit: Callable[..., Visit]
) -> None:
    reader = visit(zensical_site, NARROW)
    for path in telling_pages(zensical_site):
        reader.open(path)
        reader.look_at_diagrams()
        reader.look_for_cut_text()
    assert not reader.faults, "\n".join(reader.faults)
    assert reader.diagrams == _diagrams_written(zensical_site)


def test_the_reader_notices_what_is_wrong(tmp_path: Path, visit: Callable[..., Visit]) -> None:
    (tmp_path / "index.html").write_text(
        """<!doctype html><title>Faults</title><body class="md-content">
        <img src="http://127.0.0.1:9/picture.png">
        <div class="mermaid"></div>
        <main style="width: 600px; color: #eee; background: #fff">Pale, and too wide.</main>
        <p style="width: 3em; overflow: hidden; white-space: nowrap">Hidden by its own box.</p>
        <pre class="highlight" style="width: 9em; overflow: auto"><code><span class="n">many</span>
        and more <span class="n">words that</span> <span class="n">no key meets</span></code></pre>
        """,
        encoding="utf-8",
    )
    reader = visit(Site(tmp_path, ""), NARROW)
    reader.open("")
    reader.look_at_diagrams()
    reader.look_for_cut_text()
    reader.thin_out()
    reader.look_for_barriers()
    reader.look_at_colours()
    noted = "\n".join(reader.faults)
    for fault in (
        "asks another host: http://127.0.0.1:9/picture.png",
        "a diagram without content",
        "the page is 6",
        "text is cut off: p.: Hidden by its own box.",
        "axe, light: color-contrast",
        "axe, light: image-alt",
        "axe, light: scrollable-region-focusable",
        "stays light in the dark",
    ):
        assert fault in noted


def test_search_finds_a_word_without_another_host(
    mkdocs_site: Site, visit: Callable[..., Visit]
) -> None:
    reader = visit(mkdocs_site, WIDE)
    reader.open("")
    reader.page.click("[data-md-component=search-query]")
    reader.page.keyboard.type("smuggling")
    found = reader.page.wait_for_selector(".md-search-result__item a")
    assert "glossary" in found.get_attribute("href") or "http" in found.get_attribute("href")
    assert not reader.faults, "\n".join(reader.faults)


def _diagrams_written(site: Site) -> int:
    pages = (site.folder / page / "index.html" for page in site.pages)
    return sum(page.read_text(encoding="utf-8").count('<pre class="mermaid"') for page in pages)

"""The Python-Markdown extension of the pages, for MkDocs and Zensical: `course.site.extension`.

It works on the page's text before any other part of Python-Markdown sees it, so that what a
directive stands for is Markdown like the author's own: highlighted, folded, linked, searched.
"""

from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from course.site.directives import expand

ROOT = Path(__file__).parents[2]
BEFORE_FENCES = 28
"""Between normalising white space (30) and taking out fenced code (25)."""


class Directives(Extension):
    """Expands the directives; the option `root` is the repository the names are looked up in."""

    def __init__(self, **options: Any) -> None:
        self.config = {"root": [str(ROOT), "the repository that steps and names are looked up in"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Python-Markdown's spelling
        """Put the expansion in front of the fences."""
        expander = _Expander(Path(self.getConfig("root")))
        md.preprocessors.register(expander, "directives", BEFORE_FENCES)


class _Expander(Preprocessor):
    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def run(self, lines: list[str]) -> list[str]:
        return expand(self.root, lines)


def makeExtension(**options: Any) -> Directives:  # noqa: N802  # Python-Markdown's spelling
    """What Python-Markdown calls for the name `course.site.extension`."""
    return Directives(**options)

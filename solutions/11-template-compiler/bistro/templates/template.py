"""A template: compiled once, rendered as often as one likes.

The compiler's Python is executed to get the functions that write; an error that they raise is shown
with the lines of the template instead of theirs.
"""

from __future__ import annotations

from types import TracebackType

from bistro.templates.compiler import Settings, generate
from bistro.templates.errors import TemplateError, TemplateSyntaxError
from bistro.templates.lexer import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Blocks = dict[str, list[Callable[..., Iterator[str]]]]
    Root = Callable[[dict[str, Any], Blocks], Iterator[str]]

ROOT = "root"
LINES = "__template_lines__"
"""Where a generated module keeps the template's line for each of its own."""
DONE = -1
"""No instruction's number: with it Python shows the line that a traceback has, and seeks none."""


class Template:
    """A text with blanks, ready to be filled in.

    `source` is the template's text, `name` what messages call it, `path` the file it was read from.
    `python` is the text it was compiled to. Raises TemplateSyntaxError.
    """

    def __init__(
        self,
        source: str,
        settings: Settings | None = None,
        name: str = "<template>",
        path: str | None = None,
    ) -> None:
        self.settings = Settings() if settings is None else settings
        self.name = name
        self.path = path or name
        self.source = Source(source, name, keep_newline=self.settings.keep_trailing_newline)
        generated = generate(self.source, self.settings)
        self.python = generated.python
        self.names: dict[str, Any] = {**generated.names, LINES: generated.lines, "template": self}
        execute(self, generated.lines)
        self.root: Root = self.names[ROOT]

    def render(self, *args: Any, **context: Any) -> str:
        """The text with the values of `context` filled in; a dict may be given instead of names.

        Raises UndefinedError for what is missing and needed, SecurityError for what is out of
        reach, TemplateError for templates that call each other without end, and whatever the
        values' own functions raise; tracebacks show the template's lines.
        """
        try:
            return "".join(self.root(self.new_context(*args, **context), {}))
        except RecursionError as error:
            raise self.endless() from error
        except Exception as error:
            error.__traceback__ = in_template_lines(error.__traceback__)
            raise

    def stream(self, *args: Any, **context: Any) -> Iterator[str]:
        """The same text piece by piece, each as soon as it is there; none of them is empty."""
        try:
            yield from filter(None, self.root(self.new_context(*args, **context), {}))
        except RecursionError as error:
            raise self.endless() from error
        except Exception as error:
            error.__traceback__ = in_template_lines(error.__traceback__)
            raise

    def new_context(self, *args: Any, **context: Any) -> dict[str, Any]:
        """All names that the template can read: the globals, and over them those of the caller."""
        return {**self.settings.globals, **dict(*args, **context)}

    def endless(self) -> TemplateError:
        """The error for a template that never comes to an end of calling."""
        return TemplateError(
            f"{self.name}: calls are nested too deeply: does an include, an extends, a macro or a "
            "recursive loop call itself without end?"
        )


def execute(template: Template, lines: list[int]) -> None:
    """Run the generated module, so that its names hold the functions that write."""
    try:
        code = compile(template.python, template.path, "exec")
    except (SyntaxError, RecursionError, MemoryError) as error:
        line = lines[min(getattr(error, "lineno", None) or 1, len(lines)) - 1]
        text = template.source.text.split("\n")[line - 1]
        message = f"too much for Python to compile: {error}"
        raise TemplateSyntaxError(message, template.name, line, 1, text) from error
    exec(code, template.names)  # noqa: S102  that is what a compiler is for


def in_template_lines(traceback: TracebackType | None) -> TracebackType | None:
    """The same traceback, in which generated code stands with the lines of its template.

    Code is generated where the globals of its frame have LINES. Such an entry gets DONE for its
    instruction, the template's line, and the template is remembered; one that has DONE already, and
    every other entry, is copied as it is.
    """
    entries = []
    while traceback:
        entries.append(traceback)
        traceback = traceback.tb_next
    for entry in reversed(entries):
        frame, instruction, line = entry.tb_frame, entry.tb_lasti, entry.tb_lineno
        if LINES in frame.f_globals and instruction != DONE:
            remember(frame.f_globals["template"])
            instruction, line = DONE, frame.f_globals[LINES][line - 1]
        traceback = TracebackType(traceback, frame, instruction, line)
    return traceback


def remember(template: Template) -> None:
    """Let tracebacks show the lines of a template, which may come from no file."""
    import linecache

    lines = [line + "\n" for line in template.source.text.split("\n")]
    linecache.cache[template.path] = (len(template.source.text), None, lines, template.path)

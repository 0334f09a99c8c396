"""What can be wrong with a template: one small family of exceptions.

Each says what was wrong and where; a syntax error also shows the line, with a caret under the
place. The lexer and the parser raise them first, everything above adds its own cases.
"""

from __future__ import annotations

from bistro.sockets import BistroError

SHOWN = 100
"""How many characters of a long line a message shows, around the column."""


class TemplateError(BistroError):
    """The base of every error that a template can raise."""


class TemplateSyntaxError(TemplateError):
    """The template is not written in the language; `str()` shows the line with a caret below.

    `message` says what was wrong and what would be right, `name` is the template's name, `line` and
    `column` count from 1, `source_line` is the text of that line without its newline.
    """

    def __init__(self, message: str, name: str, line: int, column: int, source_line: str) -> None:
        raise NotImplementedError("step 10.1: write TemplateSyntaxError.__init__")


class TemplateNotFound(TemplateError, LookupError):
    """No loader has a template of this name; `name` is what was asked for."""

    def __init__(self, name: str, message: str | None = None) -> None:
        self.name = name
        super().__init__(message or f"there is no template {name!r}")


class UndefinedError(TemplateError):
    """Something was done with a value that is not there."""


class SecurityError(TemplateError):
    """The template reached for what is out of its reach, such as `user.__class__`."""


def window(line: str, column: int) -> tuple[int, str]:
    """Where to start showing a line, and the part of it to show; tabs become single spaces."""
    start = max(0, column - SHOWN // 2) if len(line) > SHOWN else 0
    return start, line[start : start + SHOWN].replace("\t", " ")

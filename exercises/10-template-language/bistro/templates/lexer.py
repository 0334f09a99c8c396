"""The lexer: a template's text becomes a list of tokens.

First link of the chain text -> tokens -> nodes -> Python. Text between the tags stays as it is,
white space beside a `-` goes, comments vanish, and inside a tag each name, number, string and
operator becomes a token of its own. The language is Jinja's.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from bistro.templates.errors import TemplateSyntaxError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    Token = tuple[str, str | int | float, int]
    """A kind, a value, and the position in the source where it begins.

    Kinds: `data` (text between tags), `{{ }} {% %}`, `name`, `string` (value without quotes,
    escapes resolved), `integer`, `float`, each operator under its own spelling, and `end`.
    """

BEGIN = re.compile(r"\{([{%#])([-+]?)")
"""A tag begins; a sign behind it says what happens to the white space before."""
RAW = re.compile(r"\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")
END_RAW = re.compile(r"\{%([-+]?)\s*endraw\s*(?:-%\}\s*|(?P<keep>\+?)%\})")
END_COMMENT = re.compile(r"-#\}\s*|(?P<keep>\+?)#\}")

INSIDE = r"""
    (?P<float> (?<!\.) \d+(?:_\d+)*
               (?: (?:\.\d+(?:_\d+)*)? [eE][+-]?\d+(?:_\d+)* | \.\d+(?:_\d+)* ) )
  | (?P<integer> 0[bB](?:_?[01])+ | 0[oO](?:_?[0-7])+ | 0[xX](?:_?[\da-fA-F])+
               | [1-9](?:_?\d)* | 0(?:_?0)* )
  | (?P<name> \w (?:\w | [^\x00-\x7f\s])* )
  | (?P<string> '[^'\\]*(?:\\.[^'\\]*)*' | "[^"\\]*(?:\\.[^"\\]*)*" )
  | (?P<operator> // | \*\* | [=!<>]= | [-+*/%~()\[\]{}<>=.:,|;] )
"""
FLAGS = re.VERBOSE | re.DOTALL
NESTED = re.compile(rf"\s*(?:{INSIDE})", FLAGS)
"""The next token while a bracket is open: `}}` closes two dicts here, not the tag."""
IN_PRINT = re.compile(rf"\s*(?:(?P<end>-\}}\}}\s*|\}}\}})|{INSIDE})", FLAGS)
"""The next token, or the end, of a tag that prints."""
IN_STATEMENT = re.compile(rf"\s*(?:(?P<end>-%\}}\s*|(?P<keep>\+?)%\}})|{INSIDE})", FLAGS)
"""The next token, or the end, of a tag that does something."""

CLOSERS = {"(": ")", "[": "]", "{": "}"}


class Source:
    """A template's text and name; knows the line and column of each position in it."""

    __slots__ = ("name", "newlines", "text")

    def __init__(self, text: str, name: str = "<template>", *, keep_newline: bool = False) -> None:
        """Take the text with `\\n` for every newline, and without its last one unless kept."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not keep_newline and text.endswith("\n"):
            text = text[:-1]
        self.text = text
        self.name = name
        self.newlines = [match.start() for match in re.finditer("\n", text)]

    def line(self, position: int) -> int:
        """The number of the line that holds this position, counted from 1."""
        raise NotImplementedError("step 10.1: write Source.line")

    def error(self, message: str, position: int) -> TemplateSyntaxError:
        """The error to raise for what is wrong at this position."""
        raise NotImplementedError("step 10.1: write Source.error")


def tokenize(
    source: Source, *, trim_blocks: bool = False, lstrip_blocks: bool = False
) -> list[Token]:
    """The tokens of a template; the last one is of the kind `end`.

    `trim_blocks` drops the newline behind a statement or comment, `lstrip_blocks` the white space
    before one that begins its line; a `+` in the tag keeps it. Raises TemplateSyntaxError
    for a tag, comment, string, bracket or `raw` that is not closed, and for what is no token.
    """
    return Lexer(source, trim_blocks, lstrip_blocks).run()


class Lexer:
    """Goes over one source from its begin to its end and collects the tokens."""

    __slots__ = ("lstrip_blocks", "position", "source", "text", "tokens", "trim_blocks")

    def __init__(self, source: Source, trim_blocks: bool, lstrip_blocks: bool) -> None:
        self.source = source
        self.text = source.text
        self.trim_blocks = trim_blocks
        self.lstrip_blocks = lstrip_blocks
        self.position = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        """Every token of the source: data, then a tag, then data, to the end."""
        raise NotImplementedError("step 10.2: write Lexer.run")

    def add_data(self, start: int, stop: int, sign: str, *, prints: bool) -> None:
        """Add the text before a tag, less the white space that the tag's sign takes away."""
        raise NotImplementedError("step 10.2: write Lexer.add_data")

    def leave(self, end: re.Match[str]) -> None:
        """Go on behind the end of a statement or comment, and the newline there if trimmed."""
        self.position = end.end()
        trims = self.trim_blocks and end["keep"] == ""
        if trims and self.text.startswith("\n", self.position):
            self.position += 1

    def skip_comment(self, begin: re.Match[str]) -> None:
        """Go on behind `#}`; whatever stands before it is nobody's."""
        end = END_COMMENT.search(self.text, begin.end())
        if end is None:
            self.fail("this comment is not closed: expected '#}'", begin.start())
        self.leave(end)

    def read_raw(self, begin: re.Match[str]) -> None:
        """Add all up to `{% endraw %}` as data, whatever it looks like."""
        end = END_RAW.search(self.text, begin.end())
        if end is None:
            self.fail("'raw' is not closed: expected '{% endraw %}'", begin.start())
        self.add_data(begin.end(), end.start(), end[1], prints=False)
        self.leave(end)

    def read_tag(self, begin: re.Match[str]) -> None:
        """Add the tokens of one tag, from `{{` or `{%` to the end that belongs to it."""
        raise NotImplementedError("step 10.3: write Lexer.read_tag")

    def balance(self, brackets: list[tuple[str, int]], operator: str, position: int) -> None:
        """Note a bracket that opens, and take back the one that a closing bracket belongs to."""
        raise NotImplementedError("step 10.3: write Lexer.balance")

    def constant(self, kind: str, word: str, position: int) -> str | int | float:
        """The value of a number or a string, as Python would read it."""
        try:
            if kind == "integer":
                number = int(word.replace("_", ""), 0)
                str(number)  # raises ValueError, also for `0xff…`, where a page could not show it
                return number
            if kind == "float":
                return float(word.replace("_", ""))
            if "\\" not in word:
                return word[1:-1]
            return word[1:-1].encode("ascii", "backslashreplace").decode("unicode-escape")
        except UnicodeDecodeError as error:
            self.fail(f"the string has a broken escape: {error.reason}", position)
        except ValueError:
            self.fail("the number has too many digits", position)

    def fail_inside(
        self, begin: re.Match[str], brackets: list[tuple[str, int]], position: int
    ) -> NoReturn:
        """Say why no token follows: the text is over, or this character begins none."""
        rest = self.text[position:].lstrip()
        position = len(self.text) - len(rest)
        if rest and rest[0] in "'\"":
            self.fail(f"this string is not closed: expected {rest[0]}", position)
        if rest:
            self.fail(f"unexpected character {rest[0]!r}", position)
        if brackets:
            opener, position = brackets[-1]
            self.fail(f"{opener!r} is not closed: expected {CLOSERS[opener]!r}", position)
        opener, closer = ("{{", "}}") if begin[1] == "{" else ("{%", "%}")
        self.fail(f"{opener!r} is not closed: expected {closer!r}", begin.start())

    def fail(self, message: str, position: int) -> NoReturn:
        """Raise the TemplateSyntaxError for this position."""
        raise self.source.error(message, position)

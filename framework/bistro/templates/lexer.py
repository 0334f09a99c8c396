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
        return bisect_left(self.newlines, position) + 1

    def error(self, message: str, position: int) -> TemplateSyntaxError:
        """The error to raise for what is wrong at this position."""
        line = self.line(position)
        start = self.newlines[line - 2] + 1 if line > 1 else 0
        source_line = self.text[start:].split("\n", 1)[0]
        return TemplateSyntaxError(message, self.name, line, position - start + 1, source_line)


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
        while begin := BEGIN.search(self.text, self.position):
            opener, sign = begin.groups()
            self.add_data(self.position, begin.start(), sign, prints=opener == "{")
            if opener == "#":
                self.skip_comment(begin)
            elif opener == "%" and (raw := RAW.match(self.text, begin.start())):
                self.read_raw(raw)
            else:
                self.read_tag(begin)
        self.add_data(self.position, len(self.text), "+", prints=True)
        self.tokens.append(("end", "", len(self.text)))
        return self.tokens

    def add_data(self, start: int, stop: int, sign: str, *, prints: bool) -> None:
        """Add the text before a tag, less the white space that the tag's sign takes away."""
        data = self.text[start:stop]
        if sign == "-":
            data = data.rstrip()
        elif self.lstrip_blocks and not sign and not prints:
            line_start = self.text.rfind("\n", start, stop) + 1 or start
            is_start = line_start == 0 or self.text[line_start - 1] == "\n"
            if is_start and self.text[line_start:stop].isspace():
                data = self.text[start:line_start]
        if data:
            self.tokens.append(("data", data, start))

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
        prints = begin[1] == "{"
        outside = IN_PRINT if prints else IN_STATEMENT
        brackets: list[tuple[str, int]] = []
        text, add = self.text, self.tokens.append
        add(("{{" if prints else "{%", "", begin.start()))
        position = begin.end()
        while match := (NESTED if brackets else outside).match(text, position):
            kind = match.lastgroup or ""
            word, start, position = match[kind], match.start(kind), match.end()
            if kind == "operator":
                self.balance(brackets, word, start)
                add((word, word, start))
            elif kind == "name":
                if not word.isidentifier():
                    self.fail(f"{word!r} is not a name", start)
                add((kind, word, start))
            elif kind != "end":
                add((kind, self.constant(kind, word, start), start))
            elif prints:
                add(("}}", "", start))
                self.position = position
                return
            else:
                add(("%}", "", start))
                self.leave(match)
                return
        self.fail_inside(begin, brackets, position)

    def balance(self, brackets: list[tuple[str, int]], operator: str, position: int) -> None:
        """Note a bracket that opens, and take back the one that a closing bracket belongs to."""
        if operator in CLOSERS:
            brackets.append((operator, position))
        elif operator in CLOSERS.values():
            expected = CLOSERS[brackets.pop()[0]] if brackets else None
            if expected is None:
                self.fail(f"{operator!r} closes nothing", position)
            if operator != expected:
                self.fail(f"expected {expected!r}, found {operator!r}", position)

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

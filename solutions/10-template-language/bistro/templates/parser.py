"""The parser: a list of tokens becomes a tree of nodes.

Third link of the chain text -> tokens -> nodes -> Python. Statements are read by recursive descent,
a method a tag; expressions by precedence climbing over one table of operators. The language is
Jinja's: https://jinja.palletsprojects.com/en/stable/templates/
"""

from __future__ import annotations

from bistro.templates import nodes
from bistro.templates.lexer import Source, tokenize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn, TypeVar

    from bistro.templates.lexer import Token

    T = TypeVar("T")
    ParseTag = Callable[["Parser", int], nodes.Statement]
    """Reads a tag whose name was just read; the number is the position where the tag began."""

COMPARISON = 4
NOT = 3
PRECEDENCE = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in", "not in"), COMPARISON),
    "+": 5,
    "-": 5,
    "~": 6,
    "*": 7,
    "/": 7,
    "//": 7,
    "%": 7,
    "**": 8,
}
"""How tightly each operator binds: the higher number first, equal ones from left to right."""

LITERALS = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
RESERVED = frozenset({*LITERALS, "and", "or", "not", "in", "is", "if", "else"})
"""Words that can't be names of variables."""

TUPLE_ENDS = frozenset({")", "}}", "%}"})
"""What may follow a tuple's last comma."""

MAX_DEPTH = 64
"""How deep expressions, and tags, may be nested; Python reads 100 levels of either, not more."""


def parse(
    source: Source,
    *,
    tags: Mapping[str, ParseTag] | None = None,
    trim_blocks: bool = False,
    lstrip_blocks: bool = False,
) -> nodes.Template:
    """The tree of a whole template; `tags` are known beside the ones of the language.

    Raises TemplateSyntaxError for what is not in the language, is not closed, or is nested deeper
    than MAX_DEPTH.
    """
    tokens = tokenize(source, trim_blocks=trim_blocks, lstrip_blocks=lstrip_blocks)
    return Parser(source, tokens, TAGS if tags is None else {**TAGS, **tags}).template()


class Parser:
    """Goes over the tokens; `kind`, `value` and `position` are those of the current one."""

    def __init__(self, source: Source, tokens: list[Token], tags: Mapping[str, ParseTag]) -> None:
        self.source = source
        self.tokens = tokens
        self.tags = tags
        self.index = 0
        self.kind, self.value, self.position = tokens[0]
        self.depth = 0
        self.open: list[tuple[str, int, tuple[str, ...]]] = []
        self.blocks: set[str] = set()

    # The current token, and going on.

    def advance(self) -> None:
        """Make the next token the current one; the last one stays."""
        self.index += 1
        self.kind, self.value, self.position = self.tokens[self.index]

    def skip(self, kind: str) -> bool:
        """Go past a token of this kind, if it is the current one."""
        if self.kind != kind:
            return False
        self.advance()
        return True

    def skip_word(self, *words: str) -> bool:
        """Go past these names, if they are what comes now."""
        if self.kind != "name":
            return False
        ahead = self.tokens[self.index : self.index + len(words)]
        if [token[:2] for token in ahead] != [("name", word) for word in words]:
            return False
        for _ in words:
            self.advance()
        return True

    def at_word(self, *words: str) -> bool:
        """Whether the current token is one of these names."""
        return self.kind == "name" and self.value in words

    def expect(self, kind: str) -> None:
        """Go past a token of this kind; anything else is an error that says what was expected."""
        if not self.skip(kind):
            self.fail_expected(f"{kind!r}")

    def expect_word(self, word: str) -> None:
        """Go past this name; anything else is an error."""
        if not self.skip_word(word):
            self.fail_expected(f"{word!r}")

    def name(self, what: str = "a name") -> str:
        """The name that must stand here."""
        if self.kind != "name":
            self.fail_expected(what)
        value = str(self.value)
        self.advance()
        return value

    def variable(self) -> str:
        """The name that must stand here, and that a variable may have."""
        position = self.position
        name = self.name()
        if name in RESERVED:
            self.fail(f"{name!r} can't be the name of a variable", position)
        return name

    def enter(self) -> None:
        """Go a level deeper into an expression; too deep is an error."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"this expression is nested deeper than {MAX_DEPTH} levels")

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        """Raise TemplateSyntaxError for a position, by default the current token's."""
        raise self.source.error(message, self.position if position is None else position)

    def fail_expected(self, expected: str) -> NoReturn:
        """Raise TemplateSyntaxError: this was expected here, and what was found."""
        self.fail(f"expected {expected}, found {describe(self.kind, self.value)}")

    # Statements.

    def template(self) -> nodes.Template:
        """The whole template, up to the last token."""
        return nodes.Template(0, self.body())

    def body(self, *ends: str) -> list[nodes.Statement]:
        """Statements up to a tag that is named in `ends`, or to the end of the template.

        The parser then stands at that tag's name, so that the caller sees which one it was.
        """
        statements: list[nodes.Statement] = []
        parts: list[nodes.Expression] = []
        while True:
            kind, value, position = self.kind, self.value, self.position
            if kind == "data":
                parts.append(nodes.Data(position, str(value)))
                self.advance()
            elif kind == "{{":
                self.advance()
                parts.append(self.expressions())
                self.expect("}}")
            else:
                if parts:
                    statements.append(nodes.Output(parts[0].position, parts))
                    parts = []
                if kind == "end":
                    break
                self.advance()
                if self.at_word(*ends):
                    return statements
                statements.append(self.statement(position))
        if self.open:
            tag, opened, _ = self.open[-1]
            self.fail(f"{tag!r} is not closed: expected {or_join(ends)}", opened)
        return statements

    def statement(self, position: int) -> nodes.Statement:
        """One tag, from its name to its end; what belongs to it comes from its own method."""
        tag = self.name("the name of a tag")
        parse_tag = self.tags.get(tag)
        if parse_tag is None:
            self.fail_tag(tag, position)
        node = parse_tag(self, position)
        self.expect("%}")
        return node

    def fail_tag(self, tag: str, position: int) -> NoReturn:
        """Say why this tag can't stand here, with what is open or what may be meant."""
        if not self.open:
            from difflib import get_close_matches

            if tag.startswith("end") or tag in {"else", "elif"}:
                self.fail(f"{tag!r} closes nothing: no tag is open here", position)
            near = get_close_matches(tag, self.tags, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            self.fail(f"there is no tag {tag!r}{meant}", position)
        opened, where, ends = self.open[-1]
        line = self.source.line(where)
        self.fail(f"{tag!r} here: expected {or_join(ends)} for {opened!r} of line {line}", position)

    def block_of(self, tag: str, position: int, *ends: str) -> list[nodes.Statement]:
        """The body of a tag: past its `%}`, up to the name of a tag that is in `ends`."""
        self.skip(":")
        self.expect("%}")
        if len(self.open) >= MAX_DEPTH:
            self.fail(f"tags are nested deeper than {MAX_DEPTH} levels", position)
        self.open.append((tag, position, ends))
        body = self.body(*ends)
        self.open.pop()
        return body

    def closed_body(self, tag: str, position: int) -> list[nodes.Statement]:
        """The body of a tag up to its end tag, which is read, too."""
        end = f"end{tag}"
        body = self.block_of(tag, position, end)
        self.expect_word(end)
        return body

    def parse_if(self, position: int) -> nodes.If:
        """`if test`, then any number of `elif test`, then perhaps `else`, then `endif`."""
        branches = []
        while True:
            test = self.expressions(conditional=False)
            branches.append((test, self.block_of("if", position, "elif", "else", "endif")))
            if not self.skip_word("elif"):
                break
        otherwise = []
        if self.skip_word("else"):
            otherwise = self.block_of("if", position, "endif")
        self.expect_word("endif")
        return nodes.If(position, branches, otherwise)

    def parse_for(self, position: int) -> nodes.For:
        """`for target in items if test recursive`, then perhaps `else`, then `endfor`."""
        target = self.target()
        self.refuse_loop(target)
        self.expect_word("in")
        items = self.expressions(conditional=False)
        test = self.expression() if self.skip_word("if") else None
        recursive = self.skip_word("recursive")
        body = self.block_of("for", position, "else", "endfor")
        otherwise = []
        if self.skip_word("else"):
            otherwise = self.block_of("for", position, "endfor")
        self.expect_word("endfor")
        return nodes.For(position, target, items, test, recursive, body, otherwise)

    def parse_with(self, position: int) -> nodes.With:
        """`with a = 1, b = 2`, then `endwith`."""
        targets: list[nodes.Expression] = []
        values: list[nodes.Expression] = []
        while self.kind != "%}":
            if targets:
                self.expect(",")
            targets.append(self.target())
            self.expect("=")
            values.append(self.expression())
        return nodes.With(position, targets, values, self.closed_body("with", position))

    def parse_set(self, position: int) -> nodes.Statement:
        """`set target = value`, or `set target | filter`, a body, and `endset`."""
        target = self.target(namespaces=True)
        if any(tag == "for" for tag, _, _ in self.open):
            self.refuse_loop(target)
        if self.skip("="):
            return nodes.Set(position, target, self.expressions())
        through = self.filter_of(None) if self.kind == "|" else None
        return nodes.SetBlock(position, target, through, self.closed_body("set", position))

    def parse_print(self, position: int) -> nodes.Output:
        """`print a, b`: each value is written, as by a tag of its own."""
        parts: list[nodes.Expression] = []
        while self.kind != "%}":
            if parts:
                self.expect(",")
            parts.append(self.expression())
        return nodes.Output(position, parts)

    def parse_filter_block(self, position: int) -> nodes.FilterBlock:
        """`filter name(arguments) | another`, then `endfilter`."""
        through = self.filter_of(None, first=True)
        return nodes.FilterBlock(position, through, self.closed_body("filter", position))

    def parse_autoescape(self, position: int) -> nodes.Autoescape:
        """`autoescape true` or `autoescape false`, then `endautoescape`."""
        if not self.at_word("true", "false", "True", "False"):
            self.fail_expected("'true' or 'false'")
        enabled = LITERALS[self.name()] is True
        return nodes.Autoescape(position, enabled, self.closed_body("autoescape", position))

    def parse_block(self, position: int) -> nodes.Block:
        """`block name scoped required`, then `endblock`, perhaps with the name once more."""
        name = self.name("the block's name")
        if self.kind == "-":
            self.fail("a block's name has no hyphens: write an underscore")
        if name in self.blocks:
            self.fail(f"there is a block {name!r} already", position)
        self.blocks.add(name)
        scoped, required = self.skip_word("scoped"), self.skip_word("required")
        body = self.closed_body("block", position)
        if required and not is_blank(body):
            self.fail("a required block holds nothing but white space and comments", position)
        self.skip_word(name)
        return nodes.Block(position, name, scoped, required, body)

    def parse_extends(self, position: int) -> nodes.Extends:
        """`extends template`."""
        return nodes.Extends(position, self.expression())

    def parse_include(self, position: int) -> nodes.Include:
        """`include template`, then perhaps `ignore missing` and `without context`."""
        template = self.expression()
        ignore_missing = self.skip_word("ignore", "missing")
        return nodes.Include(position, template, ignore_missing, self.with_context(default=True))

    def parse_import(self, position: int) -> nodes.Import:
        """`import template as name`, then perhaps `with context`."""
        template = self.expression()
        self.expect_word("as")
        name = self.variable()
        return nodes.Import(position, template, name, self.with_context(default=False))

    def parse_from(self, position: int) -> nodes.FromImport:
        """`from template import name as alias, another`, then perhaps `with context`."""
        template = self.expression()
        self.expect_word("import")
        names: list[tuple[str, str]] = []
        while not self.context_follows():
            start = self.position
            name = self.variable()
            if name.startswith("_"):
                self.fail(f"{name!r} is private to its template: it begins with '_'", start)
            names.append((name, self.variable() if self.skip_word("as") else name))
            if not self.skip(","):
                break
        return nodes.FromImport(position, template, names, self.with_context(default=False))

    def context_follows(self) -> bool:
        """Whether `with context` or `without context` stands here."""
        return self.at_word("with", "without") and self.tokens[self.index + 1][1] == "context"

    def with_context(self, *, default: bool) -> bool:
        """Whether the other template is to see the variables of this one."""
        if self.skip_word("with", "context"):
            return True
        return False if self.skip_word("without", "context") else default

    def parse_macro(self, position: int) -> nodes.Macro:
        """`macro name(parameter, another=default)`, then `endmacro`."""
        name = self.variable()
        parameters = self.parameters()
        return nodes.Macro(position, name, parameters, self.closed_body("macro", position))

    def parse_call(self, position: int) -> nodes.CallBlock:
        """`call macro(arguments)` or `call(parameters) macro(arguments)`, then `endcall`."""
        parameters = self.parameters() if self.kind == "(" else []
        start = self.position
        call = self.expression()
        if not isinstance(call, nodes.Call):
            self.fail("expected the call of a macro, such as 'dialog(title)'", start)
        return nodes.CallBlock(position, call, parameters, self.closed_body("call", position))

    def parameters(self) -> list[tuple[str, nodes.Expression | None]]:
        """A macro's parameters with their defaults: `(a, b=1)`."""
        parameters: list[tuple[str, nodes.Expression | None]] = []
        self.expect("(")
        while self.kind != ")":
            if parameters:
                self.expect(",")
            position = self.position
            name = self.variable()
            if any(name == other for other, _ in parameters):
                self.fail(f"there is a parameter {name!r} already", position)
            default = self.expression() if self.skip("=") else None
            if default is None and parameters and parameters[-1][1] is not None:
                self.fail(f"{name!r} needs a default, as the parameter before it has one", position)
            parameters.append((name, default))
        self.expect(")")
        return parameters

    # Targets: what a value can be given to.

    def target(self, *, namespaces: bool = False) -> nodes.Expression:
        """One name, or several to unpack into: `a`, `a, b`, `a, (b, c)`."""
        position = self.position
        items = [self.one_target(namespaces=namespaces)]
        is_tuple = False
        while self.skip(","):
            is_tuple = True
            if self.kind in TUPLE_ENDS:
                break
            items.append(self.one_target(namespaces=namespaces))
        return nodes.Tuple(position, items) if is_tuple else items[0]

    def one_target(self, *, namespaces: bool = False) -> nodes.Expression:
        """A name, `namespace.name` where allowed, or targets in parentheses."""
        position = self.position
        if self.skip("("):
            self.enter()
            target = self.target()
            self.depth -= 1
            self.expect(")")
            return target
        name = self.variable()
        if namespaces and self.skip("."):
            return nodes.NamespaceTarget(position, name, self.name())
        return nodes.Name(position, name)

    def refuse_loop(self, target: nodes.Expression) -> None:
        """Fail where `loop`, which a loop gives its body, would be written to."""
        if isinstance(target, nodes.Tuple):
            for item in target.items:
                self.refuse_loop(item)
        elif isinstance(target, nodes.Name) and target.name == "loop":
            self.fail("'loop' is the loop itself here: choose another name", target.position)

    # Expressions, from the loosest to the tightest.

    def expressions(self, *, conditional: bool = True, empty: bool = False) -> nodes.Expression:
        """One expression, or several with commas between: a tuple.

        Without `conditional` there is no `if` in them; with `empty` there may be none before `)`.
        """
        parse_item = self.expression if conditional else self.operation
        position = self.position
        if empty and self.kind == ")":
            return nodes.Tuple(position, [])
        item = parse_item()
        if self.kind != ",":
            return item
        items = [item]
        while self.skip(",") and self.kind not in TUPLE_ENDS:
            items.append(parse_item())
        return nodes.Tuple(position, items)

    def expression(self) -> nodes.Expression:
        """Any expression: an operation, or `then if test else otherwise` of operations."""
        position = self.position
        node = self.operation()
        while self.skip_word("if"):
            test = self.operation()
            otherwise = None
            if self.skip_word("else"):
                self.enter()
                otherwise = self.expression()
                self.depth -= 1
            node = nodes.Conditional(position, test, node, otherwise)
        return node

    def operation(self, lowest: int = 0) -> nodes.Expression:
        """An operand with all operators behind it that bind at least as tightly as `lowest`."""
        self.enter()
        position = self.position
        if lowest <= NOT and self.skip_word("not"):
            node: nodes.Expression = nodes.Unary(position, "not", self.operation(NOT))
        else:
            node = self.operand()
        while True:
            operator = self.operator()
            strength = PRECEDENCE.get(operator, -1)
            if strength < lowest:
                break
            if strength == COMPARISON:
                node = self.comparison(node)
            elif operator == "~":
                node = self.concatenation(node)
            else:
                self.advance()
                right = self.operation(strength + 1)
                node = nodes.Binary(position, operator, node, right)
        self.depth -= 1
        return node

    def operator(self) -> str:
        """The current token as a key of PRECEDENCE; `not in` is one operator."""
        if self.kind != "name":
            return self.kind
        if self.value == "not" and self.tokens[self.index + 1][:2] == ("name", "in"):
            return "not in"
        return str(self.value)

    def comparison(self, first: nodes.Expression) -> nodes.Compare:
        """A chain such as `a < b <= c`, of which the first operand is read already."""
        rest = []
        while PRECEDENCE.get(operator := self.operator()) == COMPARISON:
            self.advance()
            if operator == "not in":
                self.advance()
            rest.append((operator, self.operation(COMPARISON + 1)))
        return nodes.Compare(first.position, first, rest)

    def concatenation(self, first: nodes.Expression) -> nodes.Concat:
        """`a ~ b ~ c`, of which the first operand is read already."""
        parts = [first]
        while self.skip("~"):
            parts.append(self.operation(PRECEDENCE["~"] + 1))
        return nodes.Concat(first.position, parts)

    def operand(self) -> nodes.Expression:
        """Signs, a value, what is taken out of it or called on it, then its filters and tests."""
        signs = []
        while self.kind in {"-", "+"}:
            self.enter()
            signs.append((self.kind, self.position))
            self.advance()
        node = self.postfix(self.primary())
        for sign, position in reversed(signs):
            node = nodes.Unary(position, sign, node)
        self.depth -= len(signs)
        while True:
            if self.kind == "|":
                node = self.filter_of(node)
            elif self.kind == "(":
                node = nodes.Call(self.position, node, self.arguments())
            elif self.at_word("is"):
                node = self.test_of(node)
            else:
                return node

    def primary(self) -> nodes.Expression:
        """A name, a literal, or an expression in brackets."""
        kind, value, position = self.kind, self.value, self.position
        if kind == "name":
            self.advance()
            if value in LITERALS:
                return nodes.Constant(position, LITERALS[str(value)])
            if value in RESERVED:
                self.fail(f"expected an expression, found {value!r}", position)
            return nodes.Name(position, str(value))
        if kind == "string":
            self.advance()
            while self.kind == "string":
                value = f"{value}{self.value}"
                self.advance()
            return nodes.Constant(position, value)
        if kind in {"integer", "float"}:
            self.advance()
            return nodes.Constant(position, value)
        if self.skip("["):
            return nodes.List(position, self.separated("]", self.expression))
        if self.skip("{"):
            return nodes.Dict(position, self.separated("}", self.pair))
        if not self.skip("("):
            self.fail_expected("an expression")
        node = self.expressions(empty=True)
        self.expect(")")
        return node

    def separated(self, closer: str, parse_item: Callable[[], T]) -> list[T]:
        """What stands between commas up to the closing bracket; the last comma may follow it."""
        found: list[T] = []
        while self.kind != closer:
            if found:
                self.expect(",")
                if self.kind == closer:
                    break
            found.append(parse_item())
        self.advance()
        return found

    def pair(self) -> tuple[nodes.Expression, nodes.Expression]:
        """`key: value` of a dict."""
        key = self.expression()
        self.expect(":")
        return key, self.expression()

    def postfix(self, node: nodes.Expression) -> nodes.Expression:
        """`.name`, `.0`, `[key]` and `(arguments)`, as many as follow."""
        while True:
            position = self.position
            if self.skip("."):
                if self.kind == "integer":
                    node = nodes.Item(position, node, nodes.Constant(position, self.value))
                    self.advance()
                else:
                    node = nodes.Attribute(position, node, self.name("a name or an index"))
            elif self.skip("["):
                node = nodes.Item(position, node, self.keys(position))
            elif self.kind == "(":
                node = nodes.Call(position, node, self.arguments())
            else:
                return node

    def keys(self, position: int) -> nodes.Expression:
        """What stands in square brackets behind a value, up to `]`: a key, or a tuple of keys."""
        found: list[nodes.Expression] = []
        while not self.skip("]"):
            if found:
                self.expect(",")
            found.append(self.subscript())
        return found[0] if len(found) == 1 else nodes.Tuple(position, found)

    def subscript(self) -> nodes.Expression:
        """A key, or a slice: `start:stop:step`, each of them optional."""
        position = self.position
        bounds: list[nodes.Expression | None] = [None]
        while self.kind not in {"]", ","}:
            if self.kind == ":" and len(bounds) < 3:
                self.advance()
                bounds.append(None)
            elif bounds[-1] is None:
                bounds[-1] = self.expression()
            else:
                self.fail_expected("':' or ']'")
        if len(bounds) == 1:
            return bounds[0] or self.fail_expected("an expression")
        start, stop, step = [*bounds, None][:3]
        return nodes.Slice(position, start, stop, step)

    def arguments(self) -> nodes.Arguments:
        """The arguments of a call, with the parentheses around them."""
        node = nodes.Arguments(self.position, [], [], None, None)
        self.expect("(")
        self.separated(")", lambda: self.argument(node))
        return node

    def argument(self, node: nodes.Arguments) -> None:
        """Add one argument: by position first, then by name or `*star`, `**double_star` last."""
        position = self.position
        if self.skip("**"):
            if node.double_star:
                self.fail("'**' stands in this call already", position)
            node.double_star = self.expression()
        elif node.double_star:
            self.fail("nothing can follow '**' in a call", position)
        elif self.skip("*"):
            if node.star:
                self.fail("'*' stands in this call already", position)
            node.star = self.expression()
        elif self.kind == "name" and self.tokens[self.index + 1][0] == "=":
            name = self.name()
            if any(name == other for other, _ in node.keywords):
                self.fail(f"{name!r} stands in this call already", position)
            self.advance()
            node.keywords.append((name, self.expression()))
        elif node.keywords or node.star:
            self.fail("an argument without a name can't follow one with a name or '*'", position)
        else:
            node.positional.append(self.expression())

    def filter_of(self, value: nodes.Expression | None, *, first: bool = False) -> nodes.Filter:
        """`|name(arguments)`, as many as follow; `first`: the first `|` is not written."""
        node = value
        while first or self.skip("|"):
            first = False
            position = self.position
            node = nodes.Filter(position, node, self.dotted("a filter's name"), self.call_or_none())
        assert isinstance(node, nodes.Filter)  # noqa: S101  at least one was there
        return node

    def test_of(self, value: nodes.Expression) -> nodes.Expression:
        """`is name`, `is not name`, `is name(arguments)`, `is name argument`."""
        position = self.position
        self.advance()
        negated = self.skip_word("not")
        name = self.dotted("a test's name")
        has_call = self.kind == "("
        arguments = self.call_or_none()
        if not has_call and self.at_word("is"):
            self.fail("one 'is' can't follow another: write 'and' between two tests")
        if not has_call and self.argument_follows():
            self.enter()
            arguments.positional.append(self.postfix(self.primary()))
            self.depth -= 1
        node = nodes.Test(position, value, name, arguments)
        return nodes.Unary(position, "not", node) if negated else node

    def argument_follows(self) -> bool:
        """Whether a test's only argument stands here, without parentheses."""
        if self.kind == "name":
            return self.value not in RESERVED or self.value in LITERALS
        return self.kind in {"string", "integer", "float", "[", "{"}

    def dotted(self, what: str) -> str:
        """A name of a filter or test, which may have dots in it."""
        name = self.name(what)
        while self.skip("."):
            name += "." + self.name(what)
        return name

    def call_or_none(self) -> nodes.Arguments:
        """The arguments where parentheses follow, else none at all."""
        if self.kind == "(":
            return self.arguments()
        return nodes.Arguments(self.position, [], [], None, None)


def describe(kind: str, value: object) -> str:
    """A token as a message names it."""
    if kind == "end":
        return "the end of the template"
    if kind == "data":
        return "text"
    return repr(value if kind == "name" else value or kind)


def or_join(tags: tuple[str, ...]) -> str:
    """The names of tags for a message: `'elif', 'else' or 'endif'`."""
    *first, last = [repr(tag) for tag in tags]
    return f"{', '.join(first)} or {last}" if first else last


def is_blank(body: list[nodes.Statement]) -> bool:
    """Whether a body holds white space at most."""
    return all(
        isinstance(statement, nodes.Output)
        and all(isinstance(part, nodes.Data) and part.text.isspace() for part in statement.parts)
        for statement in body
    )


# What closes or divides a tag, such as `endif`, belongs to that tag and is not here.
TAGS: dict[str, ParseTag] = {
    "if": Parser.parse_if,
    "for": Parser.parse_for,
    "with": Parser.parse_with,
    "set": Parser.parse_set,
    "print": Parser.parse_print,
    "filter": Parser.parse_filter_block,
    "autoescape": Parser.parse_autoescape,
    "block": Parser.parse_block,
    "extends": Parser.parse_extends,
    "include": Parser.parse_include,
    "import": Parser.parse_import,
    "from": Parser.parse_from,
    "macro": Parser.parse_macro,
    "call": Parser.parse_call,
}

"""The compiler: a tree of nodes becomes the text of a Python module.

Last link of the chain text -> tokens -> nodes -> Python. What a template writes becomes f-strings
that a generator yields; its variables become local variables; filters and tests are looked up while
compiling. Each generated line remembers the line of the template that it came from.
"""

from __future__ import annotations

import operator
from keyword import iskeyword

from bistro.templates import nodes
from bistro.templates.checks import TESTS
from bistro.templates.escape import Markup, text
from bistro.templates.filters import FILTERS
from bistro.templates.parser import MAX_DEPTH, PRECEDENCE, parse
from bistro.templates.runtime import (
    FORMATS,
    GLOBALS,
    Loop,
    assign,
    attribute,
    concatenate,
    is_unsafe,
    item,
    plain_attribute,
)
from bistro.templates.undefined import MISSING, Undefined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

    from bistro.templates.lexer import Source
    from bistro.templates.parser import ParseTag

    Writer = Callable[["Compiler", Any], None]
    """Writes the lines of Python for a statement."""

INDENT = "    "
MAX_PIECES = 50
"""How many values go into one f-string; a longer run of output becomes several."""
MAX_LOOPS = 18
"""How deep loops may be nested in a function: Python allows 20 blocks."""


class Settings:
    """What templates are compiled with: their filters, tests, globals and rules.

    `filters`, `tests`, `globals` and `tags` add to those that every template has. `autoescape` is
    whether values are escaped; `undefined` is the class of what is not there. `trim_blocks`,
    `lstrip_blocks` and `keep_trailing_newline` are the lexer's.
    """

    def __init__(
        self,
        *,
        autoescape: bool = True,
        filters: Mapping[str, Callable[..., Any]] | None = None,
        tests: Mapping[str, Callable[..., Any]] | None = None,
        globals: Mapping[str, Any] | None = None,  # noqa: A002  Jinja's name
        tags: Mapping[str, ParseTag] | None = None,
        undefined: type[Undefined] = Undefined,
        trim_blocks: bool = False,
        lstrip_blocks: bool = False,
        keep_trailing_newline: bool = False,
    ) -> None:
        self.autoescape = autoescape
        self.filters: dict[str, Callable[..., Any]] = {**FILTERS, **(filters or {})}
        self.tests: dict[str, Callable[..., Any]] = {**TESTS, **(tests or {})}
        self.globals: dict[str, Any] = {**GLOBALS, **(globals or {})}
        self.tags = dict(tags or {})
        self.undefined = undefined
        self.trim_blocks = trim_blocks
        self.lstrip_blocks = lstrip_blocks
        self.keep_trailing_newline = keep_trailing_newline
        self.writers: dict[type[nodes.Statement], Writer] = dict(WRITERS)

    def escapes(self, name: str) -> bool:
        """Whether values are escaped in the template of this name."""
        return self.autoescape

    def begin(self, compiler: Compiler) -> None:
        """Called before a template is compiled; the plain language offers nothing more."""


class Generated:
    """What comes out: Python's text, and the objects that it calls by name.

    `lines` has the number of the template's line for each line of `python`.
    """

    __slots__ = ("lines", "names", "python")

    def __init__(self, python: str, lines: list[int], names: dict[str, Any]) -> None:
        self.python = python
        self.lines = lines
        self.names = names


def generate(source: Source, settings: Settings) -> Generated:
    """Compile a template to Python; raises TemplateSyntaxError for what the language has not."""
    tree = parse(
        source,
        tags=settings.tags,
        trim_blocks=settings.trim_blocks,
        lstrip_blocks=settings.lstrip_blocks,
    )
    return Compiler(source, settings).run(tree)


class Scope:
    """The variables of a stretch of template: each name with the Python variable that holds it."""

    __slots__ = ("frame", "names", "number", "parent", "stored", "used")

    def __init__(self, parent: Scope | None, number: int, frame: Frame | None = None) -> None:
        self.parent = parent
        self.number = number
        self.names: dict[str, str] = {}
        self.stored: list[str] = []
        self.used: set[str] = set()
        self.frame: Frame = frame or parent.frame  # type: ignore[union-attr]

    def find(self, name: str) -> str | None:
        """The Python variable that the template's variable is in, here or further out, or None.

        The scope that has the name notes in `used` that it was asked for.
        """
        scope: Scope | None = self
        while scope:
            if name in scope.names:
                scope.used.add(name)
                return scope.names[name]
            scope = scope.parent
        return None

    def load(self, name: str) -> str:
        """The Python variable to read; a name that nothing here sets comes from the context."""
        return self.find(name) or self.frame.load(name)

    def declare(self, name: str) -> str:
        """A Python variable of this scope for a name that is given a value when it begins."""
        variable = self.names[name] = python_name(name, self.number)
        return variable

    def store(self, name: str) -> str:
        """The Python variable to write; what the name means further out stays as it is.

        A name that is new here is declared, and noted in `stored`, once.
        """
        if name not in self.names:
            self.stored.append(name)
            self.declare(name)
        return self.names[name]


class Frame:
    """A Python function that is being written: where its output goes, and what it reads first.

    `lazy` has, for names that the function offers, the line that makes each one if it is used.
    `first` and `last` are lines to begin and to end with, the last ones with their positions in the
    template. `guard` stands before all output; None leaves the output out.
    """

    __slots__ = ("first", "guard", "last", "lazy", "loads", "loops", "scope", "sink")

    def __init__(self, number: int, parent: Scope | None = None, sink: str = "") -> None:
        self.scope = Scope(parent, number, self)
        self.sink = sink
        self.loads: list[str] = []
        self.loops = 0
        self.lazy: dict[str, str] = {}
        self.first: list[str] = []
        self.last: list[tuple[str, int]] = []
        self.guard: str | None = ""

    def load(self, name: str) -> str:
        """Read a name from the context, once, when the function begins."""
        self.loads.append(name)
        return self.scope.declare(name)


class Compiler:
    """Writes the module of one template."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self.source = source
        self.settings = settings
        self.escaping = settings.escapes(source.name)
        self.lines: list[tuple[str, int]] = []
        self.indent = ""
        self.position = 0
        self.depth = 0
        self.counter = 0
        self.root = self.frame = Frame(0)
        self.scope = self.frame.scope
        self.pending: list[Callable[[], None]] = []
        self.exports: list[str] = []
        self.names: dict[str, Any] = {
            "exports": self.exports,
            "text": text,
            "Markup": Markup,
            "Loop": Loop,
            "attribute": self.looking_up(attribute),
            "plain_attribute": self.looking_up(plain_attribute),
            "item": self.looking_up(item),
            "concatenate": concatenate,
            "assign": assign,
            "getitem": operator.getitem,
            "Undefined": Undefined,
            "undefined": settings.undefined,
            "settings": settings,
        }

    def looking_up(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The look-up, made to give the settings' kind of undefined."""
        undefined = self.settings.undefined
        if undefined is Undefined:
            return function
        return lambda value, key: function(value, key, undefined)

    def run(self, tree: nodes.Template) -> Generated:
        """The whole module: the function `root`, then one for each block."""
        self.settings.begin(self)
        self.write_function("root", self.frame, tree.body)
        while self.pending:
            self.pending.pop(0)()
        python = "\n".join([line for line, _ in self.lines]) + "\n"
        return Generated(python, [number for _, number in self.lines], self.names)

    # Lines.

    def line(self, code: str) -> None:
        """Add a line of Python; it belongs to the template's line that is being compiled."""
        self.lines.append((self.indent + code, self.source.line(self.position)))

    def captured(self, write: Callable[[], None], indent: str) -> list[tuple[str, int]]:
        """The lines that `write` adds, indented so, for what has to be known before them."""
        outer, outer_indent = self.lines, self.indent
        self.lines, self.indent = [], indent
        write()
        inner = self.lines
        self.lines, self.indent = outer, outer_indent
        return inner

    def number(self) -> int:
        """A number that no other variable has yet."""
        self.counter += 1
        return self.counter

    def bind(self, value: Any, what: str = "constant") -> str:
        """A name by which the module can call this object."""
        name = f"{what}_{len(self.names)}"
        self.names[name] = value
        return name

    def fail(self, message: str, node: nodes.Node) -> NoReturn:
        """Raise TemplateSyntaxError for the place where this node begins."""
        raise self.source.error(message, node.position)

    # Functions and bodies.

    def write_function(
        self, name: str, frame: Frame, body: list[nodes.Statement], parameters: str = ""
    ) -> None:
        """A generator of output: first what it reads from the context, then its body."""
        outer = self.frame, self.scope
        self.frame, self.scope = frame, frame.scope
        written = self.captured(lambda: self.write_body(body), self.indent + INDENT)
        self.line(f"def {name}(context, blocks{parameters}):")
        self.write_loads(frame)
        self.lines += written
        for code, position in frame.last or [("yield ''", self.position)]:
            self.position = position
            self.indented(code)
        self.frame, self.scope = outer

    def write_loads(self, frame: Frame) -> None:
        """Read what the function needs from the context, each name once."""
        for name, code in frame.lazy.items():
            if name in frame.scope.used:
                self.indented(code)
        for code in frame.first:
            self.indented(code)
        for name in [*frame.loads, *frame.scope.stored]:
            variable, key = frame.scope.names[name], self.constant(name)
            self.indented(f"{variable} = context[{key}] if {key} in context else undefined({key})")

    def indented(self, code: str) -> None:
        """Add a line one level deeper."""
        self.line(INDENT + code)

    def write_body(self, body: list[nodes.Statement]) -> None:
        """The statements, one after the other."""
        for statement in body:
            self.position = statement.position
            writer = self.settings.writers.get(type(statement))
            if writer is None:
                self.fail(f"nothing here compiles {type(statement).__name__!r}", statement)
            writer(self, statement)

    def write_suite(self, body: list[nodes.Statement], scope: Scope | None = None) -> None:
        """The statements one level deeper, perhaps in a scope of their own; none are `pass`."""
        outer = self.indent
        self.indent += INDENT
        before = len(self.lines)
        if scope is None:
            self.write_body(body)
        else:
            self.write_scoped(body, scope)
        if len(self.lines) == before:
            self.line("pass")
        self.indent = outer

    def inner_scope(self) -> Scope:
        """A scope within the current one."""
        return Scope(self.scope, self.number())

    def initial_values(self, scope: Scope) -> list[str]:
        """Lines that give each name that `scope` sets the value that it has further out."""
        outer = scope.parent or scope
        return [f"{scope.names[name]} = {outer.load(name)}" for name in scope.stored]

    # Output.

    def emit(self, code: str) -> None:
        """Write a piece of text, given as Python, to where the output goes."""
        frame = self.frame
        if frame.sink:
            self.line(f"{frame.sink}.append({code})")
        elif frame.guard is not None:
            self.line(f"{frame.guard}yield {code}")

    def emit_all(self, code: str) -> None:
        """Write all the pieces that a generator gives."""
        frame = self.frame
        if frame.sink:
            self.line(f"{frame.sink}.extend({code})")
        elif frame.guard is not None:
            self.line(f"{frame.guard}yield from {code}")

    def write_output(self, node: nodes.Output) -> None:
        """Text and values in a row, in as few f-strings as hold MAX_PIECES values each.

        A part whose text is known now, by `constant_text`, is text; all others are values, written
        by `output`.
        """
        if self.frame.guard is None and not self.frame.sink:
            return
        pieces: list[tuple[str, bool, int]] = []
        values = 0
        for part in node.parts:
            constant = self.constant_text(part)
            if constant is None:
                pieces.append((self.output(part), True, part.position))
                values += 1
            else:
                pieces.append((constant, False, part.position))
            if values == MAX_PIECES:
                self.write_pieces(pieces)
                pieces, values = [], 0
        if pieces:
            self.write_pieces(pieces)

    def write_pieces(self, pieces: list[tuple[str, bool, int]]) -> None:
        """Emit pieces: the text or Python's code, whether it is code, and where it begins.

        Without a value that is a plain string, else one f-string between double quotes. It stands
        on a line of Python if its values stand on a line of the template, else in parentheses on a
        line for each of theirs, to which that line belongs: so errors find theirs.
        """
        if not any(is_value for _, is_value, _ in pieces):
            self.emit(repr("".join([piece for piece, _, _ in pieces])))
            return
        self.position = next(position for _, is_value, position in pieces if is_value)
        rows = [(self.position, "")]
        for piece, is_value, position in pieces:
            if is_value and self.source.line(position) != self.source.line(rows[-1][0]):
                rows.append((position, ""))
            where, written = rows[-1]
            rows[-1] = (where, written + ("{" + piece + "}" if is_value else quoted(piece)))
        if len(rows) == 1:
            self.emit(f'f"{rows[0][1]}"')
            return
        frame = self.frame
        self.line(f"{frame.sink}.append(" if frame.sink else f"{frame.guard}yield (")
        for position, written in rows:
            self.position = position
            self.indented(f'f"{written}"')
        self.line(")")

    def constant_text(self, node: nodes.Expression) -> str | None:
        """What a part of the output always is, or None if that shows only when it is rendered."""
        if isinstance(node, nodes.Data):
            return node.text
        value = fold(node)
        if value is MISSING:
            return None
        return text(value) if self.escaping else str(value)

    def output(self, node: nodes.Expression) -> str:
        """A value as the inside of an f-string's braces: escaped, or as it is."""
        code = self.expression(node)
        return f"text({code})" if self.escaping else f"str({code})"

    # Statements.

    def write_if(self, node: nodes.If) -> None:
        """`if`, `elif` and `else` are Python's."""
        word = "if"
        for test, body in node.branches:
            self.position = test.position
            self.line(f"{word} {self.expression(test)}:")
            self.write_suite(body)
            word = "elif"
        if node.otherwise:
            self.line("else:")
            self.write_suite(node.otherwise)

    def write_for(self, node: nodes.For) -> None:
        """A loop, in the cheapest form that has all that its body asks of `loop`."""
        if node.recursive:
            self.write_recursive(node)
            return
        self.write_loop(node, self.expression(node.items))

    def write_loop(self, node: nodes.For, items: str, recurse: str = "") -> None:
        """The loop over `items`, Python's text for what to go through.

        The body has a scope of its own, in which the target and `loop` are declared, `loop` as
        `loop_N` with the scope's number; so has `else`, which is written if no item came.
        """
        scope = self.inner_scope()
        number = scope.number
        target = self.declare_target(node.target, scope)
        if node.test is not None:
            items = self.filtered(node.test, target, items, scope)
        scope.names["loop"] = f"loop_{number}"
        written = self.loop_body(node, scope)
        self.position = node.position
        if node.otherwise:
            self.line(f"empty_{number} = True")
        self.write_loop_head(scope, target, items, recurse)
        if node.otherwise:
            self.indented(f"empty_{number} = False")
        for line in self.initial_values(scope):
            self.indented(line)
        self.lines += written
        if node.otherwise:
            self.line(f"if empty_{number}:")
            self.write_suite(node.otherwise, self.inner_scope())

    def write_loop_head(self, scope: Scope, target: str, items: str, recurse: str) -> None:
        """The line with `for`, in the cheapest form that gives what `scope.used` has.

        With `loop` there it goes over `loop_N`, a Loop of the items, undefined and `recurse`. With
        `loop.index0` there, `index0_N` counts from 0: beside the Loop, or by enumerate. With
        neither it goes over the items alone.
        """
        number = scope.number
        counted = "loop.index0" in scope.used
        if "loop" in scope.used:
            self.line(f"loop_{number} = Loop({items}, undefined{recurse})")
            self.line(f"for {target} in loop_{number}:")
            if counted:
                self.indented(f"index0_{number} = loop_{number}.index0")
        elif counted:
            self.line(f"for index0_{number}, {target} in enumerate({items}):")
        else:
            self.line(f"for {target} in {items}:")

    def loop_body(self, node: nodes.For, scope: Scope) -> list[tuple[str, int]]:
        """The lines of a loop's body, which show what of `loop` it needs."""
        self.frame.loops += 1
        if self.frame.loops > MAX_LOOPS:
            self.fail(f"loops are nested deeper than {MAX_LOOPS} levels", node)
        outer, self.scope = self.scope, scope
        written = self.captured(lambda: self.write_suite(node.body), self.indent)
        self.scope = outer
        self.frame.loops -= 1
        return written

    def filtered(self, test: nodes.Expression, target: str, items: str, scope: Scope) -> str:
        """The items for which a loop's `if` holds; `loop` counts those alone."""
        outer, self.scope = self.scope, scope
        condition = self.expression(test)
        self.scope = outer
        return f"({target} for {target} in {items} if {condition})"

    def write_recursive(self, node: nodes.For) -> None:
        """A loop that its own body may call: a function that gives the text for some items."""
        number = self.number()
        items = self.expression(node.items)
        outer = self.frame.sink, self.frame.loops
        self.frame.sink, self.frame.loops = f"out_{number}", 0
        self.line(f"def recurse_{number}(items, depth0):")
        self.indent += INDENT
        self.line(f"out_{number} = []")
        self.write_loop(node, "items", f", recurse_{number}, depth0")
        self.line(f"return {joined(self, self.frame.sink)}")
        self.indent = self.indent[: -len(INDENT)]
        self.frame.sink, self.frame.loops = outer
        self.emit(f"recurse_{number}({items}, 0)")

    def write_with(self, node: nodes.With) -> None:
        """Names that hold in the body only; the values are those of the names further out."""
        values = [self.expression(value) for value in node.values]
        scope = self.inner_scope()
        for target, value in zip(node.targets, values, strict=True):
            self.line(f"{self.declare_target(target, scope)} = {value}")
        self.write_scoped(node.body, scope)

    def write_scoped(self, body: list[nodes.Statement], scope: Scope) -> None:
        """A body in a scope of its own."""
        outer, self.scope = self.scope, scope
        written = self.captured(lambda: self.write_body(body), self.indent)
        self.scope = outer
        for line in self.initial_values(scope):
            self.line(line)
        self.lines += written

    def write_autoescape(self, node: nodes.Autoescape) -> None:
        """A body in which values are escaped, or are not."""
        outer, self.escaping = self.escaping, node.enabled
        self.write_scoped(node.body, self.inner_scope())
        self.escaping = outer

    def write_set(self, node: nodes.Set) -> None:
        """A variable is given a value."""
        self.write_store(node.target, self.expression(node.value))

    def write_store(self, target: nodes.Expression, value: str) -> None:
        """Give the target its value; the template's own variables go to the context as well."""
        if isinstance(target, nodes.NamespaceTarget):
            namespace, name = self.scope.load(target.namespace), self.constant(target.name)
            self.line(f"assign({namespace}, {name}, {value})")
            return
        self.line(f"{self.store_target(target)} = {value}")
        self.export(target)

    def export(self, target: nodes.Expression) -> None:
        """What is set outside of all loops and blocks can be seen by blocks and by importers."""
        if not self.at_top:
            return
        for name in target_names(target):
            self.line(f"context[{self.constant(name)}] = {self.scope.names[name]}")
            self.exports.append(name)

    @property
    def at_top(self) -> bool:
        """Whether what is written now is outside of all loops, blocks and macros."""
        return self.scope is self.root.scope

    def declare_target(self, target: nodes.Expression, scope: Scope) -> str:
        """Python's text of a target whose names begin with this scope."""
        return written_target(target, scope.declare)

    def store_target(self, target: nodes.Expression) -> str:
        """Python's text of a target in the current scope."""
        return written_target(target, self.scope.store)

    # Expressions: each method gives the text of a Python expression.

    def expression(self, node: nodes.Expression) -> str:
        """A node as Python; what has more than one word is in parentheses."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"this expression is nested deeper than {MAX_DEPTH} levels", node)
        code = EXPRESSIONS[type(node)](self, node)
        self.depth -= 1
        return code

    def constant(self, value: object) -> str:
        """A value as Python; one that can't stand within an f-string gets a name from `bind`.

        Those are values that are none of CONSTANTS, infinity and not-a-number, and what Python
        writes with a double quote or a backslash.
        """
        if isinstance(value, CONSTANTS):
            code = repr(value)
            if '"' not in code and "\\" not in code and code.lstrip("-") not in {"inf", "nan"}:
                return code
        return self.bind(value)

    def write_constant(self, node: nodes.Constant) -> str:
        return self.constant(node.value)

    def write_name(self, node: nodes.Name) -> str:
        return self.scope.load(node.name)

    def write_tuple(self, node: nodes.Tuple) -> str:
        return "(" + "".join([self.expression(item) + ", " for item in node.items]) + ")"

    def write_list(self, node: nodes.List) -> str:
        return "[" + ", ".join([self.expression(item) for item in node.items]) + "]"

    def write_dict(self, node: nodes.Dict) -> str:
        pairs = [f"{self.expression(key)}: {self.expression(value)}" for key, value in node.pairs]
        return "{" + ", ".join(pairs) + "}"

    def write_unary(self, node: nodes.Unary) -> str:
        return f"({node.operator} {self.expression(node.operand)})"

    def write_binary(self, node: nodes.Binary) -> str:
        """`a + b - c` needs no inner parentheses: a long sum is not nested."""
        rest = ""
        strength = PRECEDENCE[node.operator]
        while True:
            rest = f" {node.operator} {self.expression(node.right)}{rest}"
            left = node.left
            if not isinstance(left, nodes.Binary) or left.operator == "**":
                break
            if PRECEDENCE[left.operator] != strength:
                break
            node = left
        return f"({self.expression(left)}{rest})"

    def write_compare(self, node: nodes.Compare) -> str:
        """A chain is Python's own, so that each operand is evaluated once."""
        rest = [f" {sign} {self.expression(operand)}" for sign, operand in node.rest]
        return f"({self.expression(node.first)}{''.join(rest)})"

    def write_concat(self, node: nodes.Concat) -> str:
        parts = [self.expression(part) for part in node.parts]
        if self.escaping:
            return f"concatenate({', '.join(parts)})"
        return "(" + " + ".join([f"str({part})" for part in parts]) + ")"

    def write_conditional(self, node: nodes.Conditional) -> str:
        test, then = self.expression(node.test), self.expression(node.then)
        if node.otherwise is None:
            line = self.source.line(node.position)
            message = f"the 'if' of line {line} is false and has no 'else'"
            otherwise = f"Undefined(message={self.constant(message)})"
        else:
            otherwise = self.expression(node.otherwise)
        return f"({then} if {test} else {otherwise})"

    def write_attribute(self, node: nodes.Attribute) -> str:
        if self.is_loop(node.value):
            return self.write_loop_attribute(node)
        return self.look_up(node)

    def look_up(self, node: nodes.Attribute) -> str:
        """The call that finds an attribute, with a guard if its name is not known to be safe."""
        value, name = self.expression(node.value), self.constant(node.name)
        guarded = is_unsafe(node.name) or node.name in FORMATS
        return f"{'attribute' if guarded else 'plain_attribute'}({value}, {name})"

    def is_loop(self, node: nodes.Expression) -> bool:
        """Whether a node is the `loop` of the innermost `for` around it."""
        if not isinstance(node, nodes.Name) or node.name != "loop":
            return False
        scope = self.loop_scope()
        return scope is not None and scope.names["loop"] == f"loop_{scope.number}"

    def loop_scope(self) -> Scope | None:
        """The scope that `loop` belongs to."""
        scope: Scope | None = self.scope
        while scope and "loop" not in scope.names:
            scope = scope.parent
        return scope

    def write_loop_attribute(self, node: nodes.Attribute) -> str:
        """What can be had by counting is counted; for the rest there is a Loop."""
        scope = self.loop_scope()
        if scope is None or node.name not in COUNTED:
            return self.look_up(node)
        scope.used.add("loop.index0")
        return COUNTED[node.name].format(f"index0_{scope.number}")

    def write_item(self, node: nodes.Item) -> str:
        value = self.expression(node.value)
        if isinstance(node.key, nodes.Slice):
            return f"getitem({value}, {self.write_slice(node.key)})"
        return f"item({value}, {self.expression(node.key)})"

    def write_slice(self, node: nodes.Slice) -> str:
        bounds = (node.start, node.stop, node.step)
        written = ["None" if bound is None else self.expression(bound) for bound in bounds]
        return f"slice({', '.join(written)})"

    def write_call(self, node: nodes.Call) -> str:
        function = node.function
        if isinstance(function, nodes.Attribute) and self.is_loop(function.value):
            cycled = self.write_cycle(function, node.arguments)
            if cycled:
                return cycled
        return f"{self.expression(function)}({self.arguments(node.arguments)})"

    def write_cycle(self, function: nodes.Attribute, arguments: nodes.Arguments) -> str | None:
        """`loop.cycle(a, b)` as an index into a tuple, where it has such plain arguments."""
        scope = self.loop_scope()
        plain = not (arguments.keywords or arguments.star or arguments.double_star)
        if scope is None or function.name != "cycle" or not plain or not arguments.positional:
            return None
        scope.used.add("loop.index0")
        values = "".join([self.expression(value) + ", " for value in arguments.positional])
        return f"({values})[index0_{scope.number} % {len(arguments.positional)}]"

    def arguments(self, node: nodes.Arguments, first: str = "") -> str:
        """What stands between the parentheses of a call."""
        written = [first] if first else []
        written += [self.expression(value) for value in node.positional]
        names = [name for name, _ in node.keywords]
        if len(set(names)) < len(names):
            self.fail("an argument of this call is given twice", node)
        if node.star:
            written.append(f"*{self.expression(node.star)}")
        for name, value in node.keywords:
            code = self.expression(value)
            is_plain = name.isascii() and name.isidentifier() and not iskeyword(name)
            written.append(f"{name}={code}" if is_plain else f"**{{{self.constant(name)}: {code}}}")
        if node.double_star:
            written.append(f"**{self.expression(node.double_star)}")
        return ", ".join(written)

    def write_filter(self, node: nodes.Filter) -> str:
        if node.value is None:
            self.fail("a filter needs a value here", node)
        return self.filter_call(node, self.expression(node.value))

    def filter_call(self, node: nodes.Filter, value: str) -> str:
        """The call of a filter on a value that is Python already."""
        function = self.known(node, self.settings.filters, "filter")
        return self.call_of(node, function, value, f"filter_{node.name}")

    def write_test(self, node: nodes.Test) -> str:
        function = self.known(node, self.settings.tests, "test")
        return self.call_of(node, function, self.expression(node.value), f"test_{node.name}")

    def known(
        self,
        node: nodes.Filter | nodes.Test,
        functions: Mapping[str, Callable[..., Any]],
        what: str,
    ) -> Callable[..., Any]:
        """The filter or test of this name; names a near one where there is none."""
        function = functions.get(node.name)
        if function is None:
            from difflib import get_close_matches

            near = get_close_matches(node.name, functions, 1)
            hint = f": did you mean {near[0]!r}?" if near else ""
            self.fail(f"there is no {what} {node.name!r}{hint}", node)
        return function

    def call_of(
        self, node: nodes.Filter | nodes.Test, function: Callable[..., Any], value: str, name: str
    ) -> str:
        """The call of a filter or test, with what it asks for before the value."""
        is_plain = name.isascii() and name.isidentifier()
        if not is_plain or self.names.setdefault(name, function) is not function:
            name = self.bind(function, "function")
        passes = PASSES[getattr(function, "passes", None)]
        if passes == "autoescape":
            passes = repr(self.escaping)
        first = f"{passes}, {value}" if passes else value
        return f"{name}({self.arguments(node.arguments, first)})"


def fold(node: nodes.Expression) -> Any:
    """The value of an expression that is made of constants alone, or MISSING."""
    sums: list[nodes.Binary] = []
    while isinstance(node, nodes.Binary) and node.operator in FOLDED:
        sums.append(node)
        node = node.left
    if not isinstance(node, nodes.Constant) or not isinstance(node.value, CONSTANTS):
        return MISSING
    value: Any = node.value
    for step in reversed(sums):
        right = fold(step.right)
        if not isinstance(value, (int, float)) or not isinstance(right, (int, float)):
            return MISSING
        try:
            value = FOLDED[step.operator](value, right)
        except ArithmeticError:
            return MISSING
        if isinstance(value, int) and abs(value) > LARGE:
            return MISSING
    return value


CONSTANTS = (str, int, float, type(None))
LARGE = 2**64
"""Numbers beyond this are left to the rendering."""
FOLDED: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}
"""What is computed when the template is compiled, if both sides are numbers there."""
COUNTED = {"index0": "{0}", "index": "({0} + 1)", "first": "({0} == 0)"}
"""Attributes of `loop` that need no more than a count of the rounds."""
PASSES = {
    None: "",
    "environment": "settings",
    "context": "context",
    "autoescape": "autoescape",
}
"""What a filter may ask for: the variable of the generated module that holds it."""

QUOTED = {
    **{code: f"\\x{code:02x}" for code in range(32)},
    ord("\n"): "\\n",
    ord("\t"): "\\t",
    ord("\\"): "\\\\",
    ord('"'): '\\"',
    ord("{"): "{{",
    ord("}"): "}}",
}


def quoted(data: str) -> str:
    """Text as the inside of an f-string between double quotes, whatever characters it has."""
    return data.translate(QUOTED).encode("utf-8", "backslashreplace").decode()


def joined(compiler: Compiler, sink: str) -> str:
    """Python for the text that was captured in the list `sink`; it is escaped already."""
    return f"Markup(''.join({sink}))" if compiler.escaping else f"''.join({sink})"


def python_name(name: str, number: int) -> str:
    """The Python variable for a template's variable in the scope of this number."""
    prefix = "v"
    if not name.isascii():
        # Python takes `ﬁ` and `fi` for one name, templates take them for two.
        prefix, name = "w", name.encode("utf-8").hex()
    return f"{prefix}{number or ''}_{name}"


def written_target(target: nodes.Expression, variable: Callable[[str], str]) -> str:
    """Python's text of a target, each name being given its variable."""
    if isinstance(target, nodes.Name):
        return variable(target.name)
    assert isinstance(target, nodes.Tuple)  # noqa: S101  the parser makes no other
    return "(" + "".join([written_target(item, variable) + ", " for item in target.items]) + ")"


def target_names(target: nodes.Expression) -> list[str]:
    """The names that a target gives values to."""
    if isinstance(target, nodes.Name):
        return [target.name]
    assert isinstance(target, nodes.Tuple)  # noqa: S101  the parser makes no other
    return [name for item in target.items for name in target_names(item)]


EXPRESSIONS: dict[type[nodes.Expression], Callable[[Compiler, Any], str]] = {
    nodes.Constant: Compiler.write_constant,
    nodes.Name: Compiler.write_name,
    nodes.Tuple: Compiler.write_tuple,
    nodes.List: Compiler.write_list,
    nodes.Dict: Compiler.write_dict,
    nodes.Unary: Compiler.write_unary,
    nodes.Binary: Compiler.write_binary,
    nodes.Compare: Compiler.write_compare,
    nodes.Concat: Compiler.write_concat,
    nodes.Conditional: Compiler.write_conditional,
    nodes.Attribute: Compiler.write_attribute,
    nodes.Item: Compiler.write_item,
    nodes.Slice: Compiler.write_slice,
    nodes.Call: Compiler.write_call,
    nodes.Filter: Compiler.write_filter,
    nodes.Test: Compiler.write_test,
}
WRITERS: dict[type[nodes.Statement], Writer] = {
    nodes.Output: Compiler.write_output,
    nodes.If: Compiler.write_if,
    nodes.For: Compiler.write_for,
    nodes.With: Compiler.write_with,
    nodes.Set: Compiler.write_set,
    nodes.Autoescape: Compiler.write_autoescape,
}
"""How each statement is compiled; what spans several templates is added by the environment."""

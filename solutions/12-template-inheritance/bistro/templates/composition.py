"""Composition: templates and pieces of templates that use each other.

Adds to the compiler how blocks, `extends`, `include`, `import`, macros and captured bodies become
Python, and has what the generated code calls for them. A render has one dict of blocks: for each
name the functions that write it, the most derived template's first.
"""

from __future__ import annotations

from bistro.templates import nodes
from bistro.templates.compiler import INDENT, WRITERS, Compiler, Frame, joined, python_name
from bistro.templates.errors import TemplateError, TemplateNotFound
from bistro.templates.escape import Markup
from bistro.templates.undefined import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, NoReturn

    from bistro.templates.compiler import Scope, Writer
    from bistro.templates.environment import Environment
    from bistro.templates.template import Blocks, Template

    Parameters = list[tuple[str, nodes.Expression | None]]

SPECIAL = ("caller", "kwargs", "varargs")
"""Names that a macro has beside its parameters if its body mentions them, in this order."""

# ---- Blocks and extends: how they are written ------------------------------------------------


def write_block(compiler: Compiler, node: nodes.Block) -> None:
    """Declare the block, and write here all that the first of its functions gives.

    The function is `blocks[name][0]`, or `require(blocks, name)` for a required block; it is called
    with a context and `blocks`. The context is `context`, for a scoped block a local one, which has
    the `loop` of the loops around.
    """
    declare_block(compiler, node)
    name = compiler.constant(node.name)
    function = f"require(blocks, {name})" if node.required else f"blocks[{name}][0]"
    context = local_context(compiler, offers_loop=True) if node.scoped else "context"
    compiler.emit_all(f"{function}({context}, blocks)")


def declare_block(compiler: Compiler, node: nodes.Block) -> None:
    """Have the block's function written behind the template's, and registered before all else."""
    if "register" not in compiler.names:
        compiler.names.update(register=register, require=require, own_blocks={})
        compiler.root.first.append("register(blocks, own_blocks)")
    escaping = compiler.escaping or compiler.settings.escapes(compiler.source.name)
    compiler.pending.append(lambda: write_block_function(compiler, node, escaping))


def write_block_function(compiler: Compiler, node: nodes.Block, escaping: bool) -> None:
    """The function of a block; `super` and `self` are made only for one that mentions them."""
    compiler.escaping = escaping
    compiler.position = node.position
    frame = Frame(0)
    offer_itself(compiler, frame)
    name = compiler.constant(node.name)
    code = f"above(context, blocks, {name}, depth + 1, undefined)"
    offer(compiler, frame, "super", code, above)
    function = python_name(node.name, 0).replace("v_", "block_", 1)
    compiler.write_function(function, frame, node.body, ", depth=0")
    compiler.line(f"own_blocks[{name}] = {function}")


def offer_itself(compiler: Compiler, frame: Frame) -> None:
    """Let a function's body use `self`."""
    offer(compiler, frame, "self", "Itself(context, blocks)", Itself)


def offer(compiler: Compiler, frame: Frame, name: str, code: str, function: object) -> None:
    """Let a function's body use a name, which is made when it does."""
    compiler.names[code.partition("(")[0]] = function
    frame.lazy[name] = f"{frame.scope.declare(name)} = {code}"


def write_extends(compiler: Compiler, node: nodes.Extends) -> None:
    """What follows is not written; at the end the other template is, with the blocks of both."""
    root = compiler.root
    if not compiler.at_top:
        compiler.fail("'extends' can't stand in a loop, a block or a macro", node)
    if root.guard is None:
        compiler.fail("this template extends another one already", node)
    always = compiler.indent == INDENT
    compiler.names["extend"] = extend
    if not root.last:
        root.first.insert(0, "parent = None")
    compiler.line(f"parent = extend(parent, settings, {compiler.expression(node.template)})")
    last = ["yield from parent.root(context, blocks)"]
    if not always:
        last = ["if parent is not None:", INDENT + last[0]]
    root.last = [(code, node.position) for code in last]
    root.guard = None if always else "if parent is None: "


# ---- Blocks and extends: what the generated code calls --------------------------------------


def register(blocks: Blocks, own: dict[str, Callable[..., Iterator[str]]]) -> None:
    """Put a template's blocks behind those of the templates that extend it.

    `own` has a function for each name, `blocks` the functions that there are already.
    """
    for name, function in own.items():
        blocks.setdefault(name, []).append(function)


def require(blocks: Blocks, name: str) -> Callable[..., Iterator[str]]:
    """The function of a required block; raises TemplateError if no child has written it."""
    if len(blocks[name]) < 2:
        raise TemplateError(f"the block {name!r} is required, and no template here fills it")
    return blocks[name][0]


def extend(parent: Template | None, environment: Environment, template: Any) -> Template:
    """The template to extend, as `environment.find` gives it.

    Raises TemplateError if there is a parent already.
    """
    if parent is not None:
        raise TemplateError("a template can extend one other only")
    return environment.find(template)


def above(
    context: dict[str, Any], blocks: Blocks, name: str, depth: int, undefined: Callable[..., Any]
) -> Any:
    """What `super` stands for in a block: a Super for the same block, `depth` templates further up.

    Where there is no such function in `blocks`, what `undefined("super", message=…)` gives; the
    message names the block.
    """
    if depth < len(blocks[name]):
        return Super(context, blocks, name, depth, undefined)
    return undefined("super", message=f"there is no block {name!r} above this one for super()")


class Super:
    """`super()`: what the block would be without this template; `super.super()` goes on."""

    __slots__ = ("blocks", "context", "depth", "name", "undefined")

    def __init__(
        self,
        context: dict[str, Any],
        blocks: Blocks,
        name: str,
        depth: int,
        undefined: Callable[..., Any],
    ) -> None:
        self.context = context
        self.blocks = blocks
        self.name = name
        self.depth = depth
        self.undefined = undefined

    def __call__(self) -> Markup:
        """The text of the block's function that is at `depth` in `blocks`, as Markup.

        The function takes a context, `blocks`, and its own depth.
        """
        function = self.blocks[self.name][self.depth]
        return Markup("".join(function(self.context, self.blocks, self.depth)))

    @property
    def super(self) -> Any:
        """The block one template further up; undefined where there is none."""
        return above(self.context, self.blocks, self.name, self.depth + 1, self.undefined)


class Itself:
    """`self`: `{{ self.title() }}` writes a block once more."""

    __slots__ = ("_blocks", "_context")

    def __init__(self, context: dict[str, Any], blocks: Blocks) -> None:
        self._context = context
        self._blocks = blocks

    def __getitem__(self, name: str) -> Callable[[], Markup]:
        function = self._blocks[name][0]
        return lambda: Markup("".join(function(self._context, self._blocks)))


# ---- Include and import -------------------------------------------------------------------------


def local_context(compiler: Compiler, *, offers_loop: bool = False) -> str:
    """Python for a new dict: all of `context`, and over it the variables of the scopes around.

    The scopes are `compiler.scope` and its parents, up to the root's, which is left out: its
    variables are in the context. A name has the variable of the innermost scope that gives it, and
    counts as used there. A scope gives all its names, but if it is its frame's own scope none that
    is in the frame's `lazy`, and one in SPECIAL only if it is in `used`; if it is within that one,
    `loop` only if it is in `used`, or offered.
    """
    found: dict[str, str] = {}
    scope: Scope | None = compiler.scope
    while scope is not None and scope is not compiler.root.scope:
        is_own = scope is scope.frame.scope
        never = scope.frame.lazy if is_own else ()
        if_used = SPECIAL if is_own else () if offers_loop else ("loop",)
        for name, variable in scope.names.items():
            is_given = name not in never and (name not in if_used or name in scope.used)
            if is_given and name not in found:
                found[name] = variable
                scope.used.add(name)
        scope = scope.parent
    pairs = [f", {compiler.constant(name)}: {variable}" for name, variable in found.items()]
    return f"{{**context{''.join(pairs)}}}"


class LoopIsSeen(nodes.Statement):
    """Stands first in a loop's body, and writes nothing: what the body includes sees `loop`."""

    __slots__ = ()


def write_for(compiler: Compiler, node: nodes.For) -> None:
    """A loop; the templates that its body includes see `loop` if the body mentions it anywhere."""
    inside = list(within(node.body))
    shares = any(getattr(inner, "with_context", False) for inner in inside)
    mentions = any(isinstance(inner, nodes.Name) and inner.name == "loop" for inner in inside)
    if shares and (mentions or node.recursive):
        node.body.insert(0, LoopIsSeen(node.position))
    compiler.write_for(node)


def write_loop_is_seen(compiler: Compiler, node: LoopIsSeen) -> None:
    """Make the loop count as used."""
    compiler.scope.load("loop")


def within(body: list[nodes.Statement]) -> Iterator[nodes.Node]:
    """All the nodes in a body, however deep."""
    waiting: list[Any] = [body]
    while waiting:
        found = waiting.pop()
        if isinstance(found, (list, tuple)):
            waiting += found
        elif isinstance(found, nodes.Node):
            yield found
            waiting += [getattr(found, name) for name in found.__slots__]


def other_context(compiler: Compiler, with_context: bool) -> str:
    """Python for what another template sees: all that is known here, or the globals alone."""
    return local_context(compiler) if with_context else "{**settings.globals}"


def write_include(compiler: Compiler, node: nodes.Include) -> None:
    """The other template's output stands here."""
    compiler.names["include"] = include
    template = compiler.expression(node.template)
    context = other_context(compiler, node.with_context)
    compiler.emit_all(f"include(settings, {template}, {context}, {node.ignore_missing})")


def include(
    environment: Environment, template: Any, context: dict[str, Any], ignore_missing: bool
) -> Iterable[str]:
    """The output of a template that `environment.find` finds, with no blocks but its own.

    If it is not found, and that is to be ignored, there is no output: `()`. Only the look-up is
    excused: what is missing within the template is an error as ever.
    """
    try:
        found = environment.find(template)
    except TemplateNotFound:
        if ignore_missing:
            return ()
        raise
    return found.root(context, {})


def write_import(compiler: Compiler, node: nodes.Import) -> None:
    """A name stands for all that the other template sets and defines."""
    target = nodes.Name(node.position, node.name)
    store_import(compiler, target, module_of(compiler, node.template, node.with_context))


def write_from_import(compiler: Compiler, node: nodes.FromImport) -> None:
    """Some of what the other template sets and defines, under its name or another."""
    number = compiler.number()
    compiler.names["plain_import"] = plain_import
    code = module_of(compiler, node.template, node.with_context)
    compiler.line(f"module_{number} = {code}")
    for name, alias in node.names:
        target = nodes.Name(node.position, alias)
        store_import(
            compiler, target, f"plain_import(module_{number}, {compiler.constant(name)}, undefined)"
        )


def store_import(compiler: Compiler, target: nodes.Name, value: str) -> None:
    """Give an imported thing its name; who imports this template does not get it."""
    compiler.line(f"{compiler.store_target(target)} = {value}")
    if compiler.at_top:
        name = compiler.constant(target.name)
        compiler.line(f"context[{name}] = {compiler.scope.names[target.name]}")


def module_of(compiler: Compiler, template: nodes.Expression, with_context: bool) -> str:
    """Python for the module of another template."""
    compiler.names["import_template"] = import_template
    context = local_context(compiler) if with_context else "None"
    return f"import_template(settings, {compiler.expression(template)}, {context})"


MODULE = "template_module"
"""Where a template keeps the module that is imported without a context."""


class Module:
    """What a template has set and defined at its top level, as attributes; it prints its text."""

    def __init__(self, template: Template, context: dict[str, Any]) -> None:
        self._text = "".join(template.root(context, {}))
        for name in template.names["exports"]:
            if name in context and not name.startswith("_"):
                setattr(self, name, context[name])

    def __html__(self) -> str:
        return self._text

    def __str__(self) -> str:
        return self._text


def import_template(
    environment: Environment, template: Any, context: dict[str, Any] | None
) -> Module:
    """The module of the template that `environment.find` finds.

    With a context it is made anew. Without one it sees `template.new_context()`, is made once for
    each template, and kept in `template.names` under MODULE.
    """
    found = environment.find(template)
    if context is not None:
        return Module(found, context)
    if MODULE not in found.names:
        found.names[MODULE] = Module(found, found.new_context())
    module: Module = found.names[MODULE]
    return module


def plain_import(module: Module, name: str, undefined: Callable[..., Any]) -> Any:
    """One thing of a module; one that it has not is undefined, and says so when it is used."""
    value = module.__dict__.get(name, MISSING)
    if value is MISSING:
        return undefined(name, message=f"the imported template does not define {name!r}")
    return value


# ---- Macros and captured bodies -----------------------------------------------------------------


def write_macro(compiler: Compiler, node: nodes.Macro) -> None:
    """A function that gives text; its name holds from here on."""
    code = macro(compiler, node, node.name, node.parameters, node.body)
    target = nodes.Name(node.position, node.name)
    compiler.write_store(target, code)


def macro(
    compiler: Compiler, node: nodes.Node, name: str, parameters: Parameters, body: list[Any]
) -> str:
    """Write the function of a macro; gives Python for the Macro that calls it."""
    number = compiler.number()
    compiler.names["Macro"] = Macro
    compiler.names["MISSING"] = MISSING
    frame = Frame(number, compiler.scope, sink=f"out_{number}")
    names = [parameter for parameter, _ in parameters]
    if ("caller", None) in parameters:
        compiler.fail("'caller' is the body of a 'call': as a parameter it needs a default", node)
    special = [name for name in SPECIAL if name not in names]
    variables = [frame.scope.declare(parameter) for parameter in (*names, *special)]
    for parameter, variable in zip(names, variables, strict=False):
        absent = f"undefined({compiler.constant(parameter)})"
        frame.scope.names[parameter] = f"({absent} if {variable} is MISSING else {variable})"
    frame.scope.used.update(names)
    outer = compiler.frame, compiler.scope
    compiler.frame, compiler.scope = frame, frame.scope
    written = compiler.captured(
        lambda: write_macro_body(compiler, parameters, body), compiler.indent + INDENT
    )
    takes = tuple(name for name in special if name in frame.scope.used)
    variables = [python_name(parameter, number) for parameter in (*names, *takes)]
    compiler.position = node.position
    compiler.line(f"def macro_{number}({', '.join(variables)}):")
    compiler.write_loads(frame)
    compiler.lines += written
    compiler.frame, compiler.scope = outer
    known = f"{compiler.constant(name)}, {tuple(names)!r}, {takes!r}"
    return f"Macro(macro_{number}, {known}, undefined)"


def write_macro_body(compiler: Compiler, parameters: Parameters, body: list[Any]) -> None:
    """Write the lines of a macro's function: defaults, the body, and the text that came of it.

    For each parameter, `compiler.scope.declare` gives its variable, and lets what is written from
    then on use that; a default comes before, and is written as an expression. A variable that is
    MISSING when the macro is called gets the default, or `undefined(name)` if there is none. The
    body is written in an inner scope, its output goes to the list `compiler.frame.sink`, and
    `joined` is what is returned.
    """
    sink = compiler.frame.sink
    for name, default in parameters:
        absent = f"undefined({compiler.constant(name)})"
        value = absent if default is None else compiler.expression(default)
        variable = compiler.scope.declare(name)
        compiler.line(f"if {variable} is MISSING:")
        compiler.indented(f"{variable} = {value}")
    compiler.line(f"{sink} = []")
    compiler.write_scoped(body, compiler.inner_scope())
    compiler.line(f"return {joined(compiler, sink)}")


class Macro:
    """A macro that can be called from templates and from Python.

    `arguments` are the names of its parameters. It takes further ones, by position or by name, if
    its body mentions `varargs` or `kwargs`, and a `caller` if it mentions that.
    """

    __slots__ = ("arguments", "function", "name", "takes", "undefined")

    def __init__(
        self,
        function: Callable[..., str],
        name: str,
        arguments: tuple[str, ...],
        takes: tuple[str, ...],
        undefined: Callable[..., Any],
    ) -> None:
        self.function = function
        self.name = name
        self.arguments = arguments
        self.takes = takes
        self.undefined = undefined

    def __call__(self, /, *args: Any, **kwargs: Any) -> str:
        """The text that `function` gives for these arguments.

        The function takes, by position, a value for each name in `arguments`, MISSING for what was
        not given; then, in this order, what `takes` names: `caller`, else what `undefined` gives
        for it, with a message that names the macro; `kwargs` and `varargs`, a dict and a tuple of
        the arguments that are left over. Raises TemplateError, which names the macro, for an
        argument that is left over and not taken.
        """
        count, given = len(self.arguments), len(args)
        values = [*args[:count], *[kwargs.pop(name, MISSING) for name in self.arguments[given:]]]
        extras: list[Any] = []
        if "caller" in self.takes:
            absent = self.undefined("caller", message=f"{self.name!r} is called without a body")
            extras.append(kwargs.pop("caller", absent))
        if "kwargs" in self.takes:
            extras.append(kwargs)
        elif kwargs:
            self.refuse(f"takes no argument {next(iter(kwargs))!r}, or takes it once only")
        if "varargs" in self.takes:
            extras.append(args[count:])
        elif given > count:
            self.refuse(f"takes {count} arguments, not {given}")
        return self.function(*values, *extras)

    def refuse(self, why: str) -> NoReturn:
        """Raise TemplateError."""
        raise TemplateError(f"the macro {self.name!r} {why}")

    def __repr__(self) -> str:
        return f"<Macro {self.name!r}>"


def write_call_block(compiler: Compiler, node: nodes.CallBlock) -> None:
    """The macro is called with the body as its `caller`."""
    caller = macro(compiler, node, "caller", node.parameters, node.body)
    function = compiler.expression(node.call.function)
    arguments = compiler.arguments(node.call.arguments)
    call = f"{function}({arguments}{', ' if arguments else ''}caller={caller})"
    compiler.emit(f"{'text' if compiler.escaping else 'str'}({call})")


def capture(compiler: Compiler, body: list[nodes.Statement]) -> str:
    """Write a body in an inner scope, its output going to a new list; gives Python for its text.

    The list is the frame's sink while the body is written, and `joined` is the text.
    """
    frame, sink = compiler.frame, compiler.frame.sink
    frame.sink = f"out_{compiler.number()}"
    compiler.line(f"{frame.sink} = []")
    compiler.write_scoped(body, compiler.inner_scope())
    text = joined(compiler, frame.sink)
    frame.sink = sink
    return text


def write_set_block(compiler: Compiler, node: nodes.SetBlock) -> None:
    """A variable is given the text of the body, or what the filter makes of it; it is markup."""
    text = capture(compiler, node.body)
    if node.through is not None:
        text = through(compiler, node.through, text)
        text = f"Markup({text})" if compiler.escaping else text
    compiler.write_store(node.target, text)


def write_filter_block(compiler: Compiler, node: nodes.FilterBlock) -> None:
    """The body's text goes through the filter, and is not escaped again."""
    compiler.emit(f"str({through(compiler, node.through, capture(compiler, node.body))})")


def through(compiler: Compiler, node: nodes.Filter, text: str) -> str:
    """Python for a text that goes through a filter, and through those before it."""
    if isinstance(node.value, nodes.Filter):
        text = through(compiler, node.value, text)
    return compiler.filter_call(node, text)


COMPOSITION: dict[type[nodes.Statement], Writer] = {
    nodes.For: write_for,
    LoopIsSeen: write_loop_is_seen,
    nodes.Block: write_block,
    nodes.Extends: write_extends,
    nodes.Include: write_include,
    nodes.Import: write_import,
    nodes.FromImport: write_from_import,
    nodes.Macro: write_macro,
    nodes.CallBlock: write_call_block,
    nodes.SetBlock: write_set_block,
    nodes.FilterBlock: write_filter_block,
}
ALL_WRITERS = {**WRITERS, **COMPOSITION}
"""How each statement of the whole language is compiled."""
